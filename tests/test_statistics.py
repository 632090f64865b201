"""Differences over the same customers: hand-sized cases, and laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests

from one_click.statistics import (
    bootstrapped,
    corrected_interval,
    delong,
    holm,
    mean_interval,
    placements,
    share_interval,
)

DECLINED = np.array([1, 1, 0, 0, 0])


def test_placements_by_hand():
    """Of three others, two lie below the first decliner; the second is above one, and ties."""
    below, above = placements(DECLINED, np.array([3.0, 1.0, 4.0, 1.0, 0.0]))
    assert below == pytest.approx([2 / 3, 1.5 / 3])
    assert above == pytest.approx([0.0, 1.5 / 2, 1.0])
    assert below.mean() == pytest.approx(above.mean())


def test_the_variance_is_that_of_the_published_formula():
    """DeLong, DeLong and Clarke-Pearson (1988): S10 / m + S01 / n of the two scores."""
    draws = np.random.default_rng(1)
    declined = (draws.random(60) < 0.4).astype(int)
    one, other = draws.normal(size=60) + declined, draws.normal(size=60) + 0.5 * declined
    found = delong(declined, one, other)
    parts = [placements(declined, score) for score in (one, other)]
    variance = 0.0
    for side in (0, 1):
        covariance = np.cov(parts[0][side], parts[1][side])
        contrast = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
        variance += contrast / len(parts[0][side])
    assert found.high - found.low == pytest.approx(2 * 1.959964 * np.sqrt(variance), rel=1e-5)
    assert found.other - found.one == pytest.approx((found.high + found.low) / 2)


def test_the_interval_leaves_out_zero_as_seldom_as_it_says():
    """Two equally good scores: the test errs in about one of twenty draws."""
    draws, errs = np.random.default_rng(2), 0
    for _ in range(400):
        declined = (draws.random(120) < 0.4).astype(int)
        one, other = (declined + draws.normal(size=120) for _ in range(2))
        errs += delong(declined, one, other).real
    assert 6 <= errs <= 36


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-4, 4), st.integers(-4, 4)), min_size=2))
def test_areas_are_those_of_scikit_learn_and_turn_with_the_order(rows):
    declined, one, other = (np.array(column) for column in zip(*rows, strict=True))
    if 0 < declined.sum() < len(declined):
        found, turned = delong(declined, one, other), delong(declined, other, one)
        assert found.one == pytest.approx(roc_auc_score(declined, one))
        assert found.other == pytest.approx(roc_auc_score(declined, other))
        assert (found.low, found.high) == pytest.approx((-turned.high, -turned.low))
        assert found.low <= found.other - found.one <= found.high


def test_a_score_and_its_copy_do_not_differ():
    score = np.array([3.0, 1.0, 4.0, 1.0, 0.0])
    same = delong(DECLINED, score, 2 * score)
    assert (same.low, same.high, same.p) == (0, 0, 1)
    assert not same.real
    assert not bootstrapped(score, score).real


def test_a_sum_is_resampled_by_customer():
    one, other = np.zeros(400), np.tile([1.0, 3.0], 200)
    found = bootstrapped(one, other)
    assert (found.one, found.other) == (0, 800)
    error = 400 * other.std() / np.sqrt(400)
    assert found.low == pytest.approx(800 - 1.96 * error, abs=0.15 * error)
    assert found.high == pytest.approx(800 + 1.96 * error, abs=0.15 * error)
    mean = bootstrapped(one, other, mean=True)
    assert (mean.other, mean.low, mean.high) == pytest.approx(
        (2, found.low / 400, found.high / 400)
    )


def test_wilsons_interval_of_one_in_ten():
    """Newcombe (1998), Two-sided confidence intervals for the single proportion, gives the form."""
    z, p, n = 1.959964, 0.1, 10
    centre, half = (p + z**2 / 20) / (1 + z**2 / n), z * np.sqrt(p * 0.9 / n + z**2 / 400)
    found = share_interval(1, 10, 0.95)
    assert found["share"] == 0.1
    assert found["low"] == pytest.approx(centre - half / (1 + z**2 / n))
    assert found["high"] == pytest.approx(centre + half / (1 + z**2 / n))


def test_a_mean_has_students_interval_over_the_values_there_are():
    found = mean_interval(pd.Series([1.0, 2.0, 3.0, np.nan]), 0.95)
    assert (found["mean"], found["rows"]) == (2.0, 3)
    assert found["high"] - 2 == pytest.approx(4.302653 / np.sqrt(3))  # t of 2 degrees of freedom
    assert mean_interval(pd.Series([5.0]), 0.95)["low"] is None


def test_holm_by_hand_and_undefined_tests_do_not_count():
    tests = [{"p": 0.01}, {"p": None}, {"p": 0.04}, {"p": 0.03}]
    holm(tests)
    assert [test["p_holm"] for test in tests] == pytest.approx([0.03, None, 0.06, 0.06])


@settings(max_examples=20)  # statsmodels' collects garbage each time
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_is_that_of_statsmodels(p_values):
    tests = [{"p": p} for p in p_values]
    holm(tests)
    assert [test["p_holm"] for test in tests] == multipletests(p_values, method="holm")[1].tolist()


def test_corrected_interval_by_hand():
    """Mean .2; s2 = .02 / 3; variance (1/4 + 1/4) s2; Student's .975 point at 3 is 3.182446."""
    mean, low, high = corrected_interval(np.array([0.1, 0.2, 0.3, 0.2]), 0.25, 0.95)
    half = 3.182446 * np.sqrt(0.5 * 0.02 / 3)
    assert (mean, low, high) == pytest.approx((0.2, 0.2 - half, 0.2 + half), abs=1e-6)


def test_corrected_interval_without_overlap_is_student_s():
    """With a share of 0 it is the usual interval of a mean."""
    from scipy import stats

    values = np.array([0.91, 0.90, 0.94, 0.89, 0.93])
    usual = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    _, low, high = corrected_interval(values, 0.0, 0.9)
    assert (low, high) == pytest.approx((usual.low, usual.high))
