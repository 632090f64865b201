"""Promises of the reader: what its stage left, or one line that names the file and what to run."""

import ast
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.pipeline import PATHS, STAGES, source_of
from helpers.saved import usual_value

from one_click import artefacts
from one_click.columns import ID
from one_click.running import saved, writing
from one_click.running.errors import InputError
from one_click.running.schemas import FIGURES, MAY_BE_EMPTY, TABLES

SAMPLES = {
    "key": ["7", "-8"], "id": ["7", "7"], "number": [1.5, None], "finite": [0.1, 2.0],
    "text": ["a", None], "consent": [True, None],
}  # fmt: skip
WRONG = {
    "key": ["7", "7"], "id": ["7", None], "number": ["1", "b"], "finite": [0.1, np.inf],
    "text": [1.0, 2.0], "consent": ["yes", "no"],
}  # fmt: skip
READERS = dict.fromkeys(TABLES, saved.table) | dict.fromkeys(FIGURES, saved.figures)
FLIPS = 700
LINE = r"{}: not as `dvc repro` leaves it \(.+\): run `dvc repro`"


def usual_table(path: Path) -> pd.DataFrame:
    return pd.DataFrame({name: SAMPLES[kind] for name, kind in TABLES[path].items()})


def written(frame: pd.DataFrame, path: Path, folder: Path = Path()) -> None:
    write = writing.write_csv if path.suffix == ".csv" else writing.write_parquet
    write(folder / path, frame)


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """A folder with every saved file, as their stages would leave them."""
    folder = tmp_path_factory.mktemp("usual")
    for path in TABLES:
        written(usual_table(path), path, folder)
    for path, kinds in FIGURES.items():
        writing.write_json(folder / path, usual_value(kinds), digits=None)
    return folder


@pytest.fixture(autouse=True)
def copied(usual, tmp_path, monkeypatch):
    """A copy of it, to be damaged."""
    shutil.copytree(usual, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        READERS[path](path)
    (line,) = str(refused.value).splitlines()
    assert re.fullmatch(LINE.format(path), line)
    return line


@pytest.mark.parametrize("path", READERS, ids=str)
def test_what_a_stage_wrote_is_read(path):
    content = READERS[path](path)
    if path in TABLES:
        pd.testing.assert_frame_equal(content, usual_table(path), check_dtype=False)
    elif path in FIGURES:
        assert content == usual_value(FIGURES[path])


@pytest.mark.parametrize("path", READERS, ids=str)
def test_what_is_missing_says_how_to_get_it(path):
    path.unlink()
    with pytest.raises(InputError, match=rf"^{path}: not found: run `dvc repro` .*`dvc pull`$"):
        READERS[path](path)
    path.mkdir()
    assert "folder" in refusal(path)


DAMAGES = {
    "empty": lambda content: b"",
    "half of it": lambda content: content[: len(content) // 2],
    "the last bytes cut": lambda content: content[:-9],
    "zeros, as after a crash": lambda content: bytes(len(content)),
    "another format": lambda content: b"\xff\xfe\x00PK\x03\x04",
    "a page of HTML": lambda content: b"<!DOCTYPE html><html>Sign in,\n<a>b,c,d</a></html>",
    "a conflict of git": lambda content: b"<<<<<<< HEAD\n" + content + b"\n=======,,,\n>>>>>>> a\n",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_one_line(damage):
    for path in READERS:
        path.write_bytes(DAMAGES[damage](path.read_bytes()))
        if "cut" not in damage or path.suffix != ".csv":  # a CSV has no end of its own
            refusal(path)


@pytest.mark.parametrize("path", TABLES, ids=str)
def test_a_table_without_a_column_or_with_one_of_another_kind_is_one_line(path):
    usual = usual_table(path)
    for name, kind in TABLES[path].items():
        written(usual.drop(columns=name), path)
        assert f"no column {name}" in refusal(path)
        written(usual.assign(**{name: WRONG[kind]}), path)
        assert f"({name}: " in refusal(path)
    written(usual.head(0), path)
    if path in MAY_BE_EMPTY:
        assert len(saved.table(path)) == 0
    else:
        assert "no row" in refusal(path)


def leaves(kinds: dict, *above: str):
    """Keys of every value that must be there, from the outermost on."""
    for name, kind in kinds.items():
        yield (*above, name)
        if isinstance(kind, dict):
            yield from leaves(kind, *above, name)


@pytest.mark.parametrize("path", FIGURES, ids=str)
def test_figures_without_a_key_or_with_another_kind_of_value_are_one_line(path):
    for *above, last in leaves(FIGURES[path]):
        for wrong in (None, True, [], "nonesuch", 1e999):
            values = usual_value(FIGURES[path])
            inner, kind = values, FIGURES[path]
            for name in above:
                inner, kind = inner[name], kind[name]
            kind = kind[last]
            if wrong is None:
                del inner[last]
            elif kind == "text" and wrong == "nonesuch":
                continue
            else:
                inner[last] = wrong
            path.write_text(json.dumps(values))
            refusal(path)


@pytest.mark.parametrize(
    "text", ["NaN", "[]", "1", "null", '{"a": NaN}', '{"a": -Infinity}', "[" * 10**5, '{"a": 1}{'],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_what_is_no_mapping_of_numbers_is_one_line(text):
    path = artefacts.SEGMENT_METRICS
    path.write_text(text)
    refusal(path)


def test_a_table_that_says_more_rows_than_memory_holds_is_refused_unread(monkeypatch):
    """Columns of one value: kilobytes of file, gigabytes of memory."""
    ones = pd.DataFrame({f"c{n}": np.ones(10**5) for n in range(3)})
    writing.write_parquet(artefacts.RISKS, ones)
    assert artefacts.RISKS.stat().st_size < 10**4
    monkeypatch.setattr(saved, "MOST_CELLS", 10**5)
    monkeypatch.setattr(pd, "read_parquet", None)
    assert "100000 rows of 3 columns" in refusal(artefacts.RISKS)


def test_no_flipped_bit_of_a_table_reads_as_another_value():
    """Values stand under checksums; a flipped name of a column is a column that is missing."""
    path = artefacts.RISKS
    usual, content = saved.table(path), path.read_bytes()
    generator, lines = np.random.default_rng(0), []
    for _ in range(FLIPS):
        changed = bytearray(content)
        changed[generator.integers(len(content))] ^= 1 << int(generator.integers(8))
        path.write_bytes(changed)
        try:
            pd.testing.assert_frame_equal(saved.table(path)[list(TABLES[path])], usual)
        except InputError as error:
            lines.append(str(error))
    assert len(lines) > FLIPS / 3
    assert all(re.fullmatch(LINE.format(path), line) for line in lines)


def test_a_flipped_bit_of_figures_is_one_line_or_figures():
    path = artefacts.MODEL_CARD
    content, generator, lines = path.read_bytes(), np.random.default_rng(1), []
    for _ in range(FLIPS):
        changed = bytearray(content)
        changed[generator.integers(len(content))] ^= 1 << int(generator.integers(8))
        path.write_bytes(changed)
        try:
            assert set(FIGURES[path]) <= set(saved.figures(path))
        except InputError as error:
            lines.append(str(error))
    assert len(lines) > FLIPS / 3
    assert all(re.fullmatch(LINE.format(path), line) for line in lines)


def test_ids_are_texts_as_they_came_and_no_numbers():
    path = artefacts.SEGMENTS
    written(usual_table(path).assign(**{ID: ["007", "=1"]}), path)
    assert saved.table(path)[ID].tolist() == ["007", "=1"]
    written(usual_table(path).assign(**{ID: [7, 8]}), path)
    assert "ids that are no text" in refusal(path)


def test_every_table_that_a_stage_leaves_for_another_is_in_the_table_of_schemas():
    """But for the truth of the generated store, which no stage reads."""
    tables = {path for path in PATHS.values() if path.suffix == ".parquet"}
    assert {path for path in TABLES if path.suffix == ".parquet"} == tables - {
        artefacts.SAMPLE_TRUTH
    }


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_reads_saved_files_by_the_reader_alone(stage):
    other = {"read_parquet", "read_csv", "read_json", "read_bytes", "load_npz"}
    nodes = ast.walk(source_of(stage))
    assert not {node.attr for node in nodes if isinstance(node, ast.Attribute)} & other
