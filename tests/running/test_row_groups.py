"""Promises of row groups: what goes in comes out, in its groups, and only in its order."""

import pandas as pd
import pytest

from one_click.running.errors import InputError
from one_click.running.row_groups import read_row_groups, row_groups

NO_WORD = pd.Series([None, None], dtype=object)
FIRST = pd.DataFrame({"id": ["1", "2"], "word": NO_WORD, "x": [1.5, 2]})
SECOND = pd.DataFrame({"id": ["3"], "word": ["yes"], "x": [None]}).astype({"x": float})


def write(path, *frames):
    with row_groups(path) as groups:
        for frame in frames:
            groups.append(frame)


def test_frames_come_back_in_their_groups_though_the_first_has_no_word(tmp_path):
    path = tmp_path / "rows.parquet"
    write(path, FIRST, FIRST.head(0), SECOND)
    groups = list(read_row_groups(path, "id"))
    assert [group["id"].tolist() for group in groups] == [["1", "2"], ["3"]]
    assert groups[1]["word"].tolist() == ["yes"]
    whole = pd.read_parquet(path)
    assert (whole["word"].isna().sum(), whole["x"].isna().sum(), len(whole)) == (2, 1, 3)


def test_of_no_rows_there_is_a_file_with_its_columns(tmp_path):
    path = tmp_path / "none.parquet"
    write(path, FIRST.head(0))
    assert list(pd.read_parquet(path)) == ["id", "word", "x"]
    assert list(read_row_groups(path, "id")) == []


@pytest.mark.parametrize(
    "frames", [(SECOND, FIRST), (FIRST, FIRST), (FIRST.iloc[[1, 0]],), (FIRST.iloc[[0, 0]],)]
)
def test_groups_out_of_order_are_one_line(tmp_path, frames):
    path = tmp_path / "rows.parquet"
    write(path, *frames)
    with pytest.raises(InputError, match=r"rows\.parquet: row group \d: id does not rise"):
        list(read_row_groups(path, "id"))


def test_a_fault_in_the_middle_leaves_the_earlier_file(tmp_path):
    path = tmp_path / "rows.parquet"
    write(path, FIRST)
    with pytest.raises(KeyError):
        write(path, SECOND, SECOND.drop(columns="word"))
    assert pd.read_parquet(path)["id"].tolist() == ["1", "2"]
    assert [one.name for one in tmp_path.iterdir()] == ["rows.parquet"]
