"""Pictures: in either language, small, the same bytes, and of training rows alone."""

import shutil
from dataclasses import fields
from xml.etree import ElementTree

import pandas as pd
import pytest
from helpers.lock import write_lock
from helpers.store import small_store
from helpers.study import QUALITY

from one_click import artefacts
from one_click.report.content import STUDY_PICTURES
from one_click.running import writing
from one_click.running.lock import key_of
from one_click.stages import describe, draw

LARGEST = 500_000


def study(folder, monkeypatch, store: pd.DataFrame, language: str) -> dict[str, bytes]:
    """Run `describe` and `draw` in a folder; what they wrote, by name."""
    monkeypatch.chdir(folder)
    write_lock(report={"language": language})
    writing.write_parquet(artefacts.CUSTOMERS, store)
    writing.write_json(artefacts.QUALITY_METRICS, QUALITY)
    describe.main()
    draw.main()
    return contents_of(folder)


def contents_of(folder) -> dict[str, bytes]:
    """Pictures and figures under a folder, by path."""
    return {
        str(path): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if (path.is_file() and path.suffix in (".svg", ".json")) or path.name == "pairs.csv"
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        store = small_store(240, seed=2, twins=4, slips=2, missing=0.03)
        folder = tmp_path_factory.mktemp("study")
        return store, folder, study(folder, patch, store, "ru")


def test_every_picture_is_a_small_svg_of_one_width_without_a_date(written):
    pictures = {path: content for path, content in written[2].items() if path.endswith(".svg")}
    assert len(pictures) == 15
    for path, content in pictures.items():
        assert len(content) < LARGEST, path
        assert ElementTree.fromstring(content).get("width") == "792pt"
        assert b"<dc:date>" not in content


def test_the_report_finds_its_pictures(written):
    folder = written[1] / artefacts.DESCRIBE_PLOTS
    assert {path.stem for path in folder.glob("*.svg")} > set(STUDY_PICTURES)


@pytest.mark.slow
def test_the_same_training_rows_give_the_same_bytes(written, monkeypatch, tmp_path):
    """The test rows and those set aside may hold anything."""
    store, folder, first = written
    others = store["part"] != "train"
    changed = store.copy()
    changed.loc[others, "pages_per_visit"] = 1000.0
    changed.loc[others, "declined"] = 1
    again = study(tmp_path, monkeypatch, changed, "ru")
    assert list(again.values()) == list(first.values())
    assert [p.removeprefix(str(tmp_path)) for p in again] == [
        p.removeprefix(str(folder)) for p in first
    ]


def test_the_other_language_changes_pictures_and_no_figure(written, monkeypatch, tmp_path):
    """`describe` cannot see the language, so that its figures serve either."""
    _, folder, russian = written
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    write_lock(report={"language": "en"})
    draw.main()
    english = contents_of(tmp_path)
    assert english.keys() == {str(tmp_path) + path.removeprefix(str(folder)) for path in russian}
    for path, content in russian.items():
        same = english[str(tmp_path) + path.removeprefix(str(folder))] == content
        assert same is not path.endswith(".svg"), path
    assert not any(key_of(setting).startswith("report") for setting in fields(describe.Settings))


def of_one_value(store: pd.DataFrame) -> pd.DataFrame:
    """A number, a category and consent that say nothing."""
    return store.assign(unpaid_items=2.0, service_type="premium", contact_allowed=True)


def without_values(store: pd.DataFrame) -> pd.DataFrame:
    """A number and a category nowhere, a number not in a category or a class, a constant."""
    store["categories_per_visit"] = float("nan")
    store["promo_share"] = store["promo_share"].mask(store["favourite_category"] == "kitchenware")
    store["pages_per_visit"] = store["pages_per_visit"].mask(store["declined"] == 1)
    store["minutes_this_month"] = float("nan")
    store["unpaid_items"] = 3.0
    store["service_type"] = None
    return store


@pytest.mark.parametrize(
    "store",
    [of_one_value(small_store(20, seed=5)), without_values(small_store(120, seed=6))],
    ids=["few customers of one value a column", "few values"],
)
def test_what_cannot_be_drawn_is_left_out_and_says_so(store, monkeypatch, tmp_path):
    """Every picture is there, and no figure is NaN: a mean of nothing is null."""
    written = study(tmp_path, monkeypatch, store, "en")
    assert sum(path.endswith(".svg") for path in written) == 15
    assert all(b"NaN" not in content for path, content in written.items() if path.endswith("json"))
