"""The four raw tables read, checked and joined by DuckDB, or left to the Python reader.

What is read here is what `reading` would read, cell by cell: where a dialect, a spelling or a fault
leaves the least doubt, `joined_by_sql` gives nothing, and the Python reader reads, mends or says
what is wrong.
"""

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from one_click.columns import COLUMNS, TABLES
from one_click.customers import sql
from one_click.customers.cells import SEPARATOR_LINE, SEPARATORS, WRAPPED, _separator, _split
from one_click.customers.checking import _columns_of, _key_of
from one_click.customers.decoding import HEAD, INVISIBLE, text_of
from one_click.customers.lookalikes import lookalike_of
from one_click.running.errors import InputError

CHUNK = 2**22  # bytes looked at at once
UNKNOWN_LOOKED_AT = 1_000  # distinct values of a column
NO_MEMORY = "set scale.memory_mb higher, or make room on the disk"


@dataclass(frozen=True)
class Facts:
    """What was read: rows by table, mended cells by raw header, encoding by file."""

    rows: dict[str, int]
    mended: dict[str, int]
    encodings: dict[str, str]


@contextmanager
def database(memory_mb: int | None, spill: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database in memory; what exceeds its memory goes to the folder `spill`.

    Raises
    ------
    InputError
        Where memory and disk do not suffice.
    """
    config: dict = {"memory_limit": f"{memory_mb}MB"} if memory_mb else {}
    config |= {"temp_directory": str(spill)} if spill else {}
    with duckdb.connect(config=config) as connection:
        try:
            yield connection
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            reason = str(error).split("\n")[0]
            raise InputError(f"the tables do not fit ({reason}): {NO_MEMORY}") from None


def joined_by_sql(
    connection: duckdb.DuckDBPyConnection, folder: Path, labelled: bool
) -> Facts | None:
    """Join the tables of a folder to the table `base`, see `sql.base`; None: not by SQL.

    Parameters
    ----------
    labelled
        Whether they are to learn from; see `reading.read_tables`.
    """
    rows: dict[str, int] = {}
    mended: Counter[str] = Counter()
    for table, described in TABLES.items():
        path = folder / described.file
        source = csv_source(path, table, labelled)
        if source is None:
            return None
        query = sql.staged(table, source, labelled)
        try:
            connection.execute(f"CREATE TABLE {table} AS {query}")
        except duckdb.InvalidInputException:  # no table of even rows in UTF-8
            return None
        counts = _row(connection, sql.judged(table, labelled))
        rows[table] = counts.pop("rows")
        if counts.pop("faults") or rows[table] != _rows_of(path):
            return None
        mended.update({key.removeprefix("mended "): n for key, n in counts.items() if n})
    connection.execute(f"CREATE TABLE base AS {sql.base(labelled)}")
    joined = _row(connection, "SELECT count(*) AS rows FROM base")["rows"]
    months = {
        table: sum(column.table == table and column.month is not None for column in COLUMNS)
        for table in TABLES
    }
    if any(rows[table] != joined * (months[table] or 1) for table in TABLES):
        return None
    if not labelled and not _clearly_unknown(connection):
        return None
    for table in TABLES:
        connection.execute(f"DROP TABLE {table}")
    encodings = {described.file: "utf-8" for described in TABLES.values()}
    return Facts(rows, dict(mended), encodings)


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, int]:
    """The one row of a query, by name."""
    cursor = connection.execute(query)
    (row,) = cursor.fetchall()
    return dict(zip((column[0] for column in cursor.description), row, strict=True))


def _clearly_unknown(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether unknown values are no known ones in other letters, and plain text."""
    for column in sql.flagged():
        query = sql.unknown_texts(column.raw, UNKNOWN_LOOKED_AT)
        texts = [text for (text,) in connection.execute(query).fetchall()]
        expected = [value.raw for value in column.values]
        if len(texts) == UNKNOWN_LOOKED_AT or any(
            not _is_plain(text) or lookalike_of(text, expected) for text in texts
        ):
            return False
    return True


def _is_plain(text: str) -> bool:
    """Whether the Python reader would take a cell as it is."""
    return (
        text == " ".join(text.split())
        and text.isprintable()
        and '"' not in text
        and len(text) <= sql.LONGEST_CELL
        and unicodedata.is_normalized("NFC", text)
        and not INVISIBLE.search(text)
    )


def csv_source(path: Path, table: str, labelled: bool) -> sql.Source | None:
    """How SQL reads the cells of a file whose header is its first line, in UTF-8; None: not."""
    header = _header(path, table)
    needed = [*_key_of(table), *(column.raw for column in _columns_of(table, labelled))]
    if header is None or not set(needed) <= set(header[1]):
        return None
    separator, names = header
    columns = ", ".join(f"c{place}: 'VARCHAR'" for place in range(len(names)))
    relation = (
        f"read_csv({sql.text(str(path))}, auto_detect = false, header = true, strict_mode = true, "
        f"delim = {sql.text(separator)}, quote = '\"', escape = '\"', columns = {{{columns}}})"
    )
    cells = {raw: f"c{names.index(raw)}" for raw in needed}
    others = tuple(f"c{place}" for place, raw in enumerate(names) if raw not in cells)
    return sql.Source(relation, cells, others=others)


def _header(path: Path, table: str) -> tuple[str, list[str]] | None:
    """Separator and names of the first line, where nothing in it is for the Python reader."""
    headers = [*_key_of(table), *(column.raw for column in _columns_of(table))]
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            line = file.readline(HEAD)
        text, encoding = text_of(line, headers)
        text = text.removesuffix("\n").removesuffix("\r")
        if not line.endswith(b"\n") or "\r" in text or encoding != "utf-8":
            return None
        if SEPARATOR_LINE.fullmatch(text) or WRAPPED.fullmatch(text):
            return None
        separator = _separator(text, SEPARATORS, set(headers))
        next(csv.reader([text], delimiter=separator, skipinitialspace=True, strict=True))
        (names,) = (cells for _, cells in _split(text, separator))
    except (OSError, InputError, csv.Error, ValueError, StopIteration):
        return None
    return None if "" in names or len(set(names)) < len(names) else (separator, names)


def _rows_of(path: Path) -> int | None:
    """Lines of a file under its header; None, where they end in two ways.

    Blank lines at the end are none. Where it has as many rows, no row is of two lines.
    """
    lines = returns = 0
    end = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            lines += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            end = (end + chunk)[-HEAD:]
    if returns not in (0, lines):
        return None
    blank = end[len(end.rstrip(b"\r\n")) :].count(b"\n")
    return lines - blank
