"""A generated store's raw tables in a folder."""

from pathlib import Path

import pandas as pd

from one_click.columns import RAW_ID, TABLES
from one_click.customers.generated import table_csv


def write_tables(folder: Path, tables: dict[str, pd.DataFrame]) -> Path:
    """Write raw tables into a folder; give it."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, frame in tables.items():
        (folder / TABLES[table].file).write_bytes(table_csv(table, frame))
    return folder


def with_text_ids(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with ids that are no numbers: leading zeros, letters of two alphabets, marks."""

    def text_of(number: str) -> str:
        return f"00{number}" if int(number) % 2 else f"A-{number}/б"

    return {t: f.assign(**{RAW_ID: f[RAW_ID].map(text_of)}) for t, f in tables.items()}
