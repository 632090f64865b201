"""Promises of how two samples of a column are compared: by hand, and in general."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from one_click.new_month import tallies
from one_click.new_month.distributions import (
    MOST_BARS,
    absence_p,
    bars,
    difference_p,
    largest_change,
    population_stability_index,
)
from one_click.new_month.tallies import Grid


def numbers(values):
    return pd.Series(values, name="pages_per_visit", dtype=float)


def services(*values):
    return pd.Series(values, name="service_type", dtype=object)


def test_the_index_by_hand():
    """0.3 ln(0.8 / 0.5) - 0.3 ln(0.2 / 0.5); of equal shares it is 0."""
    index = population_stability_index(np.array([0.5, 0.5]), np.array([0.8, 0.2]))
    assert index == pytest.approx(0.3 * np.log(1.6) - 0.3 * np.log(0.4))
    assert population_stability_index(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == 0


SHARES = st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any)


@given(one=SHARES, other=SHARES)
def test_the_index_is_symmetric_finite_and_never_below_zero(one, other):
    one, other = np.array(one) / sum(one), np.array(other) / sum(other)
    index = population_stability_index(one, other)
    assert 0 <= index < np.inf
    assert index == pytest.approx(population_stability_index(other, one))


def test_bins_are_the_known_deciles_of_those_who_have_a_value():
    of_known, of_new = shares_by_bin(numbers(np.arange(100)), numbers([-5, 5, 500, np.nan]))
    assert of_known == pytest.approx([0.1] * 10)
    assert of_new == pytest.approx([2 / 3, *[0] * 8, 1 / 3])


def shares_by_bin(known, new):
    grid = Grid.of(known)
    return grid.shares(grid.count(known)), grid.shares(grid.count(new))


def p_of(known, new):
    grid = Grid.of(known)
    return difference_p(grid.count(known), grid.count(new), known.name == "service_type")


@pytest.mark.parametrize("others", [1, 0.5, -1])
def test_a_value_that_most_have_is_a_bin_of_its_own(others):
    """Else nineteen zeros of twenty and none at all would fill the same bin."""
    of_known, of_new = shares_by_bin(numbers([0] * 19 + [1]), numbers([others] * 20))
    assert of_known.max() == 0.95
    assert of_new[of_known.argmax()] == 0


def test_bins_of_a_category_are_its_values():
    known = services("standard", "standard", "premium", None)
    of_known, of_new = shares_by_bin(known, services("premium"))
    assert of_known == pytest.approx([2 / 3, 1 / 3])
    assert of_new.tolist() == [0, 1]


def test_the_tests_are_of_numbers_and_of_categories():
    known = numbers(np.arange(50))
    assert p_of(known, known + 30) < 1e-6
    assert p_of(known, known) == 1
    category = services(*["standard"] * 40, *["premium"] * 10)
    assert p_of(category, category[::-1]) == pytest.approx(1)
    assert p_of(category, services(*["premium"] * 50)) < 1e-6
    assert p_of(known, numbers([np.nan])) is None


def test_the_test_of_absence_is_one_sided():
    """Of two known and two new customers, two new ones without a value: one way in six."""
    assert absence_p((0, 2), (2, 2)) == pytest.approx(1 / 6)
    assert absence_p((2, 2), (0, 2)) == pytest.approx(1)


def test_the_largest_change_is_where_the_distributions_are_furthest_apart():
    change = largest_change(numbers([1, 2, 3, 4]), numbers([3, 4, 5, 6]))
    assert change == {"at": 2, "before": 0.5, "now": 1}
    change = largest_change(services("standard", "standard"), services("standard", "premium"))
    assert change == {"at": "standard", "before": 1, "now": 0.5}
    assert largest_change(numbers([1]), numbers([np.nan])) is None


def test_bars_are_values_where_there_are_few_and_round_ranges_where_there_are_many():
    few = bars(numbers([1, 1, 2, np.nan]), numbers([2]))
    assert few == {"at": [1, 2], "before": [0.5, 0.25], "now": [0, 1]}
    many = bars(numbers(np.arange(1000)), numbers([-400, 300, 4000, 4000]))
    assert many["edges"] == list(range(0, 1001, 100))
    assert many["before"] == [0.1] * 10
    assert many["now"] == [0.25, 0, 0, 0.25, 0, 0, 0, 0, 0, 0.5]  # the ends hold what lies beyond
    nobody = bars(numbers([np.nan]), numbers([np.nan]))
    assert nobody == {"at": [], "before": [], "now": []}


FEW = st.lists(st.integers(-5, 5), min_size=2, max_size=40)


@given(known=FEW, new=FEW)
def test_the_test_of_numbers_is_that_of_kolmogorov_and_smirnov(known, new):
    known, new = numbers(known), numbers(np.array(new) / 2)
    expected = ks_2samp(known, new, method="asymp").pvalue
    assert p_of(known, new) == pytest.approx(expected, rel=1e-9)


def test_of_many_known_values_the_cells_are_few_and_the_distance_is_hardly_short(monkeypatch):
    monkeypatch.setattr(tallies, "MOST_EDGES", 200)
    draws = np.random.default_rng(0)
    known, new = numbers(draws.normal(size=5_000)), numbers(draws.normal(0.1, size=5_000))
    grid = Grid.of(known)
    cells = [grid.count(v).cumsum() / 5_000 for v in (known, new)]
    assert len(cells[0]) < 450
    distance = np.abs(cells[0] - cells[1]).max()
    exact = ks_2samp(known, new).statistic
    assert exact - 1 / 200 <= distance <= exact


VALUES = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=1, max_size=60)


@given(known=VALUES, new=VALUES)
def test_bars_hold_everybody_who_has_a_value(known, new):
    shown = bars(numbers(known), numbers(new))
    assert sum(shown["before"]) == pytest.approx(1)
    assert sum(shown["now"]) == pytest.approx(1)
    assert len(shown["now"]) <= MOST_BARS + 1
