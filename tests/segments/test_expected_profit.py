"""Promises of the expected maximum profit: that of a published implementation, and of its cut."""

import numpy as np
import pytest
from empulse.metrics import empc_score
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.running.errors import InputError
from one_click.segments.expected_profit import expected_maximum_profit, roc_hull
from one_click.settings.segments import ExpectedProfit

USUAL = ExpectedProfit(customer_value=200, incentive=10, contact=1, alpha=6, beta=14)
DEAR = ExpectedProfit(customer_value=12, incentive=2, contact=0.5, alpha=3, beta=5)


@pytest.mark.parametrize("terms", [USUAL, DEAR])
@settings(deadline=None, max_examples=25)
@given(
    rows=st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=4, max_size=60).filter(
        lambda rows: 0 < sum(declined for declined, _ in rows) < len(rows)
    )
)
def test_the_profit_and_the_share_are_those_of_empulse(terms, rows):
    declined, risk = np.array(rows, dtype=float).T
    profit, share, _ = expected_maximum_profit(declined.astype(int), risk / 20, terms)
    named = {
        "clv": terms.customer_value, "incentive_cost": terms.incentive,
        "contact_cost": terms.contact, "alpha": terms.alpha, "beta": terms.beta,
    }  # fmt: skip
    theirs = declined.astype(int), risk / 20
    assert profit == pytest.approx(empc_score(*theirs, **named), abs=1e-9)
    assert share == pytest.approx(empc_score.optimal_rate(*theirs, **named), abs=1e-9)


def test_a_perfect_risk_brings_its_decliners_whole():
    """Half decline: 0.5 x 200 x (0.95 x E[gamma | it pays] P - 0.005 P), with P all but 1."""
    declined = np.array([1, 1, 0, 0])
    profit, share, cut = expected_maximum_profit(declined, np.array([0.9, 0.8, 0.2, 0.1]), USUAL)
    assert profit == pytest.approx(0.5 * (0.95 * 200 * 0.3 - 1), abs=0.01)
    assert share == pytest.approx(0.5, abs=1e-3)
    assert cut == 0.8


def test_a_wave_that_never_pays_flags_nobody():
    terms = ExpectedProfit(customer_value=1, incentive=0.9, contact=0.9, alpha=1, beta=50)
    profit, share, cut = expected_maximum_profit(np.array([1, 0]), np.array([0.6, 0.5]), terms)
    assert profit == pytest.approx(0, abs=1e-9)
    assert share == pytest.approx(0, abs=1e-9)
    assert cut == float("inf")


def test_the_hull_leaves_out_what_lies_below_it():
    """Of (0, 0), (0, .5), (.5, .5), (.5, 1), (1, 1) the middle one lies below."""
    false, true, threshold = roc_hull(np.array([1, 0, 1, 0]), np.array([0.9, 0.7, 0.5, 0.3]))
    assert list(zip(false, true, strict=True)) == [(0, 0), (0, 0.5), (0.5, 1), (1, 1)]
    assert threshold[1:].tolist() == [0.9, 0.5, 0.3]


@pytest.mark.parametrize(
    "changed", [{"customer_value": 0}, {"incentive": 300}, {"contact": -1}, {"beta": 0}]
)
def test_terms_that_make_no_sense_are_refused(changed):
    with pytest.raises(InputError, match=r"segments\.expected_profit\."):
        ExpectedProfit(**(vars(USUAL) | changed))
