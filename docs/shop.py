"""A database to try `one-click fetch` on: the generated store's tables as data/shop.db, in SQLite.

Run in the project's folder, after `make repro`: `python docs/shop.py`.
"""

import sqlite3
from contextlib import closing

import pandas as pd

from one_click import artefacts
from one_click.columns import COLUMNS, TABLES
from one_click.customers.cells import read_cells
from one_click.customers.header import headers_of

NAMES = {column.raw: column.name for column in COLUMNS if not column.month}
NAMES |= {"Период": "month", "Выручка": "revenue", "минут": "minutes"}  # of English headings
NUMBERS = {column.raw for column in COLUMNS if column.kind == "number"}


def frames() -> dict[str, pd.DataFrame]:
    """By name of the table: cells as they are in the files, numbers as numbers, ids as text."""
    tables = {}
    for name, table in TABLES.items():
        text = (artefacts.SAMPLE / table.file).read_text(encoding="utf-8")
        cells = read_cells(text, headers_of(name))
        for header in NUMBERS & set(cells):
            cells[header] = pd.to_numeric(cells[header].str.replace(",", "."))
        tables[name] = cells.rename(columns=NAMES)
    return tables


if __name__ == "__main__":
    with closing(sqlite3.connect("data/shop.db")) as database:
        for name, frame in frames().items():
            frame.to_sql(name, database, index=False, if_exists="replace")
