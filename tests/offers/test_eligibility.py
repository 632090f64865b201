"""Who may get an offer, and why others may not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from helpers.campaigns import (
    CAMPAIGNS,
    CUSTOMERS,
    TYPICAL,
    by_id,
    campaign,
    customer,
    frame,
    one_offer,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.columns import ID, PROFIT
from one_click.offers.eligibility import value_at_risk, verdicts
from one_click.offers.table import offers_by_customer
from one_click.running.errors import InputError
from one_click.settings.offers import Fatigue


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
    assert table.loc["100", "skip_reason"] == "no_consent"
    offers = {"letter": one_offer(), "banner": one_offer("site")}
    channels = [
        by_id(
            [customer(contact_allowed=consent)], campaign(offers, site_without_consent=allowed)
        ).loc["100", "channel"]
        for allowed in (True, False)
    ]
    assert channels[0] == "site"
    assert pd.isna(channels[1])


@pytest.mark.parametrize(
    ("contacts", "most", "reason"),
    [
        (4.0, 5, None),  # this wave's message is the fifth
        (5.0, 5, "fatigue"),
        (None, 5, "fatigue"),  # unknown: nothing says that there is room for one more
        (5.0, None, None),
        (None, None, None),
        (0.0, 0, "fatigue"),
    ],
)
def test_who_has_had_enough_messages_gets_the_site_at_most(contacts, most, reason):
    rules = {"fatigue": Fatigue(contacts_a_month=most)}
    people = [customer(contacts_this_month=contacts)]
    skip_reason = by_id(people, campaign(**rules)).loc["100", "skip_reason"]
    assert skip_reason == reason if reason else pd.isna(skip_reason)
    offers = {"letter": one_offer(cost=0.1), "banner": one_offer("site")}
    channel = by_id(people, campaign(offers, **rules)).loc["100", "channel"]
    assert channel == ("site" if reason else "email")


def test_fatigue_silences_no_site_even_where_the_site_needs_consent():
    """Who has consented may see the site's offer, however many messages there were."""
    rules = {"fatigue": Fatigue(contacts_a_month=0), "site_without_consent": False}
    people = [customer(), customer(contact_allowed=False)]
    table = by_id(people, campaign({"banner": one_offer("site")}, **rules))
    assert table["channel"].fillna("").tolist() == ["site", ""]
    assert table.loc["101", "skip_reason"] == "no_consent"


@settings(max_examples=60, deadline=None)
@given(customers=CUSTOMERS, plan=CAMPAIGNS, budget=st.sampled_from([0.0, 1.0, 1e9]))
def test_no_budget_buys_a_message_without_consent_or_over_the_limit(customers, plan, budget):
    table = offers_by_customer(frame(customers), replace(plan, budget=budget), TYPICAL)
    people = frame(customers).merge(table[[ID, "channel"]], on=ID, validate="1:1")
    messages = people[people["channel"].notna() & (people["channel"] != "site")]
    assert messages["contact_allowed"].eq(True).all()
    if (most := plan.fatigue.contacts_a_month) is not None:
        assert messages["contacts_this_month"].lt(most).all()


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
