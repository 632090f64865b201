"""Raw tables as parquet in place of CSV: the same columns, as text or as numbers."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from one_click.columns import COLUMNS, RAW_ID, TABLES
from one_click.customers.decoding import INVISIBLE
from one_click.running.errors import InputError

PARQUET, SUFFIX = "parquet", ".parquet"  # in an encoding's place; of a file
NUMBERS = {column.raw for column in COLUMNS if column.kind == "number"}
TEXT, WHOLE, DECIMAL, BINARY = "text", "whole numbers", "decimals", "binary numbers"


def table_path(folder: Path, table: str) -> Path:
    """The file of a table: CSV, or parquet where only that is there.

    Raises
    ------
    InputError
        Where both are there.
    """
    path = folder / TABLES[table].file
    other = path.with_suffix(SUFFIX)
    if other.exists() and path.exists():
        raise InputError(f"{path}: stands beside {other.name}; keep one of them")
    return other if other.exists() else path


def kind_of(type_: pa.DataType) -> str | None:
    """What a column of parquet is of, as far as it is read; None: of another type."""
    if pa.types.is_dictionary(type_):
        return TEXT if kind_of(type_.value_type) == TEXT else None
    kinds = {
        TEXT: pa.types.is_string(type_) or pa.types.is_large_string(type_),
        WHOLE: pa.types.is_integer(type_),
        DECIMAL: pa.types.is_decimal(type_),
        BINARY: pa.types.is_float32(type_) or pa.types.is_float64(type_),
    }
    return next((kind for kind, fits in kinds.items() if fits), None)


def parquet_schema(path: Path) -> tuple[pa.Schema, int]:
    """Names and types of a file's columns, and its number of rows.

    Raises
    ------
    InputError
        Where it is no parquet.
    """
    with _whole():
        file = pq.ParquetFile(path)
        return file.schema_arrow, file.metadata.num_rows


@contextmanager
def _whole() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        reason = " ".join(str(error).split())
        raise InputError(f"no whole parquet file ({reason}); write it again") from None


def parquet_cells(path: Path, headers: list[str]) -> pd.DataFrame:
    """Cells of a file as `cells.read_cells` gives them, those of numbers as numbers.

    Parameters
    ----------
    headers
        Of the table; the cells of other columns are not read.

    Returns
    -------
    cells
        The index is the number of the row, the first being 1.

    Raises
    ------
    InputError
        For what is no parquet, has no rows, or holds a column twice or of a type that is neither
        text nor numbers: a fault a line.
    """
    schema, rows = parquet_schema(path)
    faults = [fault for name in headers for fault in _faults(schema, name)]
    if not rows:
        faults.append("no rows: write the table again")
    if faults:
        raise InputError("; ".join(faults))
    with _whole():
        table = pq.read_table(path, columns=[name for name in headers if name in schema.names])
    cells = {name: _cells(table[name], name) if name in headers else "" for name in schema.names}
    return pd.DataFrame(cells, index=pd.RangeIndex(1, rows + 1))


def _faults(schema: pa.Schema, name: str) -> list[str]:
    types = [schema.field(place).type for place in schema.get_all_field_indices(name)]
    if len(types) > 1:
        return [f"column «{name}» stands twice in the file: keep one of them"]
    expected = "text or numbers" if name in NUMBERS | {RAW_ID} else "text"
    return [
        f"column «{name}»: of type {type_}; write {expected}"
        for type_ in types
        if kind_of(type_) is None or (expected == "text" and kind_of(type_) != TEXT)
    ]


def _cells(column: pa.ChunkedArray, name: str) -> pd.Series:
    """Cells of a column: numbers, or text as of CSV."""
    kind, index = kind_of(column.type), pd.RangeIndex(1, len(column) + 1)
    if kind != TEXT and name in NUMBERS:
        if kind == DECIMAL:
            column = column.cast(pa.string())
        return column.cast(pa.float64()).to_pandas().set_axis(index)
    if kind == BINARY:
        cells = column.to_pandas().map(repr, na_action="ignore")
    else:
        cells = column.cast(pa.string()).to_pandas()
    return cells.astype("str").fillna("").map(_stripped).astype("str").set_axis(index)


def _stripped(cell: str) -> str:
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", cell)).split())
