"""Promises of the segments: exactly one a customer, by cuts that are inclusive."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from one_click.columns import PROFIT, TARGET
from one_click.running.errors import InputError
from one_click.segments.cuts import Cuts, cuts_of, segment_by_customer, sensitivity
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
    assert segment_by_customer([risk], [profit], Cuts(0.5, 3.0)).tolist() == [segment]


@given(base=BASE, risk_cut=CUT, profit_cut=st.sampled_from([-1.0, 0.0, 3.0]))
def test_each_customer_is_in_exactly_one_segment_that_says_what_it_is(base, risk_cut, profit_cut):
    risk, profit = np.array(base).T
    segments = segment_by_customer(risk, profit, Cuts(risk_cut, profit_cut))
    assert segments.shape == risk.shape
    assert set(segments) <= set(SEGMENTS)
    at_risk = np.isin(segments, ["at_risk_profitable", "at_risk"])
    profitable = np.isin(segments, ["at_risk_profitable", "profitable"])
    assert (at_risk == (risk >= risk_cut)).all()
    assert (profitable == (profit >= profit_cut)).all()


@given(base=BASE)
def test_a_higher_cut_of_risk_puts_nobody_more_at_risk(base):
    risk, profit = np.array(base).T
    low, high = (
        np.isin(
            segment_by_customer(risk, profit, Cuts(cut, 3.0)), ["at_risk_profitable", "at_risk"]
        )
        for cut in (0.3, 0.6)
    )
    assert (high <= low).all()


PARAMS = Segments(
    risk_by="threshold", risk_cut=None, profit_by="quantile", profit_cut=0.5, moves=[0.1],
    expected_profit=ExpectedProfit(200, 10, 1, 6, 14), confidence=0.95,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "cut"),
    [
        ({}, 0.38),
        ({"risk_by": "value", "risk_cut": 0.7}, 0.7),
        ({"risk_by": "quantile", "risk_cut": 0.5}, 0.5),
    ],
)
def test_the_cut_of_risk_follows_its_rule(customers, changed, cut):
    assert cuts_of(customers, 0.38, replace(PARAMS, **changed))[0].risk_cut == cut


def test_the_expected_profit_sets_the_cut_by_learned_customers_alone():
    """Risks that know the outcome: the wave goes to the three decliners, not to who is aside."""
    base = pd.DataFrame({"risk": [0.9, 0.8, 0.7, 0.2, 0.1, 1.0], TARGET: [1, 1, 1, 0, 0, 0]})
    base["part"] = ["train"] * 5 + ["aside"]
    base[PROFIT] = 1.0
    cuts, notes = cuts_of(base, 0.38, replace(PARAMS, risk_by="expected_profit"))
    assert cuts.risk_cut == 0.7
    assert notes["expected_profit"]["share"] == pytest.approx(0.6, abs=0.01)


def test_the_cut_of_profit_is_a_quantile_or_a_value():
    base = pd.DataFrame({PROFIT: [1.0, 2.0, 5.0]})
    by_value = replace(PARAMS, profit_by="value", profit_cut=4.5)
    assert cuts_of(base, 0.38, PARAMS)[0].profit_cut == 2.0
    assert cuts_of(base, 0.38, by_value)[0].profit_cut == 4.5


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"risk_by": "value"}, "segments.risk_cut"),
        ({"risk_by": "quantile", "risk_cut": 1.2}, "segments.risk_cut"),
        ({"risk_cut": 0.5}, "segments.risk_cut: 0.5 .* null, as risk_by is threshold"),
        ({"profit_cut": 3.0}, "segments.profit_cut"),
        ({"moves": [0.0]}, "segments.moves"),
        ({"moves": []}, "segments.moves: .* at least one move"),
        ({"moves": [0.1] * 21}, "segments.moves: .* at most 20"),
        ({"confidence": 1 - 1e-9}, "segments.confidence: .* 0.000001 to 0.999999"),
        ({"risk_by": "luck"}, "segments.risk_by"),
    ],
)
def test_a_cut_that_does_not_fit_its_rule_is_refused(changed, key):
    with pytest.raises(InputError, match=key):
        replace(PARAMS, **changed)


def test_who_changes_segment_when_a_cut_moves_by_hand():
    """Risk 0.5 leaves when the cut goes from 0.5 to 0.6; profit's cut moves to its 3/4 quantile."""
    base = pd.DataFrame({"risk": [0.5, 0.9, 0.1, 0.2], PROFIT: [1.0, 2.0, 3.0, 4.0]})
    moved = sensitivity(base, Cuts(0.5, 3.0), [0.1, -0.5]).set_index(["cut", "move"])
    assert moved.loc[("risk", 0.1), ["at", "changed", "share"]].tolist() == [0.6, 1, 0.25]
    assert moved.loc[("risk", -0.5), "changed"] == 2
    assert moved.loc[("profit", -0.5), ["at", "changed"]].tolist() == [1.0, 2]
