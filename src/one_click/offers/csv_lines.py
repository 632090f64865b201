"""Rows as lines of CSV, by DuckDB: the bytes that pandas writes, in a fifth of the time.

Of whole numbers and floats of 64 bits, and of texts: the plan and the flags have no others.
"""

from typing import Any

import pandas as pd

from one_click.offers.texts import texts_of

CONTENT = '[",\n]'  # of a cell that stands in quotes
QUOTED = (
    "CASE WHEN contains({0}, '\"') OR contains({0}, ',') OR contains({0}, chr(10)) "
    "THEN '\"' || replace({0}, '\"', '\"\"') || '\"' ELSE {0} END"
)


def csv_header(rows: pd.DataFrame) -> bytes:
    """The line of the names of columns."""
    return csv_lines(pd.DataFrame([list(rows)], dtype="str"))


def csv_lines(rows: pd.DataFrame) -> bytes:
    """A line a row: numbers as `repr` writes them, nothing where one is missing.

    A carriage return is a blank: no writer quotes it here, and it would begin a new row.

    Parameters
    ----------
    rows
        Columns of int64, float64 and of texts: objects, strings or categories.
    """
    import duckdb
    import pyarrow as pa

    names = [f"c{at}" for at in range(rows.shape[1])]
    cells = ", ',', ".join(_cell(name, rows.iloc[:, at]) for at, name in enumerate(names))
    table = pa.Table.from_pandas(rows, preserve_index=False).rename_columns(names)
    lines = duckdb.from_arrow(table).project(f"concat({cells}, chr(10))").to_arrow_table()
    return b"".join(map(_content, lines.column(0).chunks))


def _cell(name: str, column: pd.Series) -> str:
    """A cell in SQL, NULL where it is missing, for which `concat` has nothing."""
    cell, texts = f"CAST({name} AS VARCHAR)", texts_of(column)
    if texts.str.contains("\r", regex=False).any():
        cell = f"replace({cell}, chr(13), ' ')"
    return QUOTED.format(cell) if texts.str.contains(CONTENT).any() else cell


def _content(texts: Any) -> bytes:
    """The texts of an Arrow array, one after another."""
    import pyarrow as pa
    from pyarrow import compute

    (whole,) = compute.binary_join(pa.ListArray.from_arrays([0, len(texts)], texts), "")
    return whole.as_buffer().to_pybytes()
