"""Saved files with all that their readers ask for, around what a test is about."""

from pathlib import Path
from typing import Any

import pandas as pd

from one_click.running import writing
from one_click.running.schemas import FIGURES, TABLES

USUAL = {"number": 0.5, "finite": 0.5, "text": "a", "consent": True}
VALUES = {"number": 0.5, "text": "a", "number or none": None}


def write_table(path: Path, frame: pd.DataFrame) -> None:
    """The frame, with the columns that it has not."""
    usual = {name: USUAL[kind] for name, kind in TABLES[path].items() if name not in frame}
    write = writing.write_csv if path.suffix == ".csv" else writing.write_parquet
    write(path, frame.assign(**usual))


def usual_value(kind: Any) -> Any:
    """A value of a kind, see `schemas`."""
    if isinstance(kind, dict):
        return {name: usual_value(inner) for name, inner in kind.items()}
    return kind[0] if isinstance(kind, tuple) else VALUES[kind]


def write_figures(path: Path, values: dict) -> None:
    """The figures, with the keys that they have not, two levels deep."""
    usual = usual_value(FIGURES.get(path, {}))
    both = {
        name: usual.get(name, {}) | value if isinstance(value, dict) else value
        for name, value in values.items()
    }
    writing.write_json(path, usual | both, digits=None)
