"""Every dialect of the raw tables gives the same frames, and no table its line."""

import os
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from helpers.raw_tables import (
    CUSTOMERS,
    PLAIN,
    RAW,
    Dialect,
    column_of,
    faults,
    months_of,
    put,
    raw_tables,
    store,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.columns import BY_NAME, COLUMNS, FEATURES, RAW_ID, TABLES
from one_click.customers.preparation import prepared
from one_click.customers.reading import RawTables, read_tables
from one_click.running.errors import InputError
from one_click.settings.customers import Cleaning, Split

CLEANING = Cleaning("revenue_every_month", "aside", 10, "aside")
SPLIT = Split(0.25, seed=1)
DIALECTS = st.builds(
    Dialect,
    separator=st.sampled_from([",", ";", "\t"]),
    decimal=st.sampled_from([".", ","]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1251"]),
    point_zero=st.booleans(),
    quotes=st.booleans(),
    space_outside=st.sampled_from(["", " ", "  "]),
    space_inside=st.sampled_from(["", " "]),
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> tuple[RawTables, pd.DataFrame, dict]:
    """What the plain dialect gives: raw frames, customers, metrics."""
    folder = store(tmp_path_factory.mktemp("plain"))
    return read_tables(folder), *prepared(folder, CLEANING, SPLIT)


def test_frames_hold_what_the_files_hold(plain):
    """Numbers as numbers, values as codes, under raw headers, indexed by the line of the file."""
    frames = plain[0].frames
    assert {table: len(frame) for table, frame in frames.items()} == {
        "customers": 12, "revenue": 36, "minutes": 24, "profit": 12,
    }  # fmt: skip
    first = frames["customers"].loc[2]
    assert first[RAW_ID] == "1001"
    assert first[RAW["declined"]] == "stayed"
    assert first[RAW["service_type"]] == "standard"
    assert first[RAW["contact_allowed"]] == "no"
    assert first[RAW["favourite_category"]] == "children"
    assert first[RAW["promo_share"]] == 0.05
    second_month_of_third = frames["revenue"].loc[9]
    assert second_month_of_third.tolist() == ["1003", "previous_month", 3.5]
    assert frames["profit"].loc[13].tolist() == ["1012", 12.0]


def assert_same(folder: Path, plain) -> None:
    raw, customers, metrics = plain
    read = read_tables(folder)
    for table, frame in raw.frames.items():
        pd.testing.assert_frame_equal(read.frames[table], frame)
    again, figures = prepared(folder, CLEANING, SPLIT)
    pd.testing.assert_frame_equal(again, customers)
    figures["encoding"] = metrics["encoding"]
    assert figures == metrics


@pytest.mark.parametrize(
    "dialect",
    [
        replace(PLAIN, separator=";"),
        replace(PLAIN, separator=";", decimal=","),
        replace(PLAIN, separator="\t", decimal=","),
        replace(PLAIN, decimal=","),  # the writer quotes such a cell
        replace(PLAIN, line_end="\r\n"),
        replace(PLAIN, line_end="\r"),
        replace(PLAIN, encoding="utf-8-sig"),
        replace(PLAIN, encoding="utf-8-sig", quotes=True),
        replace(PLAIN, encoding="cp1251"),
        replace(PLAIN, point_zero=True),
        replace(PLAIN, quotes=True),
        replace(PLAIN, space_outside=" "),
        replace(PLAIN, space_inside="\xa0"),
        replace(PLAIN, space_outside=" ", quotes=True),
    ],
    ids=lambda dialect: ",".join(
        f"{k}={v!r}" for k, v in vars(dialect).items() if v != getattr(PLAIN, k)
    ),
)
def test_a_dialect_changes_no_cell_and_no_hash(dialect, plain, tmp_path):
    assert_same(store(tmp_path, dialects=dict.fromkeys(TABLES, dialect)), plain)


@settings(max_examples=12, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(TABLES, DIALECTS)))
def test_dialects_mix_freely(plain, tmp_path_factory, dialects):
    """Any combination, another one in each file."""
    assert_same(store(tmp_path_factory.mktemp("mixed"), dialects=dialects), plain)


def test_the_encoding_of_each_file_is_told(tmp_path):
    folder = store(tmp_path, dialects={"profit": replace(PLAIN, encoding="cp1251")})
    assert read_tables(folder).encodings == {
        "market_file.csv": "utf-8",
        "market_money.csv": "utf-8",
        "market_time.csv": "utf-8",
        "money.csv": "cp1251",
    }


def test_a_changed_cell_changes_the_hash(plain, tmp_path):
    """The hash is no constant: one profit, one consent, one id in all tables."""
    hashes = {plain[2]["data_hash"]}
    profit, consent, renamed = raw_tables(), raw_tables(), raw_tables()
    put(profit, "profit", 2, "monthly_profit", "1.25")
    put(consent, "customers", 2, "contact_allowed", "да")
    for table, rows in renamed.items():
        rows[1:] = [["7" if row[0] == "1001" else row[0], *row[1:]] for row in rows[1:]]
        assert sum(row[0] == "7" for row in renamed[table]) > 0
    for number, tables in enumerate((profit, consent, renamed)):
        folder = store(tmp_path / str(number), tables)
        hashes.add(prepared(folder, CLEANING, SPLIT)[1]["data_hash"])
    assert len(hashes) == 4


def test_blank_lines_and_columns_of_no_meaning_are_passed_over(plain, tmp_path):
    """Blank lines at the start, in the middle and at the end, rows of separators, own columns."""
    tables = raw_tables()
    for rows in tables.values():
        rows[0] += ["note"]
        rows[1:] = [[*row, "seen"] for row in rows[1:]]
        rows[3:3] = [[""], ["", "", ""]]
        rows[:] = [[""], *rows, [""]]
    read = read_tables(store(tmp_path, tables))
    for table, frame in plain[0].frames.items():
        pd.testing.assert_frame_equal(
            read.frames[table].reset_index(drop=True), frame.reset_index(drop=True)
        )


MISSPELT = [
    (column.table, column.name, value, wrong)
    for column in COLUMNS
    for value in column.values
    for wrong in value.misspelt
]


MISSPELT += [
    (table, TABLES[table].period, month, wrong)
    for table in TABLES
    for month in months_of(table)
    for wrong in month.misspelt
]


@pytest.mark.parametrize(("table", "name", "value", "wrong"), MISSPELT)
def test_a_misspelt_value_is_mended_and_counted(table, name, value, wrong, plain, tmp_path):
    tables = raw_tables()
    place = column_of(tables, table, name)
    right = [row for row in tables[table] if row[place] == value.raw]
    for row in right:
        row[place] = wrong
    folder = store(tmp_path, tables)
    read = read_tables(folder)
    pd.testing.assert_frame_equal(read.frames[table], plain[0].frames[table])
    assert plain[0].mended == {}
    assert len(right) >= 2
    assert read.mended == {RAW.get(name, name): len(right)}


def test_a_spelling_mended_in_two_tables_is_counted_in_both(tmp_path):
    """The months' header is the same in two tables."""
    tables = raw_tables()
    for table in ("revenue", "minutes"):
        place = column_of(tables, table, TABLES[table].period)
        for row in tables[table]:
            row[place] = row[place].replace("предыдущий", "предыдцщий")
            row[place] = row[place].replace("препредыдцщий", "препредыдущий")
    assert read_tables(store(tmp_path, tables)).mended == {"Период": 24}


@pytest.mark.parametrize("name", FEATURES)
def test_an_empty_cell_of_a_feature_is_missing(name, tmp_path):
    column = BY_NAME[name]
    tables = raw_tables()
    put(tables, column.table, 2, name, "")
    frames = read_tables(store(tmp_path, tables)).frames
    cells = frames[column.table][column.raw]
    assert cells.index[cells.isna()].tolist() == [2]


def test_a_feature_may_be_missing_throughout(tmp_path):
    """A number and a category without any value."""
    tables = raw_tables()
    for line in range(2, CUSTOMERS + 2):
        put(tables, "customers", line, "promo_share", "")
        put(tables, "customers", line, "service_type", "")
    customers, metrics = prepared(store(tmp_path, tables), CLEANING, SPLIT)
    assert customers[["promo_share", "service_type"]].isna().all(axis=None)
    assert metrics["missing"] == {"promo_share": 12, "service_type": 12}


def test_no_folder(tmp_path):
    with pytest.raises(InputError) as error:
        read_tables(tmp_path / "nowhere")
    assert str(error.value) == f"{tmp_path}/nowhere: no such folder; set `tables` in params.yaml"
    with pytest.raises(InputError, match=r"nowhere: no such folder; give another one by --tables$"):
        read_tables(tmp_path / "nowhere", labelled=False, option="--tables")


def test_a_file_in_the_folders_place(tmp_path):
    (tmp_path / "tables").write_text("")
    with pytest.raises(InputError, match="no such folder"):
        read_tables(tmp_path / "tables")


def test_no_table(tmp_path):
    """Each that is not there has its line."""
    folder = store(tmp_path)
    (folder / "money.csv").unlink()
    (folder / "market_time.csv").unlink()
    assert faults(folder) == [
        "market_time.csv: no such file; put it there or set `tables` to its folder",
        "money.csv: no such file; put it there or set `tables` to its folder",
    ]


def test_a_folder_in_a_tables_place_is_one_line(tmp_path):
    folder = store(tmp_path)
    (folder / "money.csv").unlink()
    (folder / "money.csv").mkdir()
    (line,) = faults(folder)
    assert line.startswith("money.csv: ")


def test_a_pipe_in_a_tables_place_is_refused_at_once(tmp_path):
    folder = store(tmp_path)
    (folder / "money.csv").unlink()
    os.mkfifo(folder / "money.csv")
    (folder / "market_time.csv").unlink()
    (folder / "market_time.csv").symlink_to("/dev/zero")
    line = "no regular file but a pipe or a device; put the table there as a file"
    assert faults(folder) == [f"market_time.csv: {line}", f"money.csv: {line}"]


def test_a_file_larger_than_a_table_is_refused_unread(tmp_path):
    folder = store(tmp_path)
    with (folder / "money.csv").open("r+b") as file:
        file.truncate(5 * 2**30)  # a hole: no disk is used
    assert faults(folder) == ["money.csv: larger than 4 GiB; give the table of one month"]


PIECES = [
    *(b'"', b";", b",", b"\t", b"|", b"\n", b"\r", b"\0", b"\xff", b"\xd0", b"-", b".", b" ", b"%"),
    *(b"\xef\xbb\xbf", b"sep=;\n", b"1e400", b"#N/A", b"id", b"<html>", b"PK\x03\x04", b"=1+1"),
    *("\u2028".encode(), "\u0306".encode(), "\u200b".encode(), "Период".encode()),
    "Прибыль".encode("cp866"),
]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_is_put_into_a_file_it_is_read_or_refused_in_short_lines(tmp_path_factory, data):
    """A law of the reader: no foreign exception, and no line longer than a person reads."""
    folder = store(tmp_path_factory.mktemp("mutated"))
    file = folder / data.draw(st.sampled_from(sorted(t.file for t in TABLES.values())))
    content = file.read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        end = start + data.draw(st.sampled_from([0, 0, 1, 3, 40, len(content)]))
        content = content[:start] + data.draw(st.sampled_from(PIECES)) + content[end:]
    file.write_bytes(content)
    try:
        read_tables(folder)
    except InputError as error:
        for line in str(error).splitlines():
            assert line.startswith(str(folder))
            assert len(line) < 1_200


CONTENTS = {
    "empty": (b"", "the file is empty: export the table again"),
    "blank": (b"\xef\xbb\xbf\r\n \r\n", "the file is empty: export the table again"),
    "header only": (
        "id;Прибыль\n".encode(), "only a header, no rows: export the table again"),
    "header and blank rows": (
        "id;Прибыль\n;\n\n".encode(), "only a header, no rows: export the table again"),
    "neither UTF-8 nor cp1251": (
        b"id;\xcf\xf0\xe8\xe1\xfb\xeb\xfc\n1001;\x98\n",
        "row 2: letters that are neither UTF-8 nor cp1251: save it as CSV in UTF-8"),
    "a column doubled": (
        "id;Прибыль; Прибыль\n1001;1;1\n".encode(),
        "column «Прибыль» stands twice in the header: keep one of them"),
    "the first row too long": (
        "id;Прибыль\n1001;1;5\n1002;1\n".encode(),
        "row 2: more or fewer cells than the 2 of the header; correct it"),
    "a later row too long": (
        "id;Прибыль\n1001;1\n1002;1;9\n".encode(),
        "row 3: more or fewer cells than the 2 of the header; correct it"),
    "all rows too long": (
        ("id;Прибыль\n" + "1001;1;9\n" * 7).encode(),
        "rows 2, 3, 4, 5, 6 and 2 more: more or fewer cells than the 2 of the header; correct it"),
    "a row too short": (
        "id;Прибыль\n1001;1\n1002\n".encode(),
        "row 3: more or fewer cells than the 2 of the header; correct it"),
    "a quote left open": (
        'id;Прибыль\n1001;1\n"1002;1\n1003;1\n'.encode(),
        "row 3: more or fewer cells than the 2 of the header; correct it"),
    "a quote left open in the header of a large file": (
        ('id;"Прибыль\n' + "1003;1\n" * 20_000).encode(),
        "row 1: a cell of more than 131,072 characters; correct it (is a quote left open?)"),
    "a quote left open in a large file": (
        ('id;Прибыль\n1001;1\n"1002;1\n' + "1003;1\n" * 20_000).encode(),
        "row 3: a cell of more than 131,072 characters; correct it (is a quote left open?)"),
}  # fmt: skip


@pytest.mark.parametrize("case", CONTENTS)
def test_a_file_that_is_no_table(case, tmp_path):
    content, line = CONTENTS[case]
    folder = store(tmp_path)
    (folder / "money.csv").write_bytes(content)
    assert faults(folder) == [f"money.csv: {line}"]
