"""How a saved file is read: as its stage left it, or one line that says what to run."""

import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from one_click.running.errors import InputError, damaged
from one_click.running.schemas import FIGURES, MAY_BE_EMPTY, TABLES

if TYPE_CHECKING:
    import pandas as pd

MOST_CELLS = 2**28  # of a table: 2 GB of numbers; a few bytes of parquet can say any number of rows
TYPES = {  # of a column's values, as pandas infers them; missing ones do not count
    "number": ("integer", "floating", "mixed-integer-float", "empty"),
    "finite": ("integer", "floating"),
    "text": ("string", "empty"),
    "consent": ("boolean", "empty"),
}


def content(path: Path) -> bytes:
    """What a saved file holds.

    Raises
    ------
    InputError
        Where it is not there.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: not found: run `dvc repro` to make it, or `dvc pull`") from None
    except IsADirectoryError:
        raise damaged(path, "a folder stands in its place") from None


def figures(path: Path) -> dict[str, Any]:
    """A saved JSON file.

    Raises
    ------
    InputError
        Where it is missing or no JSON, or holds not what `FIGURES` says.
    """
    data = content(path)
    try:
        values = json.loads(data, parse_constant=_no_number)
    except Exception as error:  # cut, no UTF-8, no JSON, nested too deep
        raise damaged(path, error) from None
    if fault := _fault(values, FIGURES.get(path, {})):
        raise damaged(path, fault)
    return values


def table(path: Path) -> "pd.DataFrame":
    """A saved parquet file, or a CSV of figures.

    Raises
    ------
    InputError
        Where it is missing or damaged, or holds not what `TABLES` says.
    """
    data = content(path)
    try:
        frame = _parquet(data) if path.suffix == ".parquet" else _csv(data)
    except Exception as error:  # a library's own at whatever place the file is damaged
        raise damaged(path, error) from None
    if fault := _column_fault(frame, TABLES[path]):
        raise damaged(path, fault)
    if not len(frame) and path not in MAY_BE_EMPTY:
        raise damaged(path, "no row")
    return frame


def _parquet(data: bytes) -> "pd.DataFrame":
    import pandas as pd
    from pyarrow import parquet

    said = parquet.read_metadata(io.BytesIO(data))
    if said.num_rows * said.num_columns > MOST_CELLS:
        raise ValueError(f"{said.num_rows} rows of {said.num_columns} columns")
    return pd.read_parquet(io.BytesIO(data), page_checksum_verification=True)


def _csv(data: bytes) -> "pd.DataFrame":
    import pandas as pd

    return pd.read_csv(io.BytesIO(data))


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _fault(value: Any, kind: Any) -> str:
    """What of a value is not of its kind, see `schemas`; empty if nothing."""
    if isinstance(kind, Mapping):
        if not isinstance(value, dict):
            return f"no mapping but {type(value).__name__}"
        if missing := sorted(set(kind) - set(value)):
            return f"no {', '.join(missing)}"
        faults = ((name, _fault(value[name], inner)) for name, inner in kind.items())
        return next((f"{name}: {fault}" for name, fault in faults if fault), "")
    if isinstance(kind, tuple):
        return "" if value in kind else f"{value!r} is none of its values"
    if kind == "text":
        return "" if isinstance(value, str) else f"{value!r} is no text"
    if kind == "number or none" and value is None:
        return ""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if number and math.isfinite(value) else f"{value!r} is no number"


def _column_fault(frame: "pd.DataFrame", kinds: Mapping[str, str]) -> str:
    """What of a table is not of its columns' kinds; empty if nothing."""
    import numpy as np
    import pandas as pd

    if missing := [name for name in kinds if name not in frame]:
        return f"no column {', '.join(missing)}"
    for name, kind in kinds.items():
        column = frame[name]
        if kind in ("key", "id"):
            if column.isna().any() or (kind == "key" and not column.is_unique):
                return f"{name}: an id is missing or comes twice"
            if pd.api.types.infer_dtype(column, skipna=True) not in TYPES["text"]:
                return f"{name}: ids that are no text"
        elif pd.api.types.infer_dtype(column, skipna=True) not in TYPES[kind] and len(column):
            return f"{name}: not {kind}"
        elif kind == "finite" and not np.isfinite(column.to_numpy(float)).all():
            return f"{name}: not finite"
    return ""
