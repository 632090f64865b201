"""DuckDB and the Python reader read the same cells, or DuckDB leaves the tables to it."""

import os
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from helpers.generated import write_tables
from helpers.raw_tables import PLAIN, raw_tables, store
from helpers.real import REAL_TABLES, needs_real_tables
from hypothesis import example, given, settings
from hypothesis import strategies as st

from one_click.columns import BY_NAME, COLUMNS, TABLES
from one_click.customers import everyone, sql_cells
from one_click.customers.everyone import Everyone, read_everyone
from one_click.customers.generated import draw_store
from one_click.customers.ids import as_ids
from one_click.customers.numbers import numbers_of
from one_click.customers.preparation import content_hash

CASES = os.environ.get("ONE_CLICK_CASES")  # a folder of folders of raw tables
FOLDERS = sorted(Path(CASES).glob("*/")) if CASES else []


def by_python(folder, labelled=True):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(everyone, "staged", lambda *_: None)
        return read_everyone(folder, labelled)


def by_sql(folder, labelled=True) -> Everyone | None:
    """What DuckDB alone reads; None where it leaves the tables to the Python reader."""

    def refuse(*_):
        raise NotImplementedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(everyone, "read_tables", refuse)
        try:
            return read_everyone(folder, labelled)
        except NotImplementedError:
            return None


def assert_same(folder, labelled=True) -> bool:
    """Whether DuckDB has read the tables; then the Python reader must give every bit of it."""
    fast = by_sql(folder, labelled)
    if fast is None:
        return False
    slow = by_python(folder, labelled)
    pd.testing.assert_frame_equal(fast.customers, slow.customers, check_exact=True)
    assert (fast.rows, fast.mended, fast.encodings) == (slow.rows, slow.mended, slow.encodings)
    if labelled:
        assert content_hash(fast.customers) == content_hash(slow.customers)
    return True


CLEAN = {
    "plain": PLAIN,
    "semicolon and comma": replace(PLAIN, separator=";", decimal=","),
    "tab and comma": replace(PLAIN, separator="\t", decimal=","),
    "bar": replace(PLAIN, separator="|"),
    "comma in quotes": replace(PLAIN, decimal=","),
    "CRLF": replace(PLAIN, line_end="\r\n"),
    "byte order mark": replace(PLAIN, encoding="utf-8-sig"),
    "cp1251": replace(PLAIN, separator=";", decimal=",", line_end="\r\n", encoding="cp1251"),
    "all in quotes": replace(PLAIN, quotes=True),
    "whole numbers of a float column": replace(PLAIN, point_zero=True),
}


@pytest.mark.parametrize("labelled", [True, False])
@pytest.mark.parametrize("dialect", CLEAN)
def test_a_clean_dialect_is_read_by_duckdb(dialect, labelled, tmp_path):
    assert assert_same(store(tmp_path, dialects=dict.fromkeys(TABLES, CLEAN[dialect])), labelled)


def test_a_generated_store_with_its_blemishes_is_read_by_duckdb(tmp_path):
    folder = write_tables(tmp_path / "store", draw_store(1_300, 5)[0])
    assert assert_same(folder)
    assert assert_same(folder, labelled=False)


@needs_real_tables
def test_the_real_tables_are_read_by_duckdb():
    assert assert_same(REAL_TABLES)
    assert assert_same(REAL_TABLES, labelled=False)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_case_that_failed_once_is_left_to_the_python_reader_or_read_alike(folder):
    assert_same(folder)
    assert_same(folder, labelled=False)


@pytest.mark.skipif(not CASES, reason="ONE_CLICK_CASES names no folder of odd tables")
def test_the_folder_of_odd_tables_holds_some():
    assert FOLDERS


NUMBERS = st.one_of(
    st.sampled_from([
        "", "0", "-0", "-0.0", "+0", "00", "1.", ".5", ",5", "+.5", "1e2", "1E+2", "1e-400",
        "1e400", "nan", "inf", "NULL", "NA", "1_0", "0x1", "1 0", " 1", "1\xa0", "\u22121", "1,5",
        "1.5", "1.234", "1,234", "0.234", "12.50", "5.0", "5.00", "5.000", "1.2345", "0.1e1", "1'0",
        "１", "9007199254740993", "0.30000000000000004", "0.1000000000000000055511151231257827",
        "8.5e-1", "2.4703282292062327e-324", "179769313486231580793e289", "1d5", "1f", "1.e1", "e1",
        ".", ",", "-", "--1", "1,", "10%", "1 ₽", "#N/A", "04.05", "4 апр", "true", "1e", "1.5.5",
        "1,234.5", '"5', '5"', '5""',
    ]),
    st.floats(0, 100).map(repr),
    st.floats(allow_nan=False).map(repr),
    st.decimals(0, 100, places=3).map(str),
    st.decimals(0, 100, places=20).map(str),
    st.integers(0, 100).map(str),
    st.integers(0, 10**30).map(str),
    st.text("0123456789.,eE+- '\"", max_size=8),
)  # fmt: skip
IDS = st.one_of(
    st.sampled_from([
        "", "0", "007", "1001", "1001.0", "1001,0", "1002.00", "12e4", "12E-4", "1e5", "A12", "a12",
        "A-12", "-12", "+12", "=12", "@12", "12.5", "1.000", "1 000", "1,000", "1'000", "1.07E+11",
        "04.05.2026", "2026-05-04", "5-Mar", "05.мар", "Jan-26", "#N/A", "###", "na", "NaN", "None",
        "null", "N/A", "nat", "x" * 64, "x" * 65, "1234567890123456", "1234567890123450",
        "12345678901234567000", "12345678901234560", "Иван", "А12", "ﬁ", "e\u0301", "a_b", "a b",
        "a/b", "a\\b", "a.b", "1.0", "0.0", "00.0", "123456789012345.0", "1234567890123456.0",
        "100.0000", "1:2", "12:30:00", "1001 ", "１２", "²", "1.5e3", "0e0", "1e0", "1.0.0",
    ]),
    st.integers(0, 10**18).map(str),
    st.text("0123456789eEaAеА.,-+:/ ", min_size=1, max_size=10),
)  # fmt: skip
NUMBER_COLUMNS = [column for column in COLUMNS if column.kind == "number"]
CONNECTION = duckdb.connect()


def as_read(cells: list[str]) -> pd.Series:
    """Cells as the Python reader takes them from a file."""
    return pd.Series([" ".join(cell.split()) for cell in cells], dtype="str")


def columns_by_sql(query: str, cells: list[str]) -> pd.DataFrame:
    """Columns of a query of the column `cell`; an empty cell is NULL, as `read_csv` gives it."""
    source = "(SELECT nullif(unnest($cells::VARCHAR[]), '') AS cell)"
    cursor = CONNECTION.execute(f"SELECT {query} FROM {source}", {"cells": cells})
    names = [column[0] for column in cursor.description]
    return pd.DataFrame(cursor.fetchall(), columns=names, dtype=object)


def faults_by_sql(faults: list[str], marks: pd.Series) -> int:
    source = "(SELECT unnest($marks::UTINYINT[]) AS mark)"
    query = f"SELECT {' + '.join(faults)} FROM {source}"
    return CONNECTION.execute(query, {"marks": marks.tolist()}).fetchall()[0][0]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(NUMBER_COLUMNS), st.lists(NUMBERS, min_size=1, max_size=12))
@example(BY_NAME["monthly_profit"], ["-0", "0", "1.5"])
@example(BY_NAME["monthly_profit"], ["+806714868488854.443e-9"])
@example(BY_NAME["monthly_profit"], ["1.234"] * 12)
@example(BY_NAME["monthly_profit"], ["1.234"] * 6 + ["1.2"] * 6)
@example(BY_NAME["monthly_profit"], ["1.234"] * 2 + ["1.2"] * 10)
@example(BY_NAME["monthly_profit"], ["1.234", "1234.567"] + ["1.2"] * 10)
@example(BY_NAME["promo_share"], ["1.000", "0.5"])
def test_a_number_that_duckdb_reads_is_the_same_bits(column, cells):
    """And each column of which it reads all is one without a fault."""
    value = sql_cells.number_value("cell", typed=False)
    mark = sql_cells.number_mark("cell", "value", column, typed=False)
    columns = columns_by_sql(f"{value} AS value, {mark} AS mark", cells)
    if faults_by_sql(sql_cells.number_faults("mark"), columns["mark"]):
        return
    numbers, faults = numbers_of(as_read(cells), column.high)
    assert faults == []
    assert numbers.dropna().between(column.low, column.high).all()
    assert column.feature or numbers.notna().all()
    values = pd.Series(columns["value"], dtype="float64")
    np.testing.assert_array_equal(values.to_numpy().view("int64"), numbers.to_numpy().view("int64"))


@settings(max_examples=80, deadline=None)
@given(st.lists(IDS, min_size=1, max_size=8))
@example(["12e4"])
@example(["12e4", "A1"])
@example(["1234567890123450", "12345678901234000"])
@example(["1234567890123456", "12345678901234000"])
@example(["1001.0", "1002,0", "0.0"])
def test_an_id_that_duckdb_reads_is_the_same_text(cells):
    """And each column of which it reads all is one without a fault."""
    columns = columns_by_sql(
        f"{sql_cells.id_value('cell')} AS value, {sql_cells.id_mark('value')} AS mark", cells
    )
    if faults_by_sql(sql_cells.id_faults("mark"), columns["mark"]):
        return
    ids, faults = as_ids(as_read(cells))
    assert faults == []
    assert ids.tolist() == columns["value"].tolist()


PIECES = [
    *(b'"', b'""', b'" ', b' "', b'\t"', b";", b",", b"\t", b"|", b" ", b"\xc2\xa0", b"\\", b"#"),
    *(b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\x0b", b"\x1a", b"\x1c", b"\xff", b"\xd0", b"\xd1"),
    *(b"\xef\xbb\xbf", b"sep=;\n", b"'", b"0", b".", b"1", b"-", b".0", b"e", b"PAR1", b"<html>"),
    *("\u2028".encode(), "\u0306".encode(), "\u200b".encode(), "\u037e".encode(), "й".encode()),
]


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_whatever_is_put_into_a_file_the_readers_do_not_differ(tmp_path_factory, data):
    """Also into a column that nobody reads, which may shift the others."""
    tables = raw_tables()
    for rows in tables.values():
        rows[0].append("note")
        rows[1:] = [[*row, "seen"] for row in rows[1:]]
    table = data.draw(st.sampled_from(sorted(TABLES)))
    dialect = replace(
        PLAIN,
        separator=data.draw(st.sampled_from([",", ";", "\t"])),
        line_end=data.draw(st.sampled_from(["\n", "\r\n"])),
        quotes=data.draw(st.booleans()),
        encoding=data.draw(st.sampled_from(["utf-8", "cp1251"])),
    )
    folder = store(tmp_path_factory.mktemp("mutated"), tables, {table: dialect})
    file = folder / TABLES[table].file
    content = file.read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)) | st.just(len(content)))
        if data.draw(st.booleans()):
            start = content.find(b"seen", start) + data.draw(st.integers(0, 4))
        piece = data.draw(st.sampled_from(PIECES))
        content = content[:start] + piece + content[start + data.draw(st.sampled_from([0, 1])) :]
    file.write_bytes(content)
    assert_same(folder, labelled=data.draw(st.booleans()))
