"""Promises of a wave of offers: laws of any campaign, and cases by hand."""

import numpy as np
import pandas as pd
import pytest
from helpers.campaigns import CAMPAIGNS, CUSTOMERS, TYPICAL, campaign, customer, frame, one_offer
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click import artefacts
from one_click.columns import ID, PROFIT
from one_click.offers import outlook as offer
from one_click.offers.eligibility import SKIP_REASONS, value_at_risk, verdicts
from one_click.offers.outlook import budget_steps, plan_figures, power_figures, sensitivity, what_if
from one_click.offers.table import offers_by_customer
from one_click.offers.wave import wave_of
from one_click.running import writing
from one_click.running.errors import InputError
from one_click.settings.offers import Campaign, HoldOut

COLUMNS = [
    "customer_id", "segment", "risk", "risk_low", "risk_high", "monthly_profit", "value_at_risk",
    "reason_1", "reason_2", "offer", "channel", "cost", "break_even", "net_gain_low", "net_gain",
    "net_gain_high", "rank", "group", "skip_reason", "model_version", "data_hash",
]  # fmt: skip


def by_id(customers: list[dict], plan: Campaign) -> pd.DataFrame:
    return offers_by_customer(frame(customers), plan, TYPICAL).set_index(ID).sort_index()


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
        rows.drop(
            columns=["segment", "risk", "risk_low", "risk_high", PROFIT, "reason_1", "reason_2"]
        ),
        on=ID,
    )
    assert made["cost"].sum() <= plan.budget + 1e-9
    assert made["rank"].tolist() == list(range(1, len(made) + 1))
    assert made["net_gain"].is_monotonic_decreasing
    for channel, cap in plan.caps.items():
        assert (made["channel"] == channel).sum() <= cap
    for row in made.itertuples():
        terms = plan.offers[row.offer]
        assert (row.channel, row.cost, row.group) == (terms.channel, terms.cost, "offer")
        on_site = row.channel == "site" and plan.site_without_consent
        assert row.contact_allowed is True or on_site
        assert row.segment in plan.segments
        assert not terms.triggers or any(fires(row, one) for one in terms.triggers.items())
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
    assert skipped[["channel", "break_even", "rank"]].isna().all(axis=None)
    assert set(skipped["skip_reason"]) <= set(SKIP_REASONS)
    assert (table["offer"].isna() == table["skip_reason"].notna()).all()
    assert ((table["group"] == "holdout") == (table["skip_reason"] == "holdout")).all()
    assert not ((table["group"] == "holdout") & table["offer"].notna()).any()


@settings(max_examples=30, deadline=None)
@given(customers=CUSTOMERS, plan=CAMPAIGNS, seed=st.integers(0, 9))
def test_the_order_of_rows_changes_nothing(customers, plan, seed):
    rows = frame(customers)
    tables = [
        offers_by_customer(given, plan, TYPICAL)
        for given in (rows, rows.sample(frac=1, random_state=seed))
    ]
    pd.testing.assert_frame_equal(*tables)


@given(
    risks=st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted),
    profits=st.lists(st.floats(-10, 10), min_size=2, max_size=2).map(sorted),
)
def test_value_at_risk_grows_with_risk_and_profit_and_a_loss_counts_as_none(risks, profits):
    low, high = value_at_risk(pd.Series(risks), pd.Series(profits), campaign())
    assert 0 <= low <= high
    assert high == pytest.approx(risks[1] * max(profits[1], 0))


@settings(max_examples=15, deadline=None)
@given(ids=st.lists(st.integers(0, 10**6), min_size=1, max_size=30, unique=True))
def test_the_hold_out_knows_no_budget_and_no_neighbours(ids):
    """Who fits is held out or not, whoever else there is and whatever may be spent."""
    rules = HoldOut(0.5, "salt", 0.05, 0.8)
    rows = frame([customer()] * len(ids)).assign(**{ID: ids})
    groups = []
    for budget, kept in ((0.0, rows), (3.0, rows), (1e6, rows), (1e6, rows.tail(1))):
        table = offers_by_customer(kept, campaign(budget=budget, hold_out=rules), TYPICAL)
        groups.append(dict(zip(table[ID], table["group"] == "holdout", strict=True)))
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
    assert table.loc[101, ["offer", "cost", "value_at_risk"]].tolist() == ["dear", 0.9, 8.8]
    assert table.loc[101, "net_gain"] == pytest.approx(8.8 * 0.2 - 0.9)
    assert table.loc[101, "net_gain_low"] == pytest.approx(7.7 * 0.2 - 0.9)  # risk 0.7
    assert table.loc[101, "net_gain_high"] == pytest.approx(9.9 * 0.2 - 0.9)
    assert table.loc[101, "break_even"] == pytest.approx(0.9 / 8.8)
    assert table.loc[100, "skip_reason"] == "budget"
    table = by_id(people, campaign(offers, budget=1.4))
    assert table["offer"].tolist() == ["cheap", "dear"]
    assert table.loc[100, "net_gain"] == pytest.approx(0.3)


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
    found = by_id([customer(**known)], campaign(offers, break_even_limit=0.2)).loc[100]
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


def test_offers_come_first_by_net_gain_then_the_greatest_value_at_risk():
    people = [customer(**{PROFIT: profit}) for profit in (7.0, 10.0, -1.0, 12.0, 0.5)]
    table = offers_by_customer(frame(people), campaign(), TYPICAL, "model", "data")
    assert table[ID].tolist() == [103, 101, 100, 104, 102]
    assert table["offer"].notna().tolist() == [True, True, True, False, False]
    assert table["rank"].tolist()[:3] == [1, 2, 3]
    assert set(table["model_version"] + table["data_hash"]) == {"modeldata"}


def test_figures_are_the_sums_of_the_table():
    people = [
        customer(), customer(**{PROFIT: 12.0}), customer(contact_allowed=False),
        customer(**{PROFIT: -1.0}),
    ]  # fmt: skip
    offers = {"sale": one_offer(), "banner": one_offer("site", unpaid_items="high")}
    plan = campaign(offers, budget=0.6, caps={"email": 5})
    figures = plan_figures(offers_by_customer(frame(people), plan, TYPICAL), plan)
    assert figures.pop("by_offer") == {"sale": 1, "banner": 0}
    assert figures.pop("by_channel") == {
        "email": {"offers": 1, "cap": 5},
        "site": {"offers": 0, "cap": None},
    }
    assert figures.pop("skipped") == {"budget": 1, "does_not_pay": 1, "no_consent": 1}
    assert figures.pop("net_gain_if_effects") == pytest.approx(
        {"none": -0.5, "half": 0.05 * 9.6 - 0.5, "assumed": 0.1 * 9.6 - 0.5}
    )
    assert figures == pytest.approx(
        {
            "budget": 0.6,
            "cost": 0.5,
            "offers": 1,
            "expected_net_gain": 0.1 * 9.6 - 0.5,
            "net_gain_low": 0.1 * 0.7 * 12 - 0.5,
            "net_gain_high": 0.1 * 0.9 * 12 - 0.5,
            "value_at_risk": 8.0 + 9.6 + 8.0,
            "value_at_risk_of_offers": 9.6,
            "profits_below_zero": 1,
        }
    )


def test_the_plan_is_made_anew_for_each_share_of_profit_lost():
    """0.25 x 16 x 0.1 is less than 0.5; of 0.5 and 1 it is 0.3 and 1.1 a customer."""
    wave = wave_of(frame([customer()] * 3), campaign(profit_share_lost_range=[0.25, 0.5, 1.0]), {})
    rows = sensitivity(wave, {})
    assert [row["profit_share_lost"] for row in rows] == [0.25, 0.5, 1.0]
    assert [row["offers"] for row in rows] == [0, 3, 3]
    assert [row["net_gain"] for row in rows] == pytest.approx([0.0, 0.9, 3.3])


@settings(max_examples=30, deadline=None)
@given(customers=CUSTOMERS, plan=CAMPAIGNS)
def test_more_budget_never_brings_less(customers, plan):
    """From nothing to all that pays, the campaign's budget among the steps and as in the plan."""
    wave = wave_of(frame(customers), plan, TYPICAL)
    curve, plans = what_if(wave)
    assert curve["budget"].tolist() == sorted(set(curve["budget"]))
    assert curve.iloc[0].tolist() == [0, 0, 0, 0, 0]
    assert (curve["cost"] <= curve["budget"] + 1e-9).all()
    assert (curve["net_gain"].diff().dropna() >= -1e-6).all()
    assert curve["net_gain"].iloc[-1] == pytest.approx(wave.plan(np.inf).net_gain, abs=1e-6)
    own = curve.set_index("budget").loc[plan.budget]
    assert own["net_gain"] == pytest.approx(wave.plan(plan.budget).net_gain, abs=1e-6)
    assert not plans.duplicated(["budget", ID]).any()
    counts = plans.groupby("budget").size().reindex(curve["budget"], fill_value=0)
    assert counts.tolist() == curve["offers"].tolist()


def test_steps_of_the_budget():
    assert budget_steps(30.0, 200.0, steps=5) == [0, 30, 50, 100, 150, 200]
    assert budget_steps(300.0, 200.0, steps=3) == [0, 100, 200, 300]
    assert budget_steps(0.0, 0.0) == [0]


def test_the_hold_out_is_compared_with_its_like():
    """Ten letters are paid for: the held-out with as much at stake are those to compare with."""
    people = [customer(**{PROFIT: 100.0 - place}) for place in range(60)]
    plan = campaign(budget=5.0, hold_out=HoldOut(0.5, "salt", 0.05, 0.8))
    wave = wave_of(frame(people), plan, {})
    controls, made = wave.controls(), wave.plan(5.0).offer >= 0
    assert made.sum() == 10
    assert not (controls & made).any()
    assert (controls <= wave.held).all()
    assert 0 < controls.sum() < wave.held.sum() + 1
    lowest = np.flatnonzero(made).max()
    assert np.flatnonzero(controls).max() <= lowest + 3
    figures = power_figures(wave, wave.plan(5.0))
    assert set(figures) == {"all", "at_risk"}
    assert figures["all"] == figures["at_risk"]
    assert (figures["all"]["offers"], figures["all"]["controls"]) == (10, controls.sum())
    assert figures["all"]["assumed"] == pytest.approx(0.08)  # risk x effect


def test_the_stage_writes_all_it_promises_twice_the_same(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    people = frame([customer(), customer(**{PROFIT: -2.0}), customer(contact_allowed=False)])
    known = ["risk", "risk_low", "risk_high", "segment", "reason_1", "reason_2"]
    writing.write_parquet(artefacts.CUSTOMERS, people.drop(columns=known))
    writing.write_parquet(artefacts.RISKS, people[[ID, "risk", "risk_low", "risk_high"]])
    writing.write_parquet(artefacts.SEGMENTS, people[[ID, "segment"]])
    writing.write_parquet(artefacts.REASONS, people[[ID, "reason_1", "reason_2"]])
    writing.write_json(artefacts.TYPICAL, TYPICAL, digits=None)
    writing.write_json(artefacts.MODEL_CARD, {"data_hash": "0123"})
    writing.write_text(artefacts.MODEL, "a model")
    lock = type("Lock", (), {"campaign": campaign(), "report": type("R", (), {"language": "en"})})
    monkeypatch.setattr(offer, "load", lambda *sections: lock)
    written = (artefacts.OFFERS, artefacts.PLANS, artefacts.BUDGET_CURVE, artefacts.OFFER_METRICS,
               artefacts.OFFERS_CSV, artefacts.OFFERS_XLSX)  # fmt: skip
    seen = []
    for _ in range(2):
        offer.main()
        seen.append([path.read_bytes() for path in written])
    assert seen[0] == seen[1]
    warning = capsys.readouterr().err.splitlines()[0]
    assert warning == (
        "warning: data/customers.parquet: monthly_profit: 1 below zero; each counts as zero"
    )
    figures = writing.read_json(artefacts.OFFER_METRICS)
    assert {"power", "hold_out", "profit_share_lost", "gap", "bound"} <= set(figures)
    assert "Share of purchases on promotion: 60% (typically 25%)" in seen[0][4].decode("utf-8-sig")
