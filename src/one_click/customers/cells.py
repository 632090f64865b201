"""The text of one raw file as cells, in any dialect; codes of a column."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
import pandas as pd

from one_click.columns import Value
from one_click.customers.rows import rows_text
from one_click.running.errors import InputError

SEPARATORS = ";,\t|"
SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)[;,\t|]*"?[;,\t|]*\s*', re.IGNORECASE)
WRAPPED = re.compile(r'[^\S\r\n]*"((?:[^"]|"")*)"[;,\t|]*\s*')
TITLES = 30  # rows that may stand above a header
EXPORT = "export the table again"


def read_cells(text: str, headers: Iterable[str]) -> pd.DataFrame:
    """Cells as stripped text, an empty one as "", by header; the index is the line of the file.

    Parameters
    ----------
    headers
        Of the table: the separator is what parts most of them.

    Raises
    ------
    InputError
        For an empty file, a header alone, a doubled column, cells under no header or rows of
        differing length.
    """
    if not text.strip():
        raise InputError(f"the file is empty: {EXPORT}")
    if not text.strip(f'{SEPARATORS}" \t\r\n'):
        raise InputError(f"only separators and quotes, no cell: {EXPORT}")
    headers, text = set(headers), _unwrapped(text)
    first = next(line for line in io.StringIO(text, newline="") if line.strip())
    separators = SEPARATORS
    if declared := SEPARATOR_LINE.fullmatch(first):
        text, separators = text.replace(first, "\n", 1), SEPARATORS + declared[1]
    rows = dict(_split(text, _separator(text, separators, headers)))
    if not rows:
        raise InputError(f"no cell in it: {EXPORT}")
    for line, cells in islice(rows.items(), 1, TITLES):
        if headers <= set(cells) and not headers & set(rows[min(rows)]):
            raise InputError(f"the header is row {line}: take out the rows above it")
    return _frame(rows)


def _unwrapped(text: str) -> str:
    """The text without the one pair of quotes around each line, where each has one."""
    lines = [WRAPPED.fullmatch(line) or line for line in io.StringIO(text, newline="")]
    if any(isinstance(line, str) and line.strip() for line in lines):
        return text
    return "\n".join("" if isinstance(line, str) else line[1].replace('""', '"') for line in lines)


def _split(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Line and stripped cells of each row that has a cell."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    line = 1
    try:
        for row in reader:
            cells = [" ".join(cell.split()) for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        problem = f"a cell of more than {csv.field_size_limit():,} characters"
        raise InputError(f"row {line}: {problem}; correct it (is a quote left open?)") from None


def _separator(text: str, separators: str, headers: set[str]) -> str:
    """What parts most of the headers, or else the most cells of the first row."""

    def parted(separator: str) -> tuple[int, int]:
        cells = next((cells for _, cells in _split(text, separator)), [])
        return len(headers & set(cells)), len(cells)

    return max(separators, key=parted)


def _without_empty_end(cells: list[str], least: int) -> list[str]:
    """Cells without empty ones at the end, which separators there make; so many at least."""
    end = len(cells)
    while end > least and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _frame(rows: dict[int, list[str]]) -> pd.DataFrame:
    """Rows under the header, which is the first of them."""
    names = rows.pop(min(rows))
    width = max((len(_without_empty_end(cells, 0)) for cells in rows.values()), default=0)
    names = _without_empty_end(names, width)
    rows = {line: _without_empty_end(cells, len(names)) for line, cells in rows.items()}
    named = [name for name in names if name]
    duplicates = sorted({name for name in named if named.count(name) > 1})
    if duplicates:
        raise InputError(f"column «{duplicates[0]}» stands twice in the header: keep one of them")
    if not rows:
        raise InputError(f"only a header, no rows: {EXPORT}")
    uneven = [line for line, cells in rows.items() if len(cells) != len(names)]
    if uneven:
        raise InputError(
            f"{rows_text(uneven)}: more or fewer cells than the {len(names)} of the header; "
            "correct it"
        )
    cells = np.array(list(rows.values()), dtype=object)
    for place, name in enumerate(names[1:], 1):  # the first one may be pandas' index
        if not name and any(cells[:, place]):
            at = [line for line, row in rows.items() if row[place]]
            raise InputError(
                f"{rows_text(at)}: a cell under no header, column {place + 1} of the file: is a "
                "separator within a cell? quote that cell, or name the column"
            )
    kept = [place for place, name in enumerate(names) if name]
    return pd.DataFrame(cells[:, kept], index=list(rows), columns=named, dtype="str")


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
