"""Score intervals are those of the likeliest shares, and hold at the ends."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from statsmodels.stats.proportion import confint_proportions_2indep

from one_click.outcomes.score_intervals import (
    difference_interval,
    of_difference,
    ratio_interval,
)

ROWS = st.integers(4, 200)


def likeliest_base(first, second, gap):
    """The second group's share at which the counts are likeliest, the first's being `gap` more."""
    (x1, n1), (x2, n2) = first, second

    def loss(base):
        shares = np.clip([base + gap, base], 1e-300, 1 - 1e-16)
        counts, rows = np.array([x1, x2]), np.array([n1, n2])
        return -(counts * np.log(shares) + (rows - counts) * np.log1p(-shares)).sum()

    ends = max(0.0, -gap), min(1.0, 1 - gap)
    return minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-12}).x


@settings(max_examples=60, deadline=None)
@given(ROWS, ROWS, st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(-0.6, 0.6))
def test_the_statistic_is_that_of_the_likeliest_shares(first, second, one, other, gap):
    counts = (max(1, round(one * first)), first), (max(1, round(other * second)), second)
    base, rows = likeliest_base(*counts, gap), first + second
    variance = (base + gap) * (1 - base - gap) / first + base * (1 - base) / second
    expected = (counts[0][0] / first - counts[1][0] / second - gap) / np.sqrt(
        variance * rows / (rows - 1)
    )
    assert of_difference(*counts, gap) == pytest.approx(expected, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize(
    "counts",
    [((10, 100), (20, 90)), ((50, 60), (12, 15)), ((120, 200), (30, 50)), ((7, 30), (9, 14))],
)
def test_the_intervals_of_a_ratio_are_those_of_statsmodels(counts):
    theirs = confint_proportions_2indep(*counts[0], *counts[1], "score", "ratio")
    assert ratio_interval(*counts, 0.95) == pytest.approx(theirs, abs=1e-6)


def test_a_difference_as_it_is_published():
    """Newcombe (1998), Statistics in Medicine 17, table II, method 5, examples (a) and (c)."""
    assert difference_interval((56, 70), (48, 80), 0.95) == pytest.approx(
        (0.0528, 0.3382), abs=2e-3
    )
    assert difference_interval((9, 10), (3, 10), 0.95) == pytest.approx((0.1705, 0.8406), abs=3e-2)


def test_nobody_declines_and_everybody_does():
    """Miettinen and Nurminen's 0 of 10 against 0 of 10, and ends that no data can reach."""
    assert difference_interval((0, 10), (0, 10), 0.95) == pytest.approx((-0.2879, 0.2879), abs=1e-4)
    assert difference_interval((10, 10), (10, 10), 0.95) == pytest.approx(
        (-0.2879, 0.2879), abs=1e-4
    )
    low, high = difference_interval((0, 30), (5, 20), 0.95)
    assert low == pytest.approx(-0.4710, abs=1e-4)
    assert high == pytest.approx(-0.1110, abs=1e-4)
    assert ratio_interval((0, 30), (5, 20), 0.95)[0] == 0
    assert ratio_interval((3, 30), (0, 20), 0.95)[1] == np.inf


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 80), st.integers(1, 80), st.data())
def test_the_estimate_lies_within(first, second, data):
    one, other = data.draw(st.integers(0, first)), data.draw(st.integers(0, second))
    low, high = difference_interval((one, first), (other, second), 0.9)
    assert -1 <= low <= one / first - other / second <= high <= 1
    if other:
        low, high = ratio_interval((one, first), (other, second), 0.9)
        assert low <= one / first / (other / second) * (1 + 1e-9)
        assert one / first / (other / second) <= high * (1 + 1e-9)
