"""How SQL reads the cells of a raw file, where it does: for `sql.staged`."""

from pathlib import Path

from one_click.columns import RAW_ID
from one_click.customers.header import headers_of, plain_header, rows_under_header
from one_click.customers.parquet import (
    DECIMAL,
    NUMBERS,
    PARQUET,
    SUFFIX,
    TEXT,
    WHOLE,
    kind_of,
    parquet_schema,
)
from one_click.customers.sql import READ_AS, Source
from one_click.customers.sql_cells import name, text
from one_click.running.errors import InputError

PATTERNS = "*?["  # DuckDB takes such a path for that of many files


def source_of(path: Path, table: str, labelled: bool) -> Source | None:
    """Where the cells of a table stand; None where the Python reader must read."""
    if any(mark in str(path) for mark in PATTERNS):
        return None
    source = parquet_source if path.suffix == SUFFIX else csv_source
    try:
        return source(path, table, labelled)
    except (OSError, InputError):
        return None


def csv_source(path: Path, table: str, labelled: bool) -> Source | None:
    """Of a file whose first line is a plain header."""
    header, needed = plain_header(path, table), headers_of(table, labelled)
    if header is None or not set(needed) <= set(header.names):
        return None
    rows = rows_under_header(path)
    if rows is None:
        return None
    places = {raw: f"c{place}" for place, raw in enumerate(header.names)}
    columns = ", ".join(f"{column}: 'VARCHAR'" for column in places.values())
    relation = (
        f"read_csv({text(str(path))}, auto_detect = false, header = true, strict_mode = true, "
        f"hive_partitioning = false, delim = {text(header.separator)}, quote = '\"', "
        f"escape = '\"', encoding = {text(READ_AS[header.encoding])}, columns = {{{columns}}})"
    )
    cells = {raw: places.pop(raw) for raw in needed}
    return Source(relation, rows, cells, others=tuple(places.values()), encoding=header.encoding)


def parquet_source(path: Path, table: str, labelled: bool) -> Source | None:
    """Of a file whose columns are of text, or of numbers where numbers are."""
    schema, rows = parquet_schema(path)
    names = [column.lower() for column in schema.names]
    needed = headers_of(table, labelled)
    if not set(needed) <= set(schema.names) or len(set(names)) < len(names):
        return None
    kinds = {raw: kind_of(schema.field(raw).type) for raw in needed}
    parts = []
    for place, (raw, kind) in enumerate(kinds.items()):
        column, as_text = name(raw), f"CAST({name(raw)} AS VARCHAR)"
        if kind == TEXT or (kind == WHOLE and raw == RAW_ID):
            cell = f"nullif({as_text}, '')"
        elif kind and raw in NUMBERS:
            cell = f"CAST({as_text if kind == DECIMAL else column} AS DOUBLE)"
        else:
            return None
        parts.append(f"{cell} AS c{place}")
    file = f"read_parquet({text(str(path))}, hive_partitioning = false)"
    cells = {raw: f"c{place}" for place, raw in enumerate(kinds)}
    typed = frozenset(raw for raw, kind in kinds.items() if kind != TEXT and raw in NUMBERS)
    relation = f"(SELECT {', '.join(parts)} FROM {file})"
    return Source(relation, rows, cells, typed, encoding=PARQUET)
