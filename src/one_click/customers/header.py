"""The first line of a raw CSV file, where it leaves no doubt how the file is to be read."""

import csv
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from one_click.customers.cells import SEPARATOR_LINE, SEPARATORS, WRAPPED, _separator, _split
from one_click.customers.checking import _columns_of, _key_of
from one_click.customers.decoding import HEAD, text_of
from one_click.running.errors import InputError

LARGEST = 4 * 2**30  # bytes: more is no table of one store's month
CHUNK = 2**22  # bytes looked at at once


@dataclass(frozen=True)
class Header:
    """How cells are parted, the name of each column, and the encoding of these names."""

    separator: str
    names: list[str]
    encoding: str


def headers_of(table: str, labelled: bool = True) -> list[str]:
    """Raw headers that a table must have; to score it needs no target."""
    return [*_key_of(table), *(column.raw for column in _columns_of(table, labelled))]


def plain_header(path: Path, table: str) -> Header | None:
    """Header of a file whose first line it is; None where the Python reader must look."""
    headers = headers_of(table)
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode) or status.st_size > LARGEST:
            return None
        with path.open("rb") as file:
            line = file.readline(HEAD)
        text, encoding = text_of(line, headers)
        text = text.removesuffix("\n").removesuffix("\r")
        if not line.endswith(b"\n") or "\r" in text:
            return None
        if SEPARATOR_LINE.fullmatch(text) or WRAPPED.fullmatch(text):
            return None
        separator = _separator(text, SEPARATORS, set(headers))
        list(csv.reader([text], delimiter=separator, skipinitialspace=True, strict=True))
        names = [cell for _, cells in _split(text, separator) for cell in cells]
    except (OSError, InputError, csv.Error):
        return None
    if not all(names) or len(set(names)) < len(names):
        return None
    return Header(separator, names, encoding)


def rows_under_header(path: Path) -> int | None:
    """Lines under the first one, blank ones at the end left out; None where lines end in two ways.

    Where a table has as many rows, none of them is of two lines, and none was passed over.
    """
    lines = returns = 0
    end = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            lines += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            end = (end + chunk)[-HEAD:]
    blank = end[len(end.rstrip(b"\r\n")) :].count(b"\n")
    return lines - blank if returns in (0, lines) else None
