"""What the plan adds up to, and what other budgets and assumptions would bring."""

from collections import Counter

import numpy as np
import pytest
from helpers.campaigns import CAMPAIGNS, CUSTOMERS, TYPICAL, campaign, customer, frame, one_offer
from hypothesis import given, settings

from one_click.columns import ID, PROFIT
from one_click.offers import core
from one_click.offers.outlook import (
    BUDGET_STEPS,
    Totals,
    budget_steps,
    fatigue_cost,
    plan_figures,
    power_figures,
    sensitivity,
    what_if,
)
from one_click.offers.partitions import Partition
from one_click.offers.table import offers_by_customer
from one_click.offers.wave import wave_of
from one_click.settings.offers import Fatigue, HoldOut


def test_figures_are_the_sums_of_the_table():
    people = [
        customer(), customer(**{PROFIT: 12.0}), customer(contact_allowed=False),
        customer(**{PROFIT: -1.0}),
    ]  # fmt: skip
    offers = {"sale": one_offer(), "banner": one_offer("site", unpaid_items="high")}
    plan = campaign(offers, budget=0.6, caps={"email": 5})
    figures = plan_figures(Totals.of(offers_by_customer(frame(people), plan, TYPICAL)), plan)
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
    rows = sensitivity(wave)
    assert [row["profit_share_lost"] for row in rows] == [0.25, 0.5, 1.0]
    assert [row["offers"] for row in rows] == [0, 3, 3]
    assert [row["net_gain"] for row in rows] == pytest.approx([0.0, 0.9, 3.3])


def test_the_cost_of_the_limit_of_messages_is_a_plan_without_it():
    """Of two alike one has had enough; 8 x 0.1 - 0.5 = 0.3 is what either brings."""
    people = frame([customer(), customer(contacts_this_month=5.0)])
    wave = wave_of(people, campaign(fatigue=Fatigue(contacts_a_month=5)), {})
    assert wave.plan(100.0).net_gain == pytest.approx(0.3)
    figures = fatigue_cost(wave)
    assert figures["over_limit"] == 1
    assert figures["without"] == pytest.approx(
        {"offers": 2, "cost": 1.0, "net_gain": 0.6, "gap": 0.0}
    )


@settings(max_examples=30, deadline=None)
@given(customers=CUSTOMERS, plan=CAMPAIGNS)
def test_more_budget_never_brings_less(customers, plan):
    """From nothing to all that pays, the campaign's budget among the steps and as in the plan.

    Where there is a control group, what the campaign's budget brings may be less by what is cut.
    """
    wave = wave_of(frame(customers), plan, TYPICAL)
    own_plan = wave.plan(plan.budget)
    curve, plans = what_if(wave, own_plan)
    assert curve["budget"].tolist() == sorted(set(curve["budget"]))
    assert curve.iloc[0].tolist() == [0, 0, 0, 0, 0]
    assert (curve["cost"] <= curve["budget"] + 1e-9).all()
    held_out = wave.control_group.any()
    drawn = curve[curve["budget"] != plan.budget] if held_out else curve
    bound = drawn["net_gain"] / (1 - drawn["gap"]).replace(0.0, np.nan)  # of nothing made: no bound
    assert (drawn["net_gain"] <= bound.shift(-1).fillna(np.inf) + 1e-6).all()
    if curve["cost"].iloc[-1] > 0 and curve["budget"].iloc[-1] > plan.budget and not held_out:
        assert curve["net_gain"].iloc[-1] == pytest.approx(wave.plan(np.inf).net_gain, abs=1e-6)
    own = curve.set_index("budget").loc[plan.budget]
    assert own["net_gain"] == own_plan.net_gain
    offers = plans[plans["budget"] == plan.budget].set_index(ID)["offer"]
    assert offers.index.tolist() == wave.customers.loc[own_plan.offer >= 0, ID].tolist()
    assert not plans.duplicated(["budget", ID]).any()
    counts = plans.groupby("budget").size().reindex(curve["budget"], fill_value=0)
    assert counts.tolist() == curve["offers"].tolist()


def test_other_budgets_cost_no_integer_programme_and_few_looks_at_the_customers(monkeypatch):
    """Of 21, the one that is enough for all alone; prices of one budget serve the next."""
    nodes, looks = [], Counter()
    programme, relaxed = core.by_integer_programming, Partition.relaxed

    def counted(gain, count, limits, search):
        nodes.append(search.nodes)
        return programme(gain, count, limits, search)

    def looked(part, prices):
        looks[part.start] += 1
        return relaxed(part, prices)

    monkeypatch.setattr(core, "by_integer_programming", counted)
    monkeypatch.setattr(Partition, "relaxed", looked)
    people = [customer(**{PROFIT: 10.0 + place % 97 / 9}) for place in range(400)]
    offers = {"sale": one_offer(cost=0.5), "call": one_offer("call", 0.9, 0.2)}
    terms = campaign(
        offers, budget=90.0, caps={"call": 90}, hold_out=HoldOut(0.2, "salt", 0.05, 0.8)
    )
    wave = wave_of(frame(people), terms, {})
    plan = wave.plan(terms.budget)
    of_the_plan, cold = len(nodes), looks.total()
    assert of_the_plan >= 2  # once more, as chance withholds more or less
    curve, _ = what_if(wave, plan)
    assert len(curve) == BUDGET_STEPS + 1
    assert curve["gap"].median() < 0.01
    assert sum(map(bool, nodes[of_the_plan:])) == 1
    assert len(nodes) - of_the_plan == BUDGET_STEPS - 1
    assert looks.total() - cold < 20 * BUDGET_STEPS


def test_steps_of_the_budget():
    assert budget_steps(30.0, 200.0, steps=5) == [0, 30, 50, 100, 150, 200]
    assert budget_steps(300.0, 200.0, steps=3) == [0, 100, 200, 300]
    assert budget_steps(0.0, 0.0) == [0]


def test_the_hold_out_is_compared_with_its_like():
    """Ten letters are paid for: the held-out with as much at stake are those to compare with."""
    people = [customer(**{PROFIT: 100.0 - place}) for place in range(60)]
    plan = campaign(budget=5.0, hold_out=HoldOut(0.5, "salt", 0.05, 0.8))
    wave = wave_of(frame(people), plan, {})
    planned, made = (offer >= 0 for offer in (wave.plan(5.0).everybody.offer, wave.plan(5.0).offer))
    controls = planned & wave.control_group
    assert 8 <= made.sum() <= 10
    assert (made == planned & ~wave.control_group).all()
    assert planned.tolist() == sorted(planned, reverse=True)  # by what is at stake, whatever group
    figures = power_figures(wave, wave.plan(5.0))
    assert set(figures) == {"all", "at_risk"}
    assert figures["all"] == figures["at_risk"]
    assert (figures["all"]["offers"], figures["all"]["controls"]) == (made.sum(), controls.sum())
    assert figures["all"]["assumed"] == pytest.approx(0.08)  # risk x effect
