"""The four raw tables read and checked by DuckDB, or left to the Python reader.

What is read here is what `reading` would read, cell by cell: where a dialect, a spelling or a fault
leaves the least doubt, nothing is, and the Python reader reads, mends or says what is wrong.
"""

import errno
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from one_click.columns import COLUMNS, TABLES
from one_click.customers import sql
from one_click.customers.decoding import INVISIBLE
from one_click.customers.lookalikes import lookalike_of
from one_click.customers.parquet import table_path
from one_click.customers.sources import source_of
from one_click.customers.sql_cells import LONGEST_CELL
from one_click.running.errors import InputError

UNKNOWN_LOOKED_AT = 1_000  # distinct values of a column
FULL = os.strerror(errno.ENOSPC)


@dataclass(frozen=True)
class Facts:
    """What was read: rows by table, mended cells by raw header, encoding by file."""

    rows: dict[str, int]
    mended: dict[str, int]
    encodings: dict[str, str]


@contextmanager
def database(memory_mb: int | None, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database; what exceeds its memory (None: most of the machine's) goes to a folder.

    Raises
    ------
    InputError
        Where neither memory nor disk suffices.
    """
    config: dict[str, str | bool | int | float | list[str]] = {"temp_directory": str(spill)}
    if memory_mb:
        config["memory_limit"] = f"{memory_mb}MB"
    with duckdb.connect(config=config) as connection:
        try:
            yield connection
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            (reason, *_) = str(error).splitlines()
            mend = "make room on the disk, or set scale.memory_mb higher"
            raise InputError(f"{spill.parent}: rows do not fit ({reason}): {mend}") from None


def staged(connection: duckdb.DuckDBPyConnection, folder: Path, labelled: bool) -> Facts | None:
    """Read the tables of a folder into tables of the database, see `sql.staged`.

    Ids are not compared yet: `sql.joined` must give as many rows as customers, each id once.

    Returns
    -------
    facts
        None where the Python reader must read.
    """
    rows: dict[str, int] = {}
    encodings: dict[str, str] = {}
    mended: Counter[str] = Counter()
    for table in TABLES:
        path = table_path(folder, table)
        source = source_of(path, table, labelled)
        if source is None or not _created(connection, table, sql.staged(table, source, labelled)):
            return None
        counts = _row(connection, sql.judged(table, labelled))
        rows[table] = counts.pop("rows")
        if counts.pop("faults") or rows[table] != source.rows:
            return None
        mended.update(counts)
        encodings[path.name] = source.encoding
    if any(rows[table] != rows["customers"] * _rows_a_customer(table) for table in TABLES):
        return None
    if not labelled and not _clearly_unknown(connection):
        return None
    return Facts(rows, dict(+mended), encodings)


def _rows_a_customer(table: str) -> int:
    return sum(c.table == table and c.month is not None for c in COLUMNS) or 1


def _created(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> bool:
    """Whether a file can be read as it is said to be."""
    try:
        connection.execute(f"CREATE TABLE {table} AS {query}")
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        if FULL in str(error):
            raise
        return False
    return True


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, int]:
    """The one row of a query, by name."""
    cursor = connection.execute(query)
    (row,) = cursor.fetchall()
    return dict(zip((column[0] for column in cursor.description), row, strict=True))


def _clearly_unknown(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether unknown values are plain text, and no known ones in letters of another alphabet."""
    for column in sql.may_be_unknown():
        query = sql.unknown_texts(column.raw, UNKNOWN_LOOKED_AT)
        values = [value for (value,) in connection.execute(query).fetchall()]
        expected = [value.raw for value in column.values]
        if len(values) == UNKNOWN_LOOKED_AT or not all(map(_is_plain, values)):
            return False
        if any(lookalike_of(value, expected) for value in values):
            return False
    return True


def _is_plain(cell: str) -> bool:
    """Whether the Python reader would take a cell as it is."""
    return (
        cell == " ".join(cell.split())
        and cell.isprintable()
        and '"' not in cell
        and len(cell) <= LONGEST_CELL
        and unicodedata.is_normalized("NFC", cell)
        and not INVISIBLE.search(cell)
    )
