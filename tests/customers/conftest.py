"""A generated store that tests of several modules read."""

from pathlib import Path

import pandas as pd
import pytest
from helpers.generated import write_tables
from helpers.joined import SPLIT, STANDARD

from one_click.customers.generated import draw_store
from one_click.customers.preparation import prepared


@pytest.fixture(scope="session")
def raw() -> dict[str, pd.DataFrame]:
    """A generated store of 260 with the blemishes of the real one, by table."""
    return draw_store(260, seed=4)[0]


@pytest.fixture(scope="session")
def folder(raw, tmp_path_factory) -> Path:
    """The store's tables."""
    return write_tables(tmp_path_factory.mktemp("store"), raw)


@pytest.fixture(scope="session")
def usual(folder) -> tuple[pd.DataFrame, dict]:
    """Customers and metrics of the store under the standard rules."""
    return prepared(folder, STANDARD, SPLIT)
