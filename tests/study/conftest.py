"""Training rows of a small store, some of their cells missing."""

import pandas as pd
import pytest
from helpers.store import small_store


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    store = small_store(400, seed=3, missing=0.05)
    return store[store["part"] == "train"]
