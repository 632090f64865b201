"""Everyone of the raw tables, a row a customer: by DuckDB, or else by the Python reader."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa

from one_click.columns import BY_NAME, FEATURES, ID, PROFIT, RAW_ID, TARGET
from one_click.customers import sql
from one_click.customers.joining import joined
from one_click.customers.reading import RawTables, read_tables
from one_click.customers.staging import database, staged

TYPES = {
    "number": pa.float64(),
    "category": pa.string(),
    "consent": pa.bool_(),
    "label": pa.int64(),
}


@dataclass(frozen=True)
class Everyone:
    """Customers as `joining.joined` gives them, in the order of their file, and what was read.

    `customers` has two columns more: `unanswered`, whether the cell of consent was empty, and
    `unknown`, the names of columns whose value is in no list, joined by commas. `rows` is by table,
    `mended` by raw header, `encodings` by file.
    """

    customers: pd.DataFrame
    rows: dict[str, int]
    mended: dict[str, int]
    encodings: dict[str, str]


def schema(labelled: bool) -> pa.Schema:
    """Columns of a joined customer and their types."""
    names = [*([TARGET] if labelled else []), *FEATURES, PROFIT]
    columns = [(name, TYPES[BY_NAME[name].kind]) for name in names]
    flags = [(sql.UNANSWERED, pa.bool_()), (sql.UNKNOWN, pa.string())]
    return pa.schema([(ID, pa.string()), *columns, *flags])


def with_flags(raw: RawTables) -> pd.DataFrame:
    """The joined customers of raw frames, with `unanswered` and `unknown`."""
    customers = joined(raw.frames)
    names = pd.Series("", index=customers.index)
    for column in sql.may_be_unknown():
        if ids := raw.unknown.get(column.raw):
            is_unknown = customers[ID].isin(ids)
            separator = names[is_unknown].map(lambda text: "," if text else "")
            names[is_unknown] += separator + column.name
    consent = sql.CONSENT_COLUMN
    answers = raw.frames[consent.table]
    empty = answers.loc[answers[consent.raw].isna(), RAW_ID]
    no_answer = customers[ID].isin(empty) & ~customers[ID].isin(raw.unknown.get(consent.raw, []))
    return customers.assign(**{sql.UNANSWERED: no_answer, sql.UNKNOWN: names})


def read_everyone(folder: Path, labelled: bool = True, option: str | None = None) -> Everyone:
    """Read, check and join the raw tables of a folder.

    Parameters
    ----------
    labelled, option
        See `reading.read_tables`.

    Raises
    ------
    InputError
        As `reading.read_tables`.
    """
    with TemporaryDirectory() as spill, database(None, Path(spill)) as connection:
        if facts := staged(connection, folder, labelled):
            query = (
                f"SELECT * EXCLUDE {sql.PLACE} FROM ({sql.joined(labelled)}) ORDER BY {sql.PLACE}"
            )
            customers = _as_joined(connection.sql(query).to_arrow_table().cast(schema(labelled)))
            if len(customers) == facts.rows["customers"] and customers[ID].is_unique:
                return Everyone(customers, facts.rows, facts.mended, facts.encodings)
    raw = read_tables(folder, labelled, option)
    rows = {table: len(frame) for table, frame in raw.frames.items()}
    return Everyone(with_flags(raw), rows, raw.mended, raw.encodings)


def _as_joined(table: pa.Table) -> pd.DataFrame:
    """A frame with the types of `joining.joined`: a category is an object, None where missing."""
    frame = table.to_pandas()
    for name in FEATURES:
        if BY_NAME[name].kind == "category":
            cells = frame[name].astype(object)
            frame[name] = cells.where(cells.notna(), None)
    return frame
