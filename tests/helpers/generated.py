"""A generated store's raw tables in a folder."""

from pathlib import Path

import pandas as pd

from one_click.columns import TABLES
from one_click.customers.generated import table_csv


def write_tables(folder: Path, tables: dict[str, pd.DataFrame]) -> Path:
    """Write raw tables into a folder; give it."""
    folder.mkdir(exist_ok=True)
    for table, frame in tables.items():
        (folder / TABLES[table].file).write_bytes(table_csv(table, frame))
    return folder
