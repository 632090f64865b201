"""Promises of a wave of offers: laws of any campaign, and cases by hand."""

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
from one_click.offers.eligibility import SKIP_REASONS
from one_click.offers.table import offers_by_customer
from one_click.settings.offers import HoldOut

COLUMNS = [
    "customer_id", "segment", "risk", "risk_low", "risk_high", "monthly_profit", "value_at_risk",
    "reason_1", "reason_2", "agreement_1", "agreement_2", "offer", "planned_offer",
    "channel", "trigger", "trigger_agreement", "cost", "break_even", "net_gain_low", "net_gain",
    "net_gain_high", "rank", "group", "skip_reason", "model_version", "data_hash",
]  # fmt: skip
REASONS = COLUMNS[7:11]


def fires(row, trigger: tuple[str, str]) -> bool:
    """A trigger, said anew: a category by its value, a number by reason and side."""
    column, side = trigger
    value = getattr(row, column)
    if column == "service_type":
        return value == side
    usual = TYPICAL[column]["typical"]
    beyond = value > usual if side == "high" else value < usual
    return column in (row.reason_1, row.reason_2) and bool(beyond)


@settings(max_examples=60, deadline=None)
@given(customers=CUSTOMERS, plan=CAMPAIGNS)
def test_laws_of_every_plan(customers, plan):
    """At most one offer a customer, within budget, caps, consent, segment, trigger and net gain."""
    rows = frame(customers)
    table = offers_by_customer(rows, plan, TYPICAL)
    assert list(table.columns) == COLUMNS
    assert sorted(table[ID]) == sorted(rows[ID])
    made = table[table["offer"].notna()].merge(
        rows.drop(columns=["segment", "risk", "risk_low", "risk_high", PROFIT, *REASONS]),
        on=ID,
    )
    assert made["cost"].sum() <= plan.budget + 1e-9
    assert made["rank"].tolist() == list(range(1, len(made) + 1))
    assert made["net_gain"].is_monotonic_decreasing
    for channel, cap in plan.caps.items():
        assert (made["channel"] == channel).sum() <= cap
    for row in made.itertuples():
        terms = plan.offers[row.offer]
        assert (row.channel, row.cost, row.group) == (terms.channel, terms.cost, "treatment")
        on_site = row.channel == "site" and plan.site_without_consent
        assert row.contact_allowed is True or on_site
        most = plan.fatigue.contacts_a_month
        assert row.channel == "site" or most is None or row.contacts_this_month < most
        waves = plan.fatigue.waves_between or 0
        since = row.waves_since_message
        assert row.channel == "site" or pd.isna(since) or since > waves
        assert row.segment in plan.segments
        firing = [name for name, side in terms.triggers.items() if fires(row, (name, side))]
        assert row.trigger in firing if terms.triggers else pd.isna(row.trigger)
        reasons = [reason for reason in (row.reason_1, row.reason_2) if reason in firing]
        assert not reasons or row.trigger == reasons[0]  # the leading one
        at_risk = row.risk * max(row.monthly_profit, 0) * plan.months * plan.profit_share_lost
        assert row.value_at_risk == pytest.approx(at_risk)
        assert row.net_gain == pytest.approx(at_risk * terms.effect.expected - terms.cost)
        assert row.net_gain >= plan.smallest_net_gain
        assert row.break_even == pytest.approx(terms.cost / at_risk)
        assert row.break_even <= plan.break_even_limit
        assert row.net_gain_low <= row.net_gain + 1e-9 <= row.net_gain_high + 2e-9
    for name, terms in plan.offers.items():
        if terms.cap is not None:
            assert (made["offer"] == name).sum() <= terms.cap
    skipped = table[table["offer"].isna()]
    assert (skipped[["cost", "net_gain_low", "net_gain", "net_gain_high"]] == 0).all(axis=None)
    assert skipped[["channel", "trigger", "break_even", "rank"]].isna().all(axis=None)
    assert skipped["trigger_agreement"].isna().all()
    assert set(skipped["skip_reason"]) <= set(SKIP_REASONS)
    assert (table["offer"].isna() == table["skip_reason"].notna()).all()
    assert ((table["group"] == "control") == (table["skip_reason"] == "holdout")).all()
    assert not ((table["group"] == "control") & table["offer"].notna()).any()


@settings(max_examples=30, deadline=None)
@given(customers=CUSTOMERS, plan=CAMPAIGNS, seed=st.integers(0, 9))
def test_the_order_of_rows_changes_nothing(customers, plan, seed):
    rows = frame(customers)
    tables = [
        offers_by_customer(given, plan, TYPICAL)
        for given in (rows, rows.sample(frac=1, random_state=seed))
    ]
    pd.testing.assert_frame_equal(*tables)


@settings(max_examples=15, deadline=None)
@given(ids=st.lists(st.integers(0, 10**6), min_size=1, max_size=30, unique=True))
def test_the_hold_out_knows_no_budget_and_no_neighbours(ids):
    """Who fits is held out or not, whoever else there is and whatever may be spent."""
    rules = HoldOut(0.5, "salt", 0.05, 0.8)
    rows = frame([customer()] * len(ids)).assign(**{ID: ids})
    groups = []
    for budget, kept in ((0.0, rows), (3.0, rows), (1e6, rows), (1e6, rows.tail(1))):
        table = offers_by_customer(kept, campaign(budget=budget, hold_out=rules), TYPICAL)
        groups.append(dict(zip(table[ID], table["group"] == "control", strict=True)))
    assert groups[0] == groups[1] == groups[2]
    assert groups[3].items() <= groups[0].items()


def test_by_hand():
    """8 x 0.1 - 0.5 = 0.3 by the cheap offer, 8 x 0.2 - 0.9 = 0.7 by the dear one.

    With 1.0 to spend it is the dear one for the customer with more at stake; with 1.4 the cheap one
    for the other, too.
    """
    people = [customer(), customer(**{PROFIT: 11.0})]
    offers = {"cheap": one_offer(), "dear": one_offer(cost=0.9, effect=0.2)}
    table = by_id(people, campaign(offers, budget=1.0))
    assert table["offer"].isna().tolist() == [True, False]
    assert table.loc["101", ["offer", "cost", "value_at_risk"]].tolist() == ["dear", 0.9, 8.8]
    assert table.loc["101", "net_gain"] == pytest.approx(8.8 * 0.2 - 0.9)
    assert table.loc["101", "net_gain_low"] == pytest.approx(7.7 * 0.2 - 0.9)  # risk 0.7
    assert table.loc["101", "net_gain_high"] == pytest.approx(9.9 * 0.2 - 0.9)
    assert table.loc["101", "break_even"] == pytest.approx(0.9 / 8.8)
    assert table.loc["100", "skip_reason"] == "budget"
    table = by_id(people, campaign(offers, budget=1.4))
    assert table["offer"].tolist() == ["cheap", "dear"]
    assert table.loc["100", "net_gain"] == pytest.approx(0.3)


def test_no_budget_gives_no_offer():
    table = by_id(
        [customer()] * 3, campaign({"sale": one_offer(), "gift": one_offer(cost=0.0)}, budget=0.0)
    )
    assert table["offer"].isna().all()
    assert (table["skip_reason"] == "budget").all()


def test_ties_break_by_id():
    """Of four alike the first two get the two offers that the budget pays."""
    table = by_id([customer()] * 4, campaign(budget=1.0))
    assert table["offer"].notna().tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({}, None),
        ({"segment": "steady"}, "segment"),
        ({"segment": "steady", "contact_allowed": False}, "segment"),
        ({"contact_allowed": False}, "no_consent"),
        ({"contact_allowed": False, "reason_1": "unpaid_items", "unpaid_items": 5.0}, None),
        ({"reason_1": "pages_per_visit"}, "no_reason"),
        ({"reason_1": None}, "no_reason"),
        ({"promo_share": 0.1}, "no_reason"),  # a reason, but on the other side
        ({"promo_share": 0.25}, "no_reason"),  # as is typical
        ({"promo_share": None}, "no_reason"),
        ({"reason_1": None, "service_type": "premium"}, None),
        ({"risk": 0.1}, "does_not_pay"),
        ({"risk": 0.3, "service_type": "premium", "reason_1": None}, "break_even"),
    ],
)
def test_reasons_for_no_offer(known, reason):
    """A banner needs no consent, but a trigger; a category fires without being a reason."""
    offers = {
        "letter": one_offer(promo_share="high"),
        "banner": one_offer("site", unpaid_items="high"),
        "call": one_offer("call", cost=0.7, effect=0.9, service_type="premium"),
    }
    found = by_id([customer(**known)], campaign(offers, break_even_limit=0.2)).loc["100"]
    assert found["skip_reason"] == reason if reason else pd.isna(found["skip_reason"])


def test_who_is_left_out_by_a_cap_and_who_by_the_budget():
    """One call is allowed, and the letters' money is out: a premium customer waits for a cap."""
    offers = {
        "letter": one_offer(promo_share="high"),
        "call": one_offer("call", effect=0.2, service_type="premium"),
    }
    premium = {"service_type": "premium", "reason_1": None}
    people = [customer(**premium), customer(**premium), customer(), customer()]
    table = by_id(people, campaign(offers, budget=1.0, caps={"call": 1}))
    assert table["skip_reason"].fillna("").tolist() == ["", "cap", "", "budget"]


def test_offers_come_first_by_net_gain_then_the_greatest_value_at_risk():
    people = [customer(**{PROFIT: profit}) for profit in (7.0, 10.0, -1.0, 12.0, 0.5)]
    table = offers_by_customer(frame(people), campaign(), TYPICAL, "model", "data")
    assert table[ID].tolist() == ["103", "101", "100", "104", "102"]
    assert table["offer"].notna().tolist() == [True, True, True, False, False]
    assert table["rank"].tolist()[:3] == [1, 2, 3]
    assert set(table["model_version"] + table["data_hash"]) == {"modeldata"}
