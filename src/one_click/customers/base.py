"""The joined customers of the raw tables, of any number, to a file, chunk by chunk."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from one_click.columns import ID
from one_click.customers import sql
from one_click.customers.everyone import schema, with_flags
from one_click.customers.reading import read_tables
from one_click.customers.staging import database, staged
from one_click.running.regrouping import regrouped
from one_click.settings.scale import Scale


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
        if facts := staged(connection, folder, labelled):
            query = f"SELECT * EXCLUDE {sql.PLACE} FROM ({sql.joined(labelled)}) ORDER BY {ID}"
            batches = connection.sql(query).to_arrow_reader(scale.chunk_rows)
            rows, unknown = _write(path, batches, labelled, scale.chunk_rows)
            if rows == facts.rows["customers"]:
                return BaseFacts(rows, facts.mended, facts.encodings, unknown)
    raw = read_tables(folder, labelled, option)
    frame = with_flags(raw).sort_values(ID, ignore_index=True)
    table = pa.Table.from_pandas(frame, schema(labelled), preserve_index=False)
    rows, unknown = _write(path, table.to_batches(), labelled, scale.chunk_rows)
    return BaseFacts(rows, raw.mended, raw.encodings, unknown)


def _write(
    path: Path, batches: Iterable[pa.RecordBatch], labelled: bool, rows: int
) -> tuple[int, dict[str, int]]:
    """Write row groups of so many rows.

    Returns
    -------
    rows, unknown
        Rows whose id comes after that of the row before; unknown values by column.
    """
    columns = schema(labelled)
    count, last = 0, ""
    unknown: Counter[str] = Counter()
    with pq.ParquetWriter(path, columns, write_page_checksum=True) as writer:
        for group in regrouped(batches, rows):
            writer.write_table(group.cast(columns), row_group_size=rows)
            for names in filter(None, group[sql.UNKNOWN].to_pylist()):
                unknown.update(names.split(","))
            ids = group[ID]
            rising = pc.sum(pc.less(ids[:-1], ids[1:])).as_py() or 0
            count += rising + (last < ids[0].as_py())
            last = ids[-1].as_py()
    return count, dict(unknown)
