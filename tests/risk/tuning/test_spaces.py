"""Promises of the search spaces: bounds, spacing, faults."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from one_click.risk.tuning.spaces import distribution, grid, optuna_distribution
from one_click.running.errors import InputError

WHOLE = st.tuples(st.integers(1, 200), st.integers(1, 200)).map(
    lambda ends: {"low": ends[0], "high": ends[0] + ends[1]}
)
REAL = st.tuples(st.floats(1e-4, 100), st.floats(0.1, 100)).map(
    lambda ends: {"low": ends[0], "high": ends[0] + ends[1]}
)


@given(argument=WHOLE | REAL, log=st.booleans(), seed=st.integers(0, 99))
def test_what_is_drawn_lies_within_the_range(argument, log, seed):
    """Both ends included; a range of whole numbers gives whole numbers."""
    drawn = distribution(argument | {"log": log}, "C")
    for value in (drawn.rvs(random_state=np.random.RandomState(seed + i)) for i in range(3)):
        assert argument["low"] <= value <= argument["high"] * (1 + 1e-12)
        assert isinstance(value, int | np.integer) == isinstance(argument["low"], int)


def test_whole_numbers_are_drawn_evenly_with_both_ends():
    draws = distribution({"low": 2, "high": 8}, "C").rvs(7000, random_state=0)
    assert chisquare(np.bincount(draws, minlength=9)[2:]).pvalue > 0.001


def test_whole_numbers_are_drawn_evenly_in_the_logarithm_with_both_ends():
    """Each number k of 1 to 6 has the chance of ln(k + 1/2) - ln(k - 1/2)."""
    seeded = np.random.RandomState(0)
    drawn = distribution({"low": 1, "high": 6, "log": True}, "C")
    found = np.bincount([drawn.rvs(random_state=seeded) for _ in range(3000)], minlength=7)[1:]
    cuts = np.log(np.arange(1, 8) - 0.5)
    assert chisquare(found, 3000 * np.diff(cuts) / (cuts[-1] - cuts[0])).pvalue > 0.001


def test_reals_are_drawn_evenly_in_the_logarithm():
    draws = distribution({"low": 0.01, "high": 100.0, "log": True}, "C").rvs(4000, random_state=0)
    found, _ = np.histogram(np.log10(draws), bins=np.arange(-2, 3))
    assert chisquare(found).pvalue > 0.001


def test_a_mixed_range_is_a_range_of_reals():
    """A low end of 1 and a high end of 2.0 are no two whole numbers."""
    drawn = distribution({"low": 1, "high": 2.0}, "C").rvs(50, random_state=0)
    assert len(np.unique(drawn)) == 50


@pytest.mark.parametrize(
    ("argument", "points", "values"),
    [
        ({"low": 0.0, "high": 1.0}, 3, [0.0, 0.5, 1.0]),
        ({"low": 0.01, "high": 100, "log": True}, 5, [0.01, 0.1, 1.0, 10.0, 100.0]),
        ({"low": 1, "high": 100, "log": True}, 3, [1, 10, 100]),
        ({"low": 2, "high": 8}, 3, [2, 5, 8]),
        ({"low": 1, "high": 3}, 9, [1, 2, 3]),
        ({"low": 1, "high": 2.0}, 3, [1.0, 1.5, 2.0]),
        ({"choices": ["sqrt", 0.3]}, 2, ["sqrt", 0.3]),
    ],
)
def test_grids_by_hand(argument, points, values):
    found = grid(argument, points, "C")
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]


@given(argument=WHOLE | REAL, log=st.booleans(), points=st.integers(2, 12))
def test_a_grid_rises_from_the_low_end_to_the_high_end(argument, log, points):
    values = grid(argument | {"log": log}, points, "C")
    assert 2 <= len(values) <= points
    assert values == sorted(set(values))
    assert values[0] == pytest.approx(argument["low"], rel=1e-5)
    assert values[-1] == pytest.approx(argument["high"], rel=1e-5)


@pytest.mark.parametrize(
    "argument",
    [
        {"low": 1},
        {"high": 1},
        {"low": 2, "high": 1},
        {"low": 1, "high": 1},
        {"low": 0, "high": 1, "log": True},
        {"low": -1.0, "high": 1.0, "log": True},
        {"low": "a", "high": 1},
        {"low": None, "high": 1},
        {"low": True, "high": 3},
        {"low": 1, "high": float("inf")},
        {"low": float("nan"), "high": 1},
        {"low": 1, "high": 2, "log": "yes"},
        {"low": 1, "high": 2, "logarithmic": True},
        {"choices": []},
        {"choices": "abc"},
        {"choices": [1], "low": 1},
    ],
)
@pytest.mark.parametrize(
    "form", [distribution, optuna_distribution, lambda argument, where: grid(argument, 3, where)]
)
def test_a_faulty_range_is_an_input_error_that_names_its_place(argument, form):
    with pytest.raises(InputError, match=r"^candidates\.svc\.C: "):
        form(argument, "candidates.svc.C")


@given(argument=WHOLE | REAL, log=st.booleans())
def test_optuna_suggests_within_the_range(argument, log):
    """A range of whole numbers suggests whole numbers."""
    found = optuna_distribution(argument | {"log": log}, "C")
    assert (found.low, found.high, found.log) == (argument["low"], argument["high"], log)
    assert isinstance(found.to_external_repr(argument["low"]), type(argument["low"]))
