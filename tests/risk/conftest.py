"""Customers with twins and slips that stand aside."""

import pytest
from helpers.store import small_store


@pytest.fixture(scope="module")
def customers():
    return small_store(240, seed=5, twins=8, slips=3)


@pytest.fixture(scope="module")
def is_twin(customers):
    return customers["twin_of"].notna().to_numpy()


@pytest.fixture(scope="module")
def learned(customers):
    return (customers["part"] != "aside").to_numpy()
