"""One raw file as text: its encoding, its cells, numbers and codes of a column."""

import csv
import io
from collections.abc import Iterable

import numpy as np
import pandas as pd

from one_click.columns import Value

ROWS_SHOWN = 5


def _rows(lines: Iterable[int]) -> str:
    """Lines of the file, the header being line 1; a few, and how many more."""
    lines = sorted(lines)
    text = ", ".join(map(str, lines[:ROWS_SHOWN]))
    more = f" and {len(lines) - ROWS_SHOWN} more" if len(lines) > ROWS_SHOWN else ""
    return f"row{'s' if len(lines) > 1 else ''} {text}{more}"


def decode(content: bytes) -> tuple[str, str]:
    """Text of a file and its encoding: UTF-8, or else cp1251.

    Raises
    ------
    UnicodeDecodeError
        Where it is neither.
    """
    try:
        if b"\0" in content:  # UTF-16, which cp1251 would take letter by letter
            raise UnicodeDecodeError("utf-8", content, 0, 1, "a zero byte")
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        if b"\0" in content:
            raise
        return content.decode("cp1251"), "cp1251"


def read_cells(text: str) -> pd.DataFrame:
    """Cells as stripped text, an empty one as "", by header; the index is the line of the file.

    Raises
    ------
    ValueError
        For an empty file, a header alone, a doubled column or rows of differing length.
    """
    if not text.strip():
        raise ValueError("the file is empty: export the table again")
    separator = max(";,\t", key=text.lstrip().splitlines()[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    rows, line = {}, 1
    try:
        for row in reader:
            cells = [" ".join(cell.split()) for cell in row]
            if any(cells):
                rows[line] = cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"row {line}: {error}; correct it (is a quote left open?)") from None
    names = rows.pop(min(rows))
    duplicates = sorted({name for name in names if names.count(name) > 1})
    if duplicates:
        raise ValueError(f"column «{duplicates[0]}» stands twice in the header: keep one of them")
    if not rows:
        raise ValueError("only a header, no rows: export the table again")
    uneven = [line for line, cells in rows.items() if len(cells) != len(names)]
    if uneven:
        raise ValueError(
            f"{_rows(uneven)}: more or fewer cells than the {len(names)} of the header; correct it"
        )
    return pd.DataFrame(list(rows.values()), index=list(rows), columns=names, dtype="str")


def as_numbers(cells: pd.Series) -> tuple[pd.Series, pd.Index]:
    """Numbers of a column of text, empty as missing, and the index of cells that are none."""
    texts = cells[cells != ""]
    numbers = pd.to_numeric(texts.str.replace(",", ".", regex=False), errors="coerce")
    numbers = numbers.astype("float64").replace([np.inf, -np.inf], np.nan)
    return numbers.reindex(cells.index), numbers.index[numbers.isna()]


def _with_other_mark(cells: pd.Series) -> pd.Index:
    """Cells with a comma, where others of the column have a point: one of the two is no decimal."""
    comma, point = cells.str.contains(",", regex=False), cells.str.contains(".", regex=False)
    return cells.index[comma] if point.any() else cells.index[:0]


def as_codes(cells: pd.Series, values: Iterable[Value]) -> tuple[pd.Series, pd.Index, int]:
    """Codes of a column of raw values; the index of unknown ones; how many were misspelt."""
    codes = {value.raw: value.code for value in values}
    misspelt = {wrong: value.code for value in values for wrong in value.misspelt}
    column = cells.map(codes | misspelt)
    unknown = column.index[column.isna() & (cells != "")]
    return (
        column.astype(object).where(column.notna(), None),
        unknown,
        int(cells.isin(misspelt).sum()),
    )
