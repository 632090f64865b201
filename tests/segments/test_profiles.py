"""Promises of the profiles: sums, means and shares of each segment, with their intervals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from one_click.columns import NUMBERS, PROFIT
from one_click.pictures.results.segments import draw_profiles
from one_click.segments.profiles import profiles
from one_click.settings.segments import SEGMENTS
from one_click.words.speaker import speaker


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


def test_a_mean_of_nothing_is_null_and_a_share_of_nothing_is_none(customers):
    customers.loc[customers["segment"] == "at_risk", "promo_share"] = float("nan")
    customers["service_type"] = None
    found = profiles(customers, 0.95)
    assert found["at_risk"]["means"]["promo_share"] == {
        "mean": None, "low": None, "high": None, "rows": 0,
    }  # fmt: skip
    assert found["all"]["means"]["promo_share"]["rows"] == 1
    assert all(found[name]["shares"]["service_type"] == {} for name in ("all", "at_risk"))


def test_what_a_segment_has_no_value_of_is_no_point_of_its_picture(customers):
    customers["service_type"] = None
    customers["promo_share"] = float("nan")
    figure = draw_profiles({"segments": profiles(customers, 0.95)}, 0.95, speaker("pictures", "en"))
    points = {axes.get_title(loc="left"): len(axes.lines) for axes in figure.axes}
    assert points["Share of purchases on\npromotion"] == points["Service type: premium"] == 0
    assert points["Monthly profit"] > 0


def test_sums_of_the_segments_are_those_of_all(customers):
    found = profiles(customers, 0.95)
    assert set(found) == {"all", *SEGMENTS}
    for name in ("customers", "monthly_profit", "monthly_profit_exposed"):
        parts = sum(found[segment].get(name, 0) for segment in SEGMENTS)
        assert parts == pytest.approx(found["all"][name])


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
