"""Promises of the writers: all or nothing, the same bytes for the same content."""

import errno
import itertools
import json
import math
import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from one_click.running import writing


def test_what_was_written_takes_the_place_of_the_old(tmp_path):
    path = tmp_path / "new" / "figures.txt"
    for text in ("old", "new"):
        with writing.replacing(path) as beside:
            assert beside.parent == path.parent
            beside.write_text(text)
        assert path.read_text() == text
        assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("before", ["old", None], ids=["with an old file", "without"])
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_writer_that_fails_leaves_the_old_file_and_no_litter(before, error, tmp_path):
    path = tmp_path / "figures.txt"
    if before:
        path.write_text(before)

    def write() -> None:
        with writing.replacing(path) as beside:
            beside.write_text("half of")
            raise error

    with pytest.raises(error):
        write()
    assert [entry.read_text() for entry in tmp_path.iterdir()] == ([before] if before else [])


def listing(folder) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_files_that_belong_together_take_their_places_together(tmp_path):
    folder = tmp_path / "scored"
    for text in ("old", "new"):
        with writing.replacing_together(folder) as aside:
            assert aside.is_relative_to(folder)  # one disk: a move, no copy
            (aside / "inner").mkdir()
            for name in ("a", "b", "inner/c"):
                (aside / name).write_text(text)
                assert not (folder / name).exists() or (folder / name).read_text() == "old"
            if text == "old":
                (folder / "inner").mkdir()
                (folder / "inner/mine").write_text("stays")
        assert (folder / "inner/mine").read_text() == "stays"
        assert listing(folder) == {"a": text, "b": text, "c": text, "mine": "stays"}


@pytest.mark.parametrize("there", [True, False], ids=["with old files", "in no folder"])
@pytest.mark.parametrize(
    "fault", ["a writer fails", "a place is a folder", "a folder is a file", "a move fails"]
)
def test_files_that_belong_together_are_all_left_where_one_fails(fault, there, tmp_path):
    folder = tmp_path / "scored"
    if there or fault.startswith("a place") or fault.startswith("a folder"):
        folder.mkdir()
        (folder / "a").write_text("old")
    if fault == "a folder is a file":
        (folder / "inner").write_text("a file")
    if fault == "a place is a folder":
        (folder / "c").mkdir()
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    moves = itertools.count()

    def move(source, target):
        if fault == "a move fails" and next(moves) == 3:
            raise OSError(errno.EIO, "Input/output error")
        os.rename(source, target)

    def write(patch) -> None:
        with writing.replacing_together(folder) as aside:
            patch.setattr(writing.os, "replace", move)
            (aside / "inner").mkdir()
            for name in ("a", "b", "c", "inner/d"):
                (aside / name).write_text("new")
            if fault == "a writer fails":
                raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, pytest.raises((OSError, KeyboardInterrupt)):
        write(patch)
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before
    assert not (folder / "a").exists() or (folder / "a").read_text() == "old"


def test_what_a_killed_writer_left_goes_with_the_next(tmp_path):
    left = tmp_path / writing.UNFINISHED / "new"
    left.mkdir(parents=True)
    (left / "risks").write_text("half of")
    with writing.replacing_together(tmp_path) as aside:
        (aside / "risks").write_text("new")
    assert listing(tmp_path) == {"risks": "new"}


def test_a_file_is_kept_from_git_by_a_line_once_beside_those_that_are_there(tmp_path):
    (tmp_path / ".gitignore").write_text("/mine")
    for name in ("measure.csv", "measure.csv", "a [1].csv"):
        writing.keep_from_git(tmp_path / name)
    lines = (tmp_path / ".gitignore").read_text().splitlines()
    assert lines == ["/mine", "*measure.csv*", r"*a\ \[1\].csv*"]


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "table.parquet"
    good = pd.DataFrame({"risk": [0.1, 0.2]}, index=[7, 3])
    writing.write_parquet(path, good)
    with pytest.raises(Exception, match="object"):
        writing.write_parquet(path, pd.DataFrame({"risk": [object()]}))
    pd.testing.assert_frame_equal(pd.read_parquet(path), good.reset_index(drop=True))
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.parquet"]


def test_json_does_not_depend_on_the_order_of_keys_or_the_kind_of_numbers(tmp_path):
    contents = [
        {"b": np.float64(0.12344), "a": {2: np.int64(3), 1: (True, None)}},
        {"a": {"1": [np.True_, None], "2": 3}, "b": 0.123441},
    ]
    texts = set()
    for content in contents:
        writing.write_json(tmp_path / "figures.json", content)
        texts.add((tmp_path / "figures.json").read_bytes())
    (text,) = texts
    assert writing.read_json(tmp_path / "figures.json") == {
        "a": {"1": [True, None], "2": 3},
        "b": 0.1234,
    }
    assert text.endswith(b"}\n")
    assert b"\r" not in text


def test_json_keeps_cyrillic_readable(tmp_path):
    writing.write_json(tmp_path / "figures.json", {"ru": "Доля"})
    assert "Доля" in (tmp_path / "figures.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [math.nan, math.inf, np.float64("nan")])
def test_json_refuses_what_is_no_number_and_keeps_the_old_file(number, tmp_path):
    """`NaN` is no JSON: readers stop at it, or read it each in its own way."""
    path = tmp_path / "figures.json"
    writing.write_json(path, {"risk": 0.5})
    with pytest.raises(ValueError, match="JSON"):
        writing.write_json(path, {"risk": [0.1, number]})
    assert writing.read_json(path) == {"risk": 0.5}


@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_without_rounding_a_number_is_read_as_it_was(number, tmp_path_factory):
    """A threshold must be the very risk that it was taken from, however small."""
    path = tmp_path_factory.getbasetemp() / "exact.json"
    writing.write_json(path, {"threshold": np.float64(number)}, digits=None)
    assert writing.read_json(path)["threshold"] == number


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(-1e6, 1e6) | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_rounding_changes_floats_alone_and_each_by_less_than_its_half_digit(value):
    found = writing.rounded(value)
    assert writing.rounded(found) == found
    assert json.loads(json.dumps(found)) == found

    def compare(old, new) -> None:
        assert type(old) is type(new)
        if isinstance(old, dict):
            assert list(old) == list(new)
            for key in old:
                compare(old[key], new[key])
        elif isinstance(old, list):
            for pair in zip(old, new, strict=True):
                compare(*pair)
        elif isinstance(old, float):
            assert abs(old - new) <= 0.5e-4 * (1 + 1e-6)
        else:
            assert old == new

    compare(value, found)


def test_csv_has_six_digits_and_plain_line_ends(tmp_path):
    frame = pd.DataFrame({"name": ["Доля", "b"], "share": [1 / 3, 2.0], "n": [1234567, 8]})
    writing.write_csv(tmp_path / "plot.csv", frame)
    expected = "name,share,n\nДоля,0.333333,1234567\nb,2,8\n"
    assert (tmp_path / "plot.csv").read_bytes() == expected.encode()


def test_parquet_has_the_same_bytes_for_the_same_rows(tmp_path):
    contents = []
    for index in ([0, 1], [5, 9]):
        writing.write_parquet(tmp_path / "t.parquet", pd.DataFrame({"a": ["x", None]}, index=index))
        contents.append((tmp_path / "t.parquet").read_bytes())
    assert contents[0] == contents[1]


def test_text_is_written_as_it_is(tmp_path):
    writing.write_text(tmp_path / "offers.csv", "а\r\nb\n")
    assert (tmp_path / "offers.csv").read_bytes() == "а\r\nb\n".encode()


def test_bytes_are_written_as_they_are(tmp_path):
    content = b"\xef\xbb\xbf\r\n\x00"
    writing.write_bytes(tmp_path / "new" / "offers.xlsx", content)
    assert (tmp_path / "new" / "offers.xlsx").read_bytes() == content


def test_rows_are_appended_to_a_log(tmp_path):
    path = tmp_path / "logs" / "seconds.csv"
    writing.append_row(path, ["tune@svc", "1.25"])
    writing.append_row(path, ["a, b", "0.10"])
    assert path.read_text().splitlines() == ["tune@svc,1.25", '"a, b",0.10']
