"""The joined customers of a month's raw tables, of any number, to a file, chunk by chunk."""

from collections.abc import Iterable
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

COLUMNS = schema(labelled=False)


def write_base(folder: Path, path: Path, option: str, scale: Scale) -> int:
    """Read, check, join and sort the raw tables of a folder; write a row a customer, count them.

    The file is parquet: `customer_id`, the features, the profit, `unanswered` (whether the cell of
    consent was empty) and `unknown` (names of columns whose value is in no list, joined by commas),
    sorted by id in the order of code points, in row groups of `scale.chunk_rows`. The same tables
    give the same bytes, whichever reader reads them. Memory of the reading is `scale.memory_mb`;
    what is more goes to the disk beside `path`, which is written as it comes.

    Parameters
    ----------
    option
        By which the user names the folder.

    Raises
    ------
    InputError
        As `reading.read_tables`, and where neither memory nor disk suffices.
    """
    with (
        TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as spill,
        database(scale.memory_mb, Path(spill)) as connection,
    ):
        if facts := staged(connection, folder, labelled=False):
            query = f"SELECT * EXCLUDE {sql.PLACE} FROM ({sql.joined(False)}) ORDER BY {ID}"
            batches = connection.sql(query).to_arrow_reader(scale.chunk_rows)
            rows = _write(path, batches, scale.chunk_rows)
            if rows == facts.rows["customers"]:
                return rows
    raw = read_tables(folder, labelled=False, option=option)
    frame = with_flags(raw).sort_values(ID, ignore_index=True)
    table = pa.Table.from_pandas(frame, COLUMNS, preserve_index=False)
    return _write(path, table.to_batches(), scale.chunk_rows)


def _write(path: Path, batches: Iterable[pa.RecordBatch], rows: int) -> int:
    """Write row groups of so many rows; how many ids come after that of the row before."""
    count, last = 0, ""
    with pq.ParquetWriter(path, COLUMNS, use_dictionary=False, write_page_checksum=True) as writer:
        for group in regrouped(batches, rows):
            writer.write_table(group.cast(COLUMNS), row_group_size=rows)
            ids = group[ID]
            rising = pc.sum(pc.less(ids[:-1], ids[1:])).as_py() or 0
            count += rising + (last < ids[0].as_py())
            last = ids[-1].as_py()
    return count
