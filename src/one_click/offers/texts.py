"""Texts of a table for people: none that a spreadsheet would take for a formula."""

import pandas as pd
from pandas.api.types import is_numeric_dtype

# What makes a spreadsheet take a cell for a formula:
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def texts_of(column: pd.Series) -> pd.Series:
    """The texts of a column, of a category each once; none of a column of numbers."""
    if is_numeric_dtype(column.dtype):
        return pd.Series(dtype="str")
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Series(column.cat.categories, dtype="str")
    return column.dropna().astype("str")


def harmless(cell: object) -> object:
    """A text that a spreadsheet would take for a formula, behind an apostrophe; else as it is."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def harmless_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every text harmless; numbers stay numbers, the ones below zero too."""
    mended = [name for name in rows if texts_of(rows[name]).str.startswith(FORMULA_STARTS).any()]
    return rows.assign(**{name: rows[name].map(harmless) for name in mended})
