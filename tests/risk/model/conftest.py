"""Customers with missing values, twins and a slip."""

import pytest
from helpers.store import small_store


@pytest.fixture(scope="module")
def customers():
    return small_store(240, seed=1, twins=3, slips=1, missing=0.02)
