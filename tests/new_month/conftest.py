"""A store, and a score that goes with one of its columns."""

import pytest
from helpers.store import small_store


@pytest.fixture(scope="module")
def customers():
    """A store, and a score that goes with pages."""
    rows = small_store(600, seed=8)
    return rows.assign(score=rows["pages_per_visit"].rank(pct=True))
