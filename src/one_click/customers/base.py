"""The joined customers of the raw tables, of any number: to a file in chunks, or as a frame."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from one_click.columns import BY_NAME, FEATURES, ID, PROFIT, RAW_ID, TARGET
from one_click.customers import sql
from one_click.customers.joining import joined
from one_click.customers.reading import RawTables, read_tables
from one_click.customers.staging import database, joined_by_sql
from one_click.settings.scale import Scale

TYPES = {
    "number": pa.float64(),
    "category": pa.string(),
    "consent": pa.bool_(),
    "label": pa.int64(),
}


@dataclass(frozen=True)
class BaseFacts:
    """Customers; mended cells by raw header; encoding by file; unknown values by column."""

    rows: int
    mended: dict[str, int]
    encodings: dict[str, str]
    unknown: dict[str, int]


def write_base(
    folder: Path, path: Path, labelled: bool, option: str | None, scale: Scale
) -> BaseFacts:
    """Read, check, join and sort the raw tables of a folder, and write a row a customer.

    The file is parquet: `customer_id`, `declined` if labelled, the features, the profit,
    `unanswered` (whether the cell of consent was empty) and `unknown` (names of columns whose value
    is in no list, joined by commas), sorted by id in the order of code points, in row groups of
    `scale.chunk_rows`. The same tables give the same bytes, whichever reader reads them. Memory of
    the reading is `scale.memory_mb`; what is more goes to the disk beside `path`, which is written
    as it comes: give a path beside the one that it is to replace.

    Parameters
    ----------
    labelled, option
        See `reading.read_tables`.

    Raises
    ------
    InputError
        As `reading.read_tables`, and where neither memory nor disk suffices.
    """
    with (
        TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as spill,
        database(scale.memory_mb, Path(spill)) as connection,
    ):
        facts = joined_by_sql(connection, folder, labelled)
        if facts:
            columns = ", ".join(sql.name(column) for column in _schema(labelled).names)
            query = f"SELECT {columns} FROM base ORDER BY {ID}"
            batches = connection.sql(query).to_arrow_reader(scale.chunk_rows)
            unknown = _write(path, batches, labelled, scale.chunk_rows)
            return BaseFacts(facts.rows["customers"], facts.mended, facts.encodings, unknown)
    raw = read_tables(folder, labelled, option)
    frame = with_flags(raw).sort_values(ID, ignore_index=True)
    table = pa.Table.from_pandas(frame, _schema(labelled), preserve_index=False)
    unknown = _write(path, table.to_batches(), labelled, scale.chunk_rows)
    return BaseFacts(len(frame), raw.mended, raw.encodings, unknown)


def _schema(labelled: bool) -> pa.Schema:
    names = [*([TARGET] if labelled else []), *FEATURES, PROFIT]
    columns = [(name, TYPES[BY_NAME[name].kind]) for name in names]
    flags = [(sql.UNANSWERED, pa.bool_()), (sql.UNKNOWN_COLUMNS, pa.string())]
    return pa.schema([(ID, pa.string()), *columns, *flags])


def _write(
    path: Path, batches: Iterable[pa.RecordBatch], labelled: bool, rows: int
) -> dict[str, int]:
    """Write row groups of so many rows; unknown values by column."""
    schema = _schema(labelled)
    unknown: dict[str, int] = {}
    with pq.ParquetWriter(path, schema, write_page_checksum=True) as writer:
        for group in _regrouped(batches, rows):
            writer.write_table(group.cast(schema), row_group_size=rows)
            for names in group[sql.UNKNOWN_COLUMNS].to_pylist():
                for name in filter(None, names.split(",")):
                    unknown[name] = unknown.get(name, 0) + 1
    return unknown


def _regrouped(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """The same rows in tables of so many, each in one piece; fewer in the last one."""
    pieces: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        start = 0
        while start < batch.num_rows:
            pieces.append(batch.slice(start, rows - count))
            start += pieces[-1].num_rows
            count += pieces[-1].num_rows
            if count == rows:
                yield pa.Table.from_batches(pieces).combine_chunks()
                pieces, count = [], 0
    if pieces:
        yield pa.Table.from_batches(pieces).combine_chunks()


def with_flags(raw: RawTables) -> pd.DataFrame:
    """The joined customers of raw frames, with `unanswered` and `unknown`."""
    customers = joined(raw.frames)
    names = pd.Series("", index=customers.index)
    for column in sql.flagged():
        if ids := raw.unknown.get(column.raw):
            is_unknown = customers[ID].isin(ids)
            separator = names[is_unknown].map(lambda text: "," if text else "")
            names[is_unknown] += separator + column.name
    consent = BY_NAME[sql.CONSENT_COLUMN]
    answers = raw.frames[consent.table]
    empty = answers.loc[answers[consent.raw].isna(), RAW_ID]
    no_answer = customers[ID].isin(empty) & ~customers[ID].isin(raw.unknown.get(consent.raw, []))
    return customers.assign(**{sql.UNANSWERED: no_answer, sql.UNKNOWN_COLUMNS: names})
