"""Promises of calibration: intervals, order, and each method against its definition."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from one_click.risk.judging.calibration import calibrated, calibrated_by_repeats

METHODS = ("venn_abers", "sigmoid", "isotonic")
# Scores of any scale and sign, on a grid, so that ties are common; both classes are there.
KNOWN = st.lists(
    st.tuples(st.integers(-12, 12), st.integers(0, 1)), min_size=2, max_size=20
).filter(lambda rows: len({declined for _, declined in rows}) == 2)
ASKED = st.lists(st.integers(-15, 15), min_size=1, max_size=8)


def arrays(known, asked) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    scores, declined = (np.array(column) for column in zip(*known, strict=True))
    return scores / 2, declined, np.array([*asked, -1e6, 1e6]) / 2


def brute_venn_abers(known_scores, known_declined, score) -> tuple[float, float]:
    """Isotonic regression with the asked score among the known ones, labelled 0, then 1."""
    low, high = (
        IsotonicRegression()
        .fit(np.append(known_scores, score), np.append(known_declined, label))
        .predict([score])[0]
        for label in (0, 1)
    )
    return low, high


@settings(max_examples=60, deadline=None)
@given(known=KNOWN, asked=ASKED)
def test_venn_abers_is_isotonic_regression_with_either_label(known, asked):
    known_scores, declined, scores = arrays(known, asked)
    ends = np.array([brute_venn_abers(known_scores, declined, score) for score in scores])
    risk, low, high = calibrated("venn_abers", known_scores, declined, scores)
    assert low == pytest.approx(ends[:, 0], abs=1e-9)
    assert high == pytest.approx(ends[:, 1], abs=1e-9)
    assert risk == pytest.approx(ends[:, 1] / (1 - ends[:, 0] + ends[:, 1]), abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=30, deadline=None)
@given(known=KNOWN, asked=ASKED)
def test_risk_is_a_probability_within_its_interval(method, known, asked):
    known_scores, declined, scores = arrays(known, asked)
    risk, low, high = calibrated(method, known_scores, declined, scores)
    assert risk.shape == low.shape == high.shape == scores.shape
    assert (low >= 0).all()
    assert (low <= risk).all()
    assert (risk <= high).all()
    assert (high <= 1).all()


@pytest.mark.parametrize("method", ["venn_abers", "isotonic"])
@settings(max_examples=60, deadline=None)
@given(known=KNOWN, asked=ASKED)
def test_a_higher_score_has_no_lower_risk(method, known, asked):
    known_scores, declined, scores = arrays(known, asked)
    for figure in calibrated(method, known_scores, declined, np.sort(scores)):
        assert (np.diff(figure) >= -1e-12).all()


@pytest.mark.parametrize("method", METHODS)
def test_order_of_the_known_rows_does_not_matter(method):
    draws = np.random.default_rng(0)
    scores = draws.normal(size=60).round(1)
    declined = (scores + draws.normal(size=60) > 0).astype(int)
    mixed = draws.permutation(60)
    found = np.array(calibrated(method, scores, declined, scores))
    again = np.array(calibrated(method, scores[mixed], declined[mixed], scores))
    assert again == pytest.approx(found)


@pytest.fixture(scope="module")
def signal():
    """Scores far outside 0 to 1 whose true risk is a logistic curve."""
    draws = np.random.default_rng(1)
    scores = draws.normal(0, 20, 400)
    return scores, (draws.random(400) < 1 / (1 + np.exp(-(scores - 5) / 10))).astype(int)


def test_sigmoid_is_the_likeliest_logistic_curve(signal):
    """At the maximum of the likelihood, risk - outcome sums to 0, also when weighted by score."""
    scores, declined = signal
    risk, _, _ = calibrated("sigmoid", scores, declined, scores)
    logit = np.log(risk / (1 - risk))
    slope, intercept = np.polyfit(scores, logit, 1)
    assert logit == pytest.approx(slope * scores + intercept)
    assert np.mean(risk - declined) == pytest.approx(0, abs=1e-3)
    assert np.mean((risk - declined) * scores / 20) == pytest.approx(0, abs=1e-3)


def test_isotonic_gives_pooled_shares_by_hand():
    """Scores 1 to 4 with outcomes 0, 1, 0, 1: the middle two are pooled to a half."""
    known = np.array([1.0, 2, 3, 4]), np.array([0, 1, 0, 1])
    risk, low, high = calibrated("isotonic", *known, np.array([-9.0, 1, 2, 3, 4, 9]))
    assert risk.tolist() == [0, 0, 0.5, 0.5, 1, 1]
    assert low is risk
    assert high is risk


@pytest.mark.parametrize("method", METHODS)
def test_risks_are_near_the_truth(method, signal):
    scores, declined = signal
    asked = np.array([-25.0, -5, 5, 15, 35])
    risk, _, _ = calibrated(method, scores, declined, asked)
    assert risk == pytest.approx(1 / (1 + np.exp(-(asked - 5) / 10)), abs=0.2)


@pytest.mark.parametrize("method", ["venn_abers", "sigmoid", "isotonic"])
def test_repeats_are_averaged_not_pooled(method):
    """Twice the same repeat changes nothing: an interval gets no narrower by saying it again."""
    draws = np.random.default_rng(3)
    parts = [
        pd.DataFrame({"repeat": repeat, "score": draws.normal(size=90)}).assign(
            declined=lambda rows: (draws.random(90) < 1 / (1 + np.exp(-rows["score"]))).astype(int)
        )
        for repeat in (0, 1)
    ]
    asked = np.linspace(-2, 2, 9)
    alone = [
        calibrated(method, part["score"].to_numpy(), part["declined"].to_numpy(), asked)
        for part in parts
    ]
    once = calibrated_by_repeats(method, parts[0], asked)
    np.testing.assert_array_equal(once, alone[0])
    twice = calibrated_by_repeats(method, pd.concat([parts[0], parts[0].assign(repeat=1)]), asked)
    np.testing.assert_allclose(twice, once)
    both = calibrated_by_repeats(method, pd.concat(parts), asked)
    np.testing.assert_allclose(both, np.mean(alone, axis=0))
    assert (both[1] <= both[0]).all()
    assert (both[0] <= both[2]).all()
