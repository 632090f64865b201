"""Promises of the drift: its index by hand, a verdict that needs more than chance."""

import numpy as np
import pandas as pd
import pytest
from helpers.drift import RULES, halves
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.columns import FEATURES
from one_click.new_month.drift import (
    compared,
    difference_p,
    population_stability_index,
    shares_by_bin,
    verdict,
)


def test_the_index_by_hand():
    """0.3 ln(0.8 / 0.5) - 0.3 ln(0.2 / 0.5); of equal shares it is 0."""
    found = population_stability_index(np.array([0.5, 0.5]), np.array([0.8, 0.2]))
    assert found == pytest.approx(0.3 * np.log(1.6) - 0.3 * np.log(0.4))
    assert population_stability_index(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == 0


SHARES = st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any)


@settings(deadline=None)
@given(one=SHARES, other=SHARES)
def test_the_index_is_symmetric_finite_and_never_below_zero(one, other):
    one, other = np.array(one) / sum(one), np.array(other) / sum(other)
    found = population_stability_index(one, other)
    assert 0 <= found < np.inf
    assert found == pytest.approx(population_stability_index(other, one))


def test_bins_are_the_known_deciles_with_one_for_missing():
    known = pd.Series(np.arange(100.0), name="pages_per_visit")
    new = pd.Series([-5.0, 5.0, 500.0, np.nan], name="pages_per_visit")
    of_known, of_new = shares_by_bin(known, new)
    assert of_known == pytest.approx([0.1] * 10 + [0])
    assert of_new.tolist() == [0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.25, 0.25]


def test_bins_of_a_category_are_its_values():
    known = pd.Series(["standard", "standard", "premium", None], name="service_type")
    of_known, _ = shares_by_bin(known, known)
    assert of_known.tolist() == [0.5, 0.25, 0.25]


def test_the_tests_are_of_numbers_and_of_categories():
    numbers = pd.Series(np.arange(50.0), name="pages_per_visit")
    assert difference_p(numbers, numbers + 30) < 1e-6
    assert difference_p(numbers, numbers) == 1
    category = pd.Series(["standard"] * 40 + ["premium"] * 10, name="service_type")
    assert difference_p(category, category[::-1]) == pytest.approx(1)
    assert difference_p(category, pd.Series(["premium"] * 50, name="service_type")) < 1e-6
    assert difference_p(numbers, pd.Series([np.nan], name="pages_per_visit")) is None


def test_another_half_of_the_store_is_alike(customers):
    found = compared(*halves(customers), {}, RULES)
    assert found["rows"] == 300
    assert found["verdict"] == "use"
    assert {column["state"] for column in found["columns"].values()} == {"alike"}
    assert list(found["columns"]) == [*FEATURES, "score"]


def test_a_column_that_moved_is_named_and_the_rest_is_not(customers):
    known, new = halves(customers)
    found = compared(known, new.assign(service_errors=new["service_errors"] + 6), {}, RULES)
    states = {name: column["state"] for name, column in found["columns"].items()}
    assert states.pop("service_errors") == "far"
    assert set(states.values()) == {"alike"}
    assert found["verdict"] == "look"


def test_another_score_asks_for_another_model(customers):
    known, new = halves(customers)
    found = compared(known, new.assign(score=new["score"] ** 3), {}, RULES)
    assert found["columns"]["score"]["state"] == "far"
    assert found["verdict"] == "retrain"


def test_unknown_values_are_told_from_missing_ones(customers):
    known, new = halves(customers)
    new = new.assign(favourite_category=new["favourite_category"].where(new.index >= 30))
    column = compared(known, new, {"favourite_category": 24}, RULES)
    found = column["columns"]["favourite_category"]
    assert (found["unknown"], found["missing"]) == (0.08, pytest.approx(0.02))
    assert (found["state"], column["verdict"]) == ("far", "retrain")


@pytest.mark.parametrize("rows", [1, 29])
def test_few_rows_say_nothing(customers, rows):
    known, new = halves(customers)
    found = compared(known, new.head(rows), {}, RULES)
    assert found["verdict"] == "too_few"
    assert {column["psi"] for column in found["columns"].values()} == {None}


def test_few_rows_by_chance_are_not_called_far(customers):
    """The index of 40 rows of the same store is large, and no test agrees with it."""
    known, new = halves(customers)
    found = compared(known, new.sample(40, random_state=0), {}, RULES)
    assert max(column["psi"] for column in found["columns"].values()) > RULES.far
    assert found["verdict"] == "use"


def test_a_quarter_of_far_columns_asks_for_another_model():
    column = {"missing": 0.0, "missing_before": 0.0, "unknown": 0.0}
    states = ["alike", "alike", "alike", "far"]
    columns = {name: column | {"state": s} for name, s in zip("abcd", states, strict=True)}
    columns |= {"score": column | {"state": "alike"}}
    assert verdict(columns, RULES) == "look"
    assert verdict(columns | {"c": column | {"state": "far"}}, RULES) == "retrain"
