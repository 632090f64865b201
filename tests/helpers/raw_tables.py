"""The four raw tables by hand, twelve customers, written in any dialect."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from one_click.columns import COLUMNS, RAW_ID, TABLES
from one_click.customers.reading import read_tables
from one_click.running.errors import InputError

CUSTOMERS = 12
FIRST_ID = 1001
RAW = {column.name: column.raw for column in COLUMNS} | {"id": RAW_ID}


def columns_of(table):
    """One column a raw header."""
    return list({column.raw: column for column in COLUMNS if column.table == table}.values())


def months_of(table):
    return [column.month for column in COLUMNS if column.table == table and column.month]


def raw_tables() -> dict[str, list[list[str]]]:
    """By table, rows of cells: the header first, so that row 0 is line 1 of the file.

    Customers 1001 to 1012, both classes six times, no twins; a table with months has the lines of
    1001 first, oldest month first. Numbers differ from row to row and from column to column.
    """
    tables = {}
    for table, described in TABLES.items():
        columns, months = columns_of(table), months_of(table)
        period = [described.period] if described.period else []
        rows = [[RAW_ID, *period, *(column.raw for column in columns)]]
        for number in range(CUSTOMERS):
            for place, month in enumerate(months or [None]):
                cells = [
                    column.values[number % len(column.values)].raw
                    if column.values
                    else f"{(number + place / 2 + 1) / (20 if column.high == 1 else 1):g}"
                    for column in columns
                ]
                rows.append([str(FIRST_ID + number), *([month.raw] if month else []), *cells])
        tables[table] = rows
    return tables


def put(tables, table, line, name, cell):
    """Write a cell; `line` is the line of the file."""
    tables[table][line - 1][column_of(tables, table, name)] = cell


def column_of(tables, table, name):
    return tables[table][0].index(RAW.get(name, name))


@dataclass(frozen=True)
class Dialect:
    """How a table is written."""

    separator: str = ","
    decimal: str = "."
    line_end: str = "\n"
    encoding: str = "utf-8"
    point_zero: bool = False
    quotes: bool = False
    space_outside: str = ""
    space_inside: str = ""

    def written(self, rows: list[list[str]]) -> bytes:
        """The bytes of a file."""
        lines = [self.separator.join(map(self.cell, row)) for row in rows]
        return "".join(line + self.line_end for line in lines).encode(self.encoding)

    def cell(self, cell: str) -> str:
        """A cell as the dialect writes it."""
        if cell.isdigit() and self.point_zero:
            cell += ".0"
        if cell.replace(".", "").isdigit():
            cell = cell.replace(".", self.decimal)
        cell = f"{self.space_inside}{cell}{self.space_inside}"
        if self.quotes or self.separator in cell:
            cell = f'"{cell}"'
        return f"{self.space_outside}{cell}{self.space_outside}"


PLAIN = Dialect()


def store(folder: Path, tables=None, dialects=None) -> Path:
    """Write tables into a folder, each in its dialect."""
    folder.mkdir(exist_ok=True)
    for table, rows in (tables or raw_tables()).items():
        content = (dialects or {}).get(table, PLAIN).written(rows)
        (folder / TABLES[table].file).write_bytes(content)
    return folder


def faults(folder: Path) -> list[str]:
    """The lines of the error, without the folder in front."""
    with pytest.raises(InputError) as error:
        read_tables(folder)
    lines = str(error.value).splitlines()
    assert all(line.startswith(str(folder)) for line in lines)
    return [line.removeprefix(f"{folder}/") for line in lines]
