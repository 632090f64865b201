"""Promises of the test figures: each with an interval, the same again, and a gain curve to 1."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from one_click.risk.judging import evaluation as evaluate
from one_click.risk.judging.evaluation import gain_curve
from one_click.risk.judging.measures import bootstrap_intervals, figures
from one_click.running.errors import InputError
from one_click.settings.risk import Evaluate

BOOTSTRAP = Evaluate(resamples=100, confidence=0.95, seed=3)


@pytest.fixture(scope="module")
def prediction():
    draws = np.random.default_rng(2)
    score = draws.normal(size=120)
    risk = 1 / (1 + np.exp(-score))
    return (draws.random(120) < risk).astype(int), score, risk


@pytest.fixture(scope="module")
def found(prediction):
    return evaluate.test_figures(*prediction, 0.5, BOOTSTRAP)


def test_each_figure_stands_with_its_interval(prediction, found):
    declined, score, risk = prediction
    intervals = bootstrap_intervals(declined, score, risk, 0.5, BOOTSTRAP)
    expected = figures(declined, score, risk, 0.5)
    assert found["ece"]["value"] == expected.pop("ece")
    assert set(found["ece"]) == {"value", "by_chance"}
    for name, value in expected.items():
        low, high = intervals[name]
        assert found[name] == {"value": value, "low": low, "high": high}


def test_sizes_and_confusion_are_of_all_rows(prediction, found):
    declined, _, _ = prediction
    assert (found["rows"], found["declined"], found["threshold"]) == (120, declined.sum(), 0.5)
    counts = found["confusion"]
    assert sum(counts.values()) == 120
    assert counts["true_positive"] + counts["false_negative"] == declined.sum()
    hits = counts["true_positive"] + counts["true_negative"]
    assert found["accuracy"]["value"] == pytest.approx(hits / 120)


def test_the_same_seed_gives_the_same_figures(prediction, found):
    assert evaluate.test_figures(*prediction, 0.5, BOOTSTRAP) == found


@pytest.mark.parametrize("outcome", [0, 1])
def test_rows_of_one_class_are_refused(prediction, outcome):
    """No resample would ever hold both classes: the bootstrap would not end."""
    _, score, risk = prediction
    with pytest.raises(InputError, match=r"120 test rows hold one class .* split\.test_share"):
        evaluate.test_figures(np.full(120, outcome), score, risk, 0.5, BOOTSTRAP)


def test_gain_by_hand():
    """In order of score the outcomes are 1, 1, 0, 1: after a half, two thirds are found."""
    curve = gain_curve(np.array([1, 0, 1, 1]), np.array([0.1, 0.3, 0.9, 0.5]))
    assert curve["contacted"].tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve["gain"].tolist() == pytest.approx([1 / 3, 2 / 3, 2 / 3, 1])
    assert curve["lift"].tolist() == pytest.approx([4 / 3, 4 / 3, 8 / 9, 1])


@given(
    rows=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9)), min_size=1, max_size=300).filter(
        lambda rows: any(declined for declined, _ in rows)
    ),
    points=st.integers(2, 100),
)
def test_a_gain_curve_rises_to_all_decliners_at_all_customers(rows, points):
    declined, score = np.array(rows).T
    curve = gain_curve(declined, score, points)
    assert len(curve) <= points
    assert curve.iloc[-1].tolist() == [1.0, 1.0, 1.0]
    assert curve["contacted"].is_monotonic_increasing
    assert curve["contacted"].is_unique
    assert curve["gain"].is_monotonic_increasing
    assert curve["lift"].to_numpy() == pytest.approx(
        (curve["gain"] / curve["contacted"]).to_numpy()
    )


def test_a_perfect_score_finds_all_decliners_first():
    declined = np.array([0] * 60 + [1] * 40)
    curve = gain_curve(declined, declined.astype(float))
    assert curve.loc[curve["contacted"] >= 0.4, "gain"].eq(1).all()
    assert curve["lift"].iloc[0] == pytest.approx(2.5)


def test_a_constant_score_gains_what_chance_does():
    curve = evaluate.gain_curve(np.array([1] * 30 + [0] * 70), np.zeros(100))
    assert curve["gain"].to_numpy() == pytest.approx(curve["contacted"].to_numpy())
