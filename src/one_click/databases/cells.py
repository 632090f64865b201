"""How a value of a database is written in CSV, so that it is read as the database holds it.

An empty cell is no value. Of a decimal number with three digits after the point a reader of CSV
cannot tell whether the point parts thousands: it gets a zero more. A boolean is a word of consent.
PostgreSQL writes its cells by `postgresql.exported`, the same.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from one_click.columns import CONSENT, REFUSAL

THREE_DECIMALS = 4  # characters from the point on


def header_line(headers: Sequence[str]) -> bytes:
    """The first line of a file."""
    return csv_lines([headers], ["text"] * len(headers))


def csv_lines(rows: Iterable[Sequence[Any]], kinds: Sequence[str]) -> bytes:
    """Rows as lines of CSV in UTF-8.

    Parameters
    ----------
    kinds
        Of each column: "number", "consent" or any other.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerows(map(_cell, row, kinds) for row in rows)
    return lines.getvalue().encode()


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "consent" and isinstance(value, bool):
        return CONSENT.raw if value else REFUSAL.raw
    if kind == "number" and isinstance(value, float | Decimal):
        text = format(value, "f") if isinstance(value, Decimal) else repr(value)
        return f"{text}0" if text[-THREE_DECIMALS : -THREE_DECIMALS + 1] == "." else text
    return str(value)
