"""Promises of the segments: exactly one a customer, by cuts that are inclusive."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.campaign import SEGMENTS
from one_click.segment import profiles, segment_by_customer

CUT = st.sampled_from([0.0, 0.25, 0.5, 1.0])
BASE = st.lists(st.tuples(st.floats(0, 1), st.floats(-5, 10)), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("risk", "profit", "segment"),
    [
        (0.5, 3.0, "at_risk_profitable"),
        (0.5, 2.99, "at_risk"),
        (0.49, 3.0, "profitable"),
        (0.49, 2.99, "steady"),
        (1.0, 9.0, "at_risk_profitable"),
        (0.0, -1.0, "steady"),
    ],
)
def test_a_value_on_a_cut_belongs_to_the_higher_side(risk, profit, segment):
    assert segment_by_customer(np.array([risk]), np.array([profit]), 0.5, 3.0).tolist() == [segment]


@settings(deadline=None)
@given(base=BASE, risk_cut=CUT, profit_cut=st.sampled_from([-1.0, 0.0, 3.0]))
def test_each_customer_is_in_exactly_one_segment_that_says_what_it_is(base, risk_cut, profit_cut):
    risk, profit = np.array(base).T
    segments = segment_by_customer(risk, profit, risk_cut, profit_cut)
    assert segments.shape == risk.shape
    assert set(segments) <= set(SEGMENTS)
    at_risk = np.isin(segments, ["at_risk_profitable", "at_risk"])
    profitable = np.isin(segments, ["at_risk_profitable", "profitable"])
    assert (at_risk == (risk >= risk_cut)).all()
    assert (profitable == (profit >= profit_cut)).all()


@settings(deadline=None)
@given(base=BASE)
def test_a_higher_cut_of_risk_puts_nobody_more_at_risk(base):
    risk, profit = np.array(base).T
    low, high = (
        np.isin(segment_by_customer(risk, profit, cut, 3.0), ["at_risk_profitable", "at_risk"])
        for cut in (0.3, 0.6)
    )
    assert (high <= low).all()


@pytest.fixture
def customers():
    return pd.DataFrame(
        {
            "segment": ["at_risk", "at_risk", "steady"],
            "risk": [0.5, 1.0, 0.1],
            "monthly_profit": [2.0, -1.0, 4.0],
            "revenue_this_month": [100.0, 300.0, 50.0],
            "promo_share": [0.2, 0.4, 0.0],
            "contact_allowed": [True, False, True],
        }
    )


def test_profiles_by_hand(customers):
    """Exposed is risk x profit; who brings a loss exposes nothing."""
    found = profiles(customers)
    assert found["at_risk"] == pytest.approx(
        {
            "customers": 2,
            "mean_risk": 0.75,
            "monthly_profit": 1.0,
            "monthly_profit_exposed": 1.0,
            "revenue_this_month": 400.0,
            "promo_share": 0.3,
            "contact_allowed": 0.5,
        }
    )
    assert found["profitable"] == {"customers": 0}


def test_sums_of_the_segments_are_those_of_all(customers):
    found = profiles(customers)
    assert set(found) == {"all", *SEGMENTS}
    for name in ("customers", "monthly_profit", "monthly_profit_exposed", "revenue_this_month"):
        parts = sum(found[segment].get(name, 0) for segment in SEGMENTS)
        assert parts == pytest.approx(found["all"][name])
