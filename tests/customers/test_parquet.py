"""Raw tables as parquet: the same customers as of CSV, and a line a fault by the row's number."""

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers.raw_tables import RAW, faults, put, raw_tables, store

from one_click.columns import RAW_ID, TABLES
from one_click.customers import everyone
from one_click.customers.everyone import read_everyone
from one_click.customers.parquet import NUMBERS
from one_click.running.errors import InputError

TYPES = {
    "text": pa.string(),
    "large text": pa.large_string(),
    "binary": pa.float64(),
    "whole or binary": pa.int64(),
    "decimal": pa.decimal128(20, 6),
}


def as_column(name: str, cells: list[str], kind: str) -> pa.Array:
    """Cells in a type; whole numbers where all are, else binary ones; empty as null."""
    filled = [cell or None for cell in cells]
    if name == RAW_ID and kind == "whole or binary":
        return pa.array([int(cell) for cell in cells])
    if name not in NUMBERS or kind in ("text", "large text"):
        return pa.array(filled, TYPES[kind if kind in ("text", "large text") else "text"])
    if kind == "decimal":
        return pa.array([cell and Decimal(cell) for cell in filled], TYPES[kind])
    numbers = [cell and float(cell) for cell in filled]
    is_whole = kind != "binary" and all(n is None or n == int(n) for n in numbers)
    return pa.array(numbers, pa.float64()).cast(pa.int64() if is_whole else pa.float64())


def parquet_store(folder, tables=None, kind="text", only=tuple(TABLES)):
    """Write tables into a folder: as parquet, or as CSV those that are not among `only`."""
    tables = tables or raw_tables()
    store(folder, tables)
    for table in only:
        header, *rows = tables[table]
        columns = [list(cells) for cells in zip(*rows, strict=True)]
        arrays = [as_column(n, c, kind) for n, c in zip(header, columns, strict=True)]
        path = folder / TABLES[table].file
        path.unlink()
        pq.write_table(pa.table(arrays, names=header), path.with_suffix(".parquet"))
    return folder


@pytest.fixture
def tables():
    """With an empty number, an empty category, and a spelling to be mended."""
    tables = raw_tables()
    put(tables, "customers", 3, "promo_share", "")
    put(tables, "customers", 4, "service_type", "")
    put(tables, "customers", 5, "service_type", "стандартт")
    put(tables, "revenue", 5, "Выручка", "")
    return tables


def both(folder, labelled=True):
    """What DuckDB and the Python reader read; DuckDB must not leave it to the latter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(everyone, "read_tables", None)
        fast = read_everyone(folder, labelled)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(everyone, "staged", lambda *_: None)
        return fast, read_everyone(folder, labelled)


@pytest.mark.parametrize("kind", TYPES)
def test_parquet_of_any_type_is_read_as_csv_is(kind, tables, tmp_path):
    expected = read_everyone(store(tmp_path / "csv", tables))
    for one in both(parquet_store(tmp_path / "parquet", tables, kind)):
        pd.testing.assert_frame_equal(one.customers, expected.customers, check_exact=True)
        assert (one.rows, one.mended) == (expected.rows, expected.mended)
        assert one.encodings == dict.fromkeys(
            [t.file.replace(".csv", ".parquet") for t in TABLES.values()], "parquet"
        )


def test_some_tables_may_be_parquet_and_some_csv(tables, tmp_path):
    expected = read_everyone(store(tmp_path / "csv", tables)).customers
    for one in both(parquet_store(tmp_path / "parquet", tables, "binary", ("revenue",))):
        pd.testing.assert_frame_equal(one.customers, expected)
        assert list(one.encodings.values()) == ["utf-8", "parquet", "utf-8", "utf-8"]


def test_a_typed_number_has_one_reading(tmp_path):
    """5.298 as text may be five thousand; as a number it is five and a bit."""
    tables = raw_tables()
    for line in range(2, 14):
        put(tables, "profit", line, "monthly_profit", "5.298")
    folder = parquet_store(tmp_path / "typed", tables, "binary", ("profit",))
    assert all((one.customers["monthly_profit"] == 5.298).all() for one in both(folder))
    (line,) = faults(parquet_store(tmp_path / "text", tables, "text", ("profit",)))
    assert "can be read in two ways" in line


def test_a_fault_is_told_by_the_number_of_its_row(tables, tmp_path):
    put(tables, "customers", 4, "promo_share", "1.5")
    put(tables, "customers", 6, "favourite_category", "Еда")
    put(tables, "profit", 3, "monthly_profit", "")
    put(tables, "revenue", 2, "id", "1013")
    lines = faults(parquet_store(tmp_path / "parquet", tables, "binary"))
    assert [line.split(":")[:2] for line in lines] == [
        ["market_file.parquet", f" column «{RAW['favourite_category']}», row 5"],
        ["market_file.parquet", f" column «{RAW['promo_share']}», row 3"],
        ["money.parquet", f" column «{RAW['monthly_profit']}», row 2"],
        ["market_file.parquet", f" column «{RAW_ID}»"],
        ["market_money.parquet", f" column «{RAW_ID}»"],
        ["market_money.parquet", f" column «{RAW_ID}»"],
        ["market_money.parquet", f" column «{RAW_ID}»"],
        ["market_time.parquet", f" column «{RAW_ID}»"],
        ["market_time.parquet", f" column «{RAW_ID}»"],
        ["money.parquet", f" column «{RAW_ID}»"],
    ]
    assert "«1.5» is above 1" in lines[1]


def test_a_table_in_both_forms_is_refused(tmp_path):
    folder = parquet_store(tmp_path)
    store(tmp_path / "csv")
    (tmp_path / "csv" / "money.csv").rename(tmp_path / "money.csv")
    assert faults(folder) == ["money.csv: stands beside money.parquet; keep one of them"]


def written(folder, **columns):
    pq.write_table(pa.table(columns), folder / "money.parquet")
    (folder / "money.csv").unlink()
    return faults(folder)


IDS = [str(1001 + n) for n in range(12)]
PROFIT = RAW["monthly_profit"]


def test_parquet_of_other_columns_is_refused_in_a_line(tmp_path):
    assert written(store(tmp_path), customer=IDS, sum=[1.5] * 12) == [
        f"money.parquet: columns «id», «{PROFIT}»: missing; "
        "the header has «customer», «sum»: rename them"
    ]


def test_a_column_of_another_type_is_refused_in_a_line(tmp_path):
    times = pa.array([0] * 12, pa.timestamp("ms"))
    assert written(store(tmp_path), id=IDS, **{PROFIT: times}) == [
        f"money.parquet: column «{PROFIT}»: of type timestamp[ms]; write text or numbers"
    ]


def test_a_number_where_text_must_be_is_refused(tmp_path):
    folder = parquet_store(tmp_path, only=("customers",))
    file = folder / "market_file.parquet"
    table = pq.read_table(file)
    place = table.column_names.index(RAW["contact_allowed"])
    pq.write_table(table.set_column(place, RAW["contact_allowed"], pa.array([True] * 12)), file)
    assert faults(folder) == [
        f"market_file.parquet: column «{RAW['contact_allowed']}»: of type bool; write text"
    ]


def test_infinite_numbers_and_rows_of_none_are_refused(tmp_path):
    (line,) = written(store(tmp_path / "a"), id=IDS, **{PROFIT: [float("inf")] * 12})
    assert line.endswith("«inf» is no finite number; write digits only")
    empty = {"id": pa.array([], pa.string()), PROFIT: pa.array([], pa.float64())}
    assert written(store(tmp_path / "b"), **empty) == [
        "money.parquet: no rows: write the table again"
    ]


@pytest.mark.parametrize("spoil", [lambda b: b"id;1\n", lambda b: b[: len(b) // 2], lambda b: b""])
def test_what_is_no_whole_parquet_is_refused_in_a_line(spoil, tmp_path):
    folder = parquet_store(tmp_path, only=("profit",))
    file = folder / "money.parquet"
    file.write_bytes(spoil(file.read_bytes()))
    (line,) = faults(folder)
    assert line.startswith("money.parquet: no whole parquet file (")
    assert line.endswith("; write it again")


def test_a_parquet_whose_pages_are_spoilt_is_refused_in_a_line(tmp_path):
    folder = parquet_store(tmp_path, only=("customers",))
    file = folder / "market_file.parquet"
    content = file.read_bytes()
    file.write_bytes(content[:4] + b"\xff" * 200 + content[204:])
    with pytest.raises(InputError, match=r"market_file\.parquet: no whole parquet file"):
        read_everyone(folder)


def test_unread_columns_of_parquet_may_be_of_any_type(tmp_path):
    folder = parquet_store(tmp_path, only=("profit",))
    file = folder / "money.parquet"
    table = pq.read_table(file)
    table = table.append_column("seen", pa.array([0] * 12, pa.timestamp("s")))
    pq.write_table(table.append_column("note", pa.array(['a";\n'] * 12)), file)
    for one in both(folder):
        assert len(one.customers) == 12
