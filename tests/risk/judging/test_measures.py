"""Promises of the figures, against scikit-learn, brute force and sums by hand."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from one_click.risk.judging.measures import (
    best_threshold,
    bootstrap_intervals,
    calibration_bins,
    calibration_error_by_chance,
    confusion,
    expected_calibration_error,
    figures,
)
from one_click.settings.risk import Evaluate

# Risks on a coarse grid, so that ties are common; both classes are there.
PREDICTIONS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 8)), min_size=2, max_size=25
).filter(lambda rows: len({declined for declined, _ in rows}) == 2)


def arrays(rows) -> tuple[np.ndarray, np.ndarray]:
    declined, risk = zip(*rows, strict=True)
    return np.array(declined), np.array(risk) / 8


@given(rows=PREDICTIONS, threshold=st.sampled_from([0.0, 0.25, 0.5, 0.51, 1.0]))
def test_figures_are_those_of_scikit_learn(rows, threshold):
    """Ranking by the score, probability by the risk, decisions by risk >= threshold."""
    declined, risk = arrays(rows)
    score = np.cos(np.arange(len(risk))).round(1)  # another ranking than the risk's
    flagged = risk >= threshold
    found = figures(declined, score, risk, threshold)
    assert found.pop("ece") == expected_calibration_error(declined, risk)
    assert found == pytest.approx(
        {
            "roc_auc": metrics.roc_auc_score(declined, score),
            "average_precision": metrics.average_precision_score(declined, score),
            "brier": metrics.brier_score_loss(declined, risk),
            "log_loss": metrics.log_loss(declined, risk),
            "accuracy": metrics.accuracy_score(declined, flagged),
            "precision": metrics.precision_score(declined, flagged, zero_division=0),
            "recall": metrics.recall_score(declined, flagged),
            "f1": metrics.f1_score(declined, flagged, zero_division=0),
        }
    )


def test_confusion_by_hand():
    declined = np.array([1, 1, 1, 0, 0, 0, 0])
    flagged = np.array([True, True, False, True, False, False, False])
    assert confusion(declined, flagged) == {
        "true_positive": 2,
        "false_positive": 1,
        "false_negative": 1,
        "true_negative": 3,
    }


def test_calibration_bins_by_hand():
    """In order of risk: (.1, .2) without a decliner, (.6, .8) with one, (.9) with one."""
    risk = np.array([0.9, 0.1, 0.8, 0.2, 0.6])
    declined = np.array([1, 0, 0, 0, 1])
    (low, middle, high) = calibration_bins(declined, risk, bins=3)
    assert low == pytest.approx((0.15, 0.0, 2))
    assert middle == pytest.approx((0.7, 0.5, 2))
    assert high == pytest.approx((0.9, 1.0, 1))


def test_calibration_error_by_hand():
    """Ten pairs: nine with risk .5 and one decliner of two, one with risk 1 and none of two."""
    risk = np.repeat([0.5] * 9 + [1.0], 2)
    declined = np.array([0, 1] * 9 + [0, 0])
    assert expected_calibration_error(declined, risk) == pytest.approx(1 / 10)


def test_fewer_rows_than_bins_are_a_bin_each():
    """Three rows, no empty bin: (|.2 - 0| + |.4 - 1| + |.9 - 1|) / 3."""
    error = expected_calibration_error(np.array([0, 1, 1]), np.array([0.2, 0.4, 0.9]))
    assert error == pytest.approx(0.3)


def brute_threshold(declined: np.ndarray, risk: np.ndarray, rule: str) -> float:
    """The highest of the best thresholds, by trying each risk with exact fractions."""

    def value(threshold: float) -> Fraction:
        count = confusion(declined, risk >= threshold)
        hits, alarms = count["true_positive"], count["false_positive"]
        misses, rest = count["false_negative"], count["true_negative"]
        return {
            "max_f1": Fraction(2 * hits, 2 * hits + alarms + misses),
            "max_accuracy": Fraction(hits + rest, len(risk)),
            "youden": Fraction(hits, hits + misses) + Fraction(rest, rest + alarms),
        }[rule]

    return max(np.unique(risk), key=lambda threshold: (value(threshold), threshold))


@pytest.mark.parametrize("rule", ["max_f1", "max_accuracy", "youden"])
@settings(max_examples=200, deadline=None)
@given(rows=PREDICTIONS)
def test_best_threshold_is_that_of_brute_force(rule, rows):
    """Ties of risk stand on one side; of equally good thresholds the highest is kept."""
    declined, risk = arrays(rows)
    assert best_threshold(declined, risk, rule) == brute_threshold(declined, risk, rule)


def test_half_is_half():
    assert best_threshold(np.array([0, 1]), np.array([0.1, 0.2]), "half") == 0.5


@pytest.fixture(scope="module")
def prediction():
    """150 risks that are the very chances."""
    draws = np.random.default_rng(0)
    risk = draws.beta(1, 1.5, 150)
    return (draws.random(150) < risk).astype(int), risk


def test_bootstrap_intervals_hold_the_value(prediction):
    """But that of the calibration error, which resampling biases upwards."""
    declined, risk = prediction
    value = figures(declined, risk, risk, 0.5)
    intervals = bootstrap_intervals(declined, risk, risk, 0.5, Evaluate(100, 0.95, 1))
    assert set(intervals) == set(value)
    for name in set(value) - {"ece"}:
        low, high = intervals[name]
        assert low < value[name] < high


def test_bootstrap_intervals_are_wider_for_more_confidence_and_the_same_for_the_same_seed(
    prediction,
):
    declined, risk = prediction
    narrow = bootstrap_intervals(declined, risk, risk, 0.5, Evaluate(100, 0.5, 1))
    wide = bootstrap_intervals(declined, risk, risk, 0.5, Evaluate(100, 0.99, 1))
    for name, (low, high) in narrow.items():
        assert wide[name][0] < low < high < wide[name][1]
    assert narrow == bootstrap_intervals(declined, risk, risk, 0.5, Evaluate(100, 0.5, 1))
    assert narrow != bootstrap_intervals(declined, risk, risk, 0.5, Evaluate(100, 0.5, 2))


def test_a_resample_without_a_class_is_drawn_anew():
    """One decliner of four is missing from a third of all resamples; ROC-AUC is always defined."""
    declined, risk = np.array([1, 0, 0, 0]), np.array([0.9, 0.2, 0.3, 0.1])
    intervals = bootstrap_intervals(declined, risk, risk, 0.5, Evaluate(100, 0.95, 0))
    assert intervals["roc_auc"] == (1.0, 1.0)


def test_calibration_error_by_chance_is_what_perfectly_calibrated_risks_show():
    """Close to the mean over outcomes drawn otherwise, and above zero although nothing is wrong."""
    risk = np.random.default_rng(1).uniform(size=400)
    other = np.random.default_rng(2)
    drawn = [expected_calibration_error(other.random(400) < risk, risk) for _ in range(200)]
    assert calibration_error_by_chance(risk, 200, 3) == pytest.approx(np.mean(drawn), rel=0.05)
    assert calibration_error_by_chance(risk, 200, 3) > 0.01


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_no_figure_depends_on_the_order_of_rows(seed):
    """Venn-Abers ties many risks: tied customers share their outcomes."""
    draws = np.random.default_rng(seed)
    risk = draws.choice([0.1, 0.4, 0.8], 60)
    declined = (draws.random(60) < risk).astype(int)
    declined[:2] = 0, 1
    order = draws.permutation(60)
    one = figures(declined, risk, risk, 0.5)
    other = figures(declined[order], risk[order], risk[order], 0.5)
    assert other == pytest.approx(one, abs=1e-12)


def test_a_constant_risk_at_the_share_of_decliners_is_perfectly_calibrated():
    declined = np.array([1] * 30 + [0] * 70)
    assert expected_calibration_error(declined, np.full(100, 0.3)) == pytest.approx(0)
