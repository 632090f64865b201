"""Promises of the segments: exactly one a customer, by cuts that are inclusive."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.columns import NUMBERS, PROFIT, TARGET
from one_click.running.errors import InputError
from one_click.segments.cuts import profit_cut_of, risk_cut_of, segment_by_customer, sensitivity
from one_click.segments.profiles import profiles
from one_click.settings.segments import SEGMENTS, ExpectedProfit, Segments

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


PARAMS = Segments(
    risk_by="threshold", risk_cut=None, profit_by="quantile", profit_cut=0.5, moves=[0.1],
    expected_profit=ExpectedProfit(200, 10, 1, 6, 14), confidence=0.95,
)  # fmt: skip


@pytest.fixture
def customers():
    return pd.DataFrame(
        {name: [1.0, 3.0, 2.0] for name in NUMBERS}
        | {
            "segment": ["at_risk", "at_risk", "steady"],
            "risk": [0.5, 1.0, 0.1],
            PROFIT: [2.0, -1.0, 4.0],
            "revenue_this_month": [100.0, 300.0, 50.0],
            "promo_share": [0.2, 0.4, 0.0],
            "contact_allowed": [True, False, True],
            "service_type": ["premium", None, "standard"],
            "favourite_category": ["children", "children", "textile"],
        }
    )


def test_profiles_by_hand(customers):
    """Exposed is risk x profit; who brings a loss exposes nothing; the unknown is no share's."""
    found = profiles(customers, 0.95)["at_risk"]
    figures = {name: found[name] for name in ("customers", "mean_risk", "monthly_profit")}
    assert figures == {"customers": 2, "mean_risk": 0.75, "monthly_profit": 1.0}
    assert found["monthly_profit_exposed"] == 1.0
    assert found["share"]["share"] == pytest.approx(2 / 3)
    assert found["revenue"]["revenue_this_month"] == 400.0
    assert found["means"]["promo_share"]["mean"] == pytest.approx(0.3)
    assert found["shares"]["contact_allowed"]["yes"]["share"] == 0.5
    assert found["shares"]["service_type"]["premium"]["share"] == 1.0
    assert found["shares"]["favourite_category"]["textile"]["share"] == 0.0


def test_an_empty_segment_has_a_size_and_no_means(customers):
    found = profiles(customers, 0.95)["profitable"]
    assert found["customers"] == found["share"]["share"] == 0
    assert set(found) == {"customers", "share"}


def test_sums_of_the_segments_are_those_of_all(customers):
    found = profiles(customers, 0.95)
    assert set(found) == {"all", *SEGMENTS}
    for name in ("customers", "monthly_profit", "monthly_profit_exposed"):
        parts = sum(found[segment].get(name, 0) for segment in SEGMENTS)
        assert parts == pytest.approx(found["all"][name])


@settings(deadline=None)
@given(base=st.lists(st.tuples(st.floats(0, 1), st.floats(-5, 10)), min_size=2, max_size=20))
def test_a_mean_and_a_share_lie_within_their_intervals(base):
    risk, profit = np.array(base).T
    rows = pd.DataFrame({name: profit for name in NUMBERS}).assign(
        **{PROFIT: profit}, risk=risk, segment="steady", service_type="standard",
        contact_allowed=risk > 0.5, favourite_category="textile",
    )  # fmt: skip
    found = profiles(rows, 0.9)["steady"]
    for mean in found["means"].values():
        assert mean["low"] - 1e-9 <= mean["mean"] <= mean["high"] + 1e-9
    for shares in found["shares"].values():
        assert sum(share["share"] for share in shares.values()) == pytest.approx(1)
        assert all(s["low"] - 1e-9 <= s["share"] <= s["high"] + 1e-9 for s in shares.values())


@pytest.mark.parametrize(
    ("changed", "cut"),
    [
        ({}, 0.38),
        ({"risk_by": "value", "risk_cut": 0.7}, 0.7),
        ({"risk_by": "quantile", "risk_cut": 0.5}, 0.5),
    ],
)
def test_the_cut_of_risk_follows_its_rule(customers, changed, cut):
    assert risk_cut_of(customers, 0.38, replace(PARAMS, **changed))["risk_cut"] == cut


def test_the_expected_profit_sets_the_cut_by_learned_customers_alone():
    """Risks that know the outcome: the wave goes to the three decliners, not to who is aside."""
    base = pd.DataFrame({"risk": [0.9, 0.8, 0.7, 0.2, 0.1, 1.0], TARGET: [1, 1, 1, 0, 0, 0]})
    base["part"] = ["train"] * 5 + ["aside"]
    found = risk_cut_of(base, 0.38, replace(PARAMS, risk_by="expected_profit"))
    assert found["risk_cut"] == 0.7
    assert found["expected_profit"]["share"] == pytest.approx(0.6, abs=0.01)


def test_the_cut_of_profit_is_a_quantile_or_a_value():
    profit = pd.Series([1.0, 2.0, 5.0])
    assert profit_cut_of(profit, PARAMS) == 2.0
    assert profit_cut_of(profit, replace(PARAMS, profit_by="value", profit_cut=4.5)) == 4.5


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"risk_by": "value"}, "segments.risk_cut"),
        ({"risk_by": "quantile", "risk_cut": 1.2}, "segments.risk_cut"),
        ({"risk_cut": 0.5}, "segments.risk_cut: 0.5 .* null, as risk_by is threshold"),
        ({"profit_cut": 3.0}, "segments.profit_cut"),
        ({"moves": [0.0]}, "segments.moves"),
        ({"risk_by": "luck"}, "segments.risk_by"),
    ],
)
def test_a_cut_that_does_not_fit_its_rule_is_refused(changed, key):
    with pytest.raises(InputError, match=key):
        replace(PARAMS, **changed)


def test_who_changes_segment_when_a_cut_moves_by_hand():
    """Risk 0.5 leaves when the cut goes from 0.5 to 0.6; profit's cut moves to its 3/4 quantile."""
    base = pd.DataFrame({"risk": [0.5, 0.9, 0.1, 0.2], PROFIT: [1.0, 2.0, 3.0, 4.0]})
    moved = sensitivity(base, 0.5, 3.0, [0.1, -0.5]).set_index(["cut", "move"])
    assert moved.loc[("risk", 0.1), ["at", "changed", "share"]].tolist() == [0.6, 1, 0.25]
    assert moved.loc[("risk", -0.5), "changed"] == 2
    assert moved.loc[("profit", -0.5), ["at", "changed"]].tolist() == [1.0, 2]
