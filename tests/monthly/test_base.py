"""The base of any number of customers, as a file: the same whichever reader reads the tables."""

import pandas as pd
import pyarrow.parquet as pq
import pytest
from helpers.raw_tables import CUSTOMERS, put, raw_tables, store

from one_click.columns import COLUMNS, FEATURES, ID, PROFIT, TARGET
from one_click.customers.joining import joined
from one_click.customers.reading import read_tables
from one_click.customers.staging import database
from one_click.monthly import base
from one_click.monthly.base import write_base
from one_click.running.errors import InputError
from one_click.settings.scale import Scale

SCALE = Scale(memory_mb=100, chunk_rows=5, workbook_rows=1)


def written(tmp_path, folder):
    path = tmp_path / "base.parquet"
    return write_base(folder, path, "--tables", SCALE), path


def by_python(monkeypatch, tmp_path, folder):
    with monkeypatch.context() as patch:
        patch.setattr(base, "staged", lambda *_, **__: None)
        return written(tmp_path, folder)


def test_the_file_holds_the_joined_customers_in_order_of_their_id(tmp_path):
    folder = store(tmp_path / "tables")
    rows, path = written(tmp_path, folder)
    assert rows == CUSTOMERS
    table = pq.read_table(path)
    assert table.column_names == [ID, *FEATURES, PROFIT, "unanswered", "unknown"]
    everyone = joined(read_tables(folder).frames).drop(columns=TARGET)
    expected = everyone.sort_values(ID, ignore_index=True)
    frame = table.to_pandas()
    pd.testing.assert_frame_equal(
        frame[list(expected)], expected, check_dtype=False, check_exact=True
    )
    assert not frame["unanswered"].any()
    assert (frame["unknown"] == "").all()


def test_row_groups_are_of_so_many_rows(tmp_path):
    _, path = written(tmp_path, store(tmp_path / "tables"))
    file = pq.ParquetFile(path).metadata
    assert [file.row_group(at).num_rows for at in range(file.num_row_groups)] == [5, 5, 2]


def test_both_readers_write_the_same_bytes(tmp_path, monkeypatch):
    """With empty cells, mended spellings and unknown values."""
    tables = raw_tables()
    for line, column in enumerate((c for c in COLUMNS if c.feature and not c.month), 2):
        put(tables, column.table, line, column.name, "")
    put(tables, "customers", 2, "favourite_category", "Косметика и аксесуары")
    put(tables, "revenue", 5, "Выручка", "")
    for line, name in ((12, "service_type"), (12, "contact_allowed"), (13, "contact_allowed")):
        put(tables, "customers", line, name, "платина")
    folder = store(tmp_path / "tables", tables)
    rows, path = written(tmp_path, folder)
    content = path.read_bytes()
    assert by_python(monkeypatch, tmp_path, folder)[0] == rows
    assert path.read_bytes() == content
    frame = pd.read_parquet(path).set_index(ID)
    assert frame["unanswered"].sum() == 1
    assert frame.loc["1011", "unknown"] == "service_type,contact_allowed"
    assert frame.loc["1012", "unknown"] == "contact_allowed"
    assert TARGET not in frame


def spilt(folder):
    """Put more aside than there is room for."""
    with database(100, folder) as connection:
        connection.execute("SET max_temp_directory_size = '1MB'")
        connection.execute("CREATE TABLE t AS SELECT range, random() FROM range(20_000_000)")


def test_a_full_disk_is_one_clear_line(tmp_path):
    with pytest.raises(InputError) as error:
        spilt(tmp_path / "spill")
    line = str(error.value)
    assert ": rows do not fit (" in line
    assert line.endswith("): make room on the disk, or set scale.memory_mb higher")
    assert "\n" not in line


def test_a_customer_twice_is_seen_by_the_rows_that_come_out(tmp_path):
    """The rows that DuckDB joins are counted: the Python reader then says who is missing."""
    tables = raw_tables()
    tables["profit"][2][0] = "1001"
    with pytest.raises(InputError, match="stands more than once"):
        written(tmp_path, store(tmp_path / "tables", tables))
