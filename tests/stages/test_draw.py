"""Pictures: in either language, small, the same bytes, and of training rows alone."""

import io
import re

import numpy as np
import pandas as pd
import pytest
import yaml
from helpers.imports import SOURCE
from helpers.store import small_store
from omegaconf import OmegaConf
from PIL import Image
from test_findings import QUALITY

from one_click import artefacts
from one_click.columns import COLUMNS
from one_click.pictures.study import sheets as draw
from one_click.pictures.study.association import joined_halves
from one_click.pictures.study.distributions import SHEETS, edges_of, normal_quantiles, numbers_of
from one_click.pictures.study.fishbone import groups
from one_click.pictures.style import BLUE, COLOURS, GREY, ORANGE, WORDS
from one_click.report.content import STUDY_PICTURES
from one_click.running import writing
from one_click.study import description as describe

LOCK = SOURCE.parent / artefacts.CONF_LOCK
LARGEST = 200_000


def study(folder, monkeypatch, store: pd.DataFrame, language: str) -> dict[str, bytes]:
    """Run `describe` and `draw` in a folder; what they wrote, by name."""
    monkeypatch.chdir(folder)
    lock = OmegaConf.load(LOCK)
    lock.report.language = language
    OmegaConf.save(lock, artefacts.CONF_LOCK)
    writing.write_parquet(artefacts.CUSTOMERS, store)
    writing.write_json(artefacts.QUALITY_METRICS, QUALITY)
    describe.main()
    draw.main()
    return {
        str(path): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if (path.is_file() and path.suffix in (".png", ".json")) or path.name == "pairs.csv"
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        store = small_store(240, seed=2, twins=4, slips=2, missing=0.03)
        folder = tmp_path_factory.mktemp("study")
        return store, folder, study(folder, patch, store, "ru")


def test_every_picture_is_a_small_png_and_of_one_width(written):
    pictures = {path: found for path, found in written[2].items() if path.endswith(".png")}
    assert len(pictures) == 15
    for path, content in pictures.items():
        assert len(content) < LARGEST, path
        assert Image.open(io.BytesIO(content)).width == 1100
        assert b"Software" not in content


def test_the_report_finds_its_pictures(written):
    folder = written[1] / artefacts.DESCRIBE_PLOTS
    assert {path.stem for path in folder.glob("*.png")} > set(STUDY_PICTURES)


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
    store, folder, russian = written
    english = study(tmp_path, monkeypatch, store, "en")
    for path, content in russian.items():
        same = english[str(tmp_path) + path.removeprefix(str(folder))] == content
        assert same is not path.endswith(".png"), path


def test_a_store_of_one_value_a_column_is_drawn(tmp_path, monkeypatch):
    store = small_store(120, seed=4)
    store = store.assign(unpaid_items=2.0, service_type="premium", contact_allowed=True)
    assert study(tmp_path, monkeypatch, store, "en")


def test_every_number_stands_on_one_sheet_and_every_feature_on_a_bone():
    names = [name for some in SHEETS.values() for name in numbers_of(some)]
    assert sorted(names) == sorted(c.name for c in COLUMNS if c.kind == "number")
    bones = [name for names in groups().values() for name in names]
    assert bones.count("monthly_profit") == 0
    assert sorted(bones) == sorted(c.name for c in COLUMNS if c.feature)


def test_words_are_in_both_languages_and_all_are_used():
    words = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    source = "".join(
        path.read_text(encoding="utf-8") for path in (SOURCE / "one_click/figures").glob("*.py")
    )
    assert not re.search("[\u0400-\u04ff]", source)
    begun = set(re.findall(r'"(\w+)\.\{', source))
    for key, word in words.items():
        assert set(word) == {"ru", "en"}, key
        assert f'"{key}"' in source or key.partition(".")[0] in begun, key
    for column in COLUMNS:
        if column.feature:
            assert f"group.{column.group}" in words
        if column.month:
            assert f"month.{column.month.code}" in words
            assert f"table.{column.table}" in words


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2


def test_classes_differ_in_blue_against_orange_and_marks_in_lightness():
    """The pair that every colour-blind reader tells apart; grey is lighter than both."""
    assert set(COLOURS.values()) == {BLUE, ORANGE}
    assert luminance(GREY) > luminance(BLUE) + 0.1


def test_bins_of_whole_numbers_stand_around_them():
    assert edges_of(pd.Series([1.0, 2, 4])).tolist() == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert len(edges_of(pd.Series([0.1, 0.5, 0.9]))) == 25


def test_quantiles_of_a_normal_sample_lie_on_the_line():
    normal, observed = normal_quantiles(np.random.default_rng(0).normal(5, 3, 20_000))
    assert len(normal) == 200
    np.testing.assert_allclose(normal[10:-10], observed[10:-10], atol=0.1)


def test_each_half_of_a_square_is_of_its_own_matrix():
    above = pd.DataFrame([[1.0, 0.2], [0.2, 1.0]], index=["a", "b"], columns=["a", "b"])
    both = joined_halves(above, above * 3)
    assert both.loc["a", "b"] == 0.2
    assert both.loc["b", "a"] == pytest.approx(0.6)
