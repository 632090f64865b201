"""The store's real tables, where this machine has them; who clones the project does not."""

import os
from pathlib import Path

import pytest

FOLDER = os.environ.get("ONE_CLICK_TABLES")
REAL_TABLES = Path(FOLDER) if FOLDER and Path(FOLDER).is_dir() else None

needs_real_tables = pytest.mark.skipif(
    REAL_TABLES is None,
    reason="the real tables are not part of the project: "
    + (
        f"ONE_CLICK_TABLES names no folder: {FOLDER}"
        if FOLDER
        else "set ONE_CLICK_TABLES to their folder"
    ),
)
