"""Who may get an offer, and why others may not."""

import numpy as np
import pandas as pd
import pytest
from helpers.campaigns import by_id, campaign, customer, frame, one_offer
from hypothesis import given
from hypothesis import strategies as st

from one_click.columns import PROFIT
from one_click.offers.eligibility import value_at_risk, verdicts
from one_click.running.errors import InputError


@given(
    risks=st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted),
    profits=st.lists(st.floats(-10, 10), min_size=2, max_size=2).map(sorted),
)
def test_value_at_risk_grows_with_risk_and_profit_and_a_loss_counts_as_none(risks, profits):
    low, high = value_at_risk(pd.Series(risks), pd.Series(profits), campaign())
    assert 0 <= low <= high
    assert high == pytest.approx(risks[1] * max(profits[1], 0))


def test_who_brings_a_loss_has_nothing_at_risk():
    """Else a loss times a risk would be a reason to let the customer go, or to pay for it."""
    table = by_id([customer(**{PROFIT: -10.0}), customer(**{PROFIT: 0.0})], campaign())
    assert table["value_at_risk"].tolist() == [0.0, 0.0]
    assert (table["skip_reason"] == "does_not_pay").all()


@pytest.mark.parametrize("consent", [False, None, np.nan])
def test_without_consent_given_nobody_is_written_to(consent):
    """Refused, missing and unknown are one; the site needs none, if the campaign says so."""
    table = by_id([customer(contact_allowed=consent)], campaign())
    assert table.loc[100, "skip_reason"] == "no_consent"
    offers = {"letter": one_offer(), "banner": one_offer("site")}
    channels = [
        by_id(
            [customer(contact_allowed=consent)], campaign(offers, site_without_consent=allowed)
        ).loc[100, "channel"]
        for allowed in (True, False)
    ]
    assert channels[0] == "site"
    assert pd.isna(channels[1])


def test_a_net_gain_of_just_the_smallest_is_enough():
    """8 x 0.125 - 0.5 = 0.5."""
    for smallest, offers in ((0.5, 1), (0.51, 0)):
        plan = campaign({"sale": one_offer(effect=0.125)}, smallest_net_gain=smallest)
        assert by_id([customer()], plan)["offer"].notna().sum() == offers


def test_a_break_even_of_just_the_limit_is_believed():
    """0.5 / 8 = 0.0625."""
    for limit, offers in ((0.0625, 1), (0.0624, 0)):
        plan = campaign(break_even_limit=limit)
        assert by_id([customer()], plan)["offer"].notna().sum() == offers


def test_a_trigger_without_a_typical_value_is_one_clear_line():
    with pytest.raises(InputError, match=r"typical.json: promo_share: missing"):
        verdicts(frame([customer()]), campaign({"s": one_offer(promo_share="high")}), {})
    nobody = {"promo_share": {"kind": "number", "typical": None, "declined": None}}
    found = verdicts(frame([customer()]), campaign({"s": one_offer(promo_share="high")}), nobody)
    assert not found.eligible.any()
