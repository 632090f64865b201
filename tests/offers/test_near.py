"""Promises of explaining few: the plan that everybody's reasons give, whatever they are."""

import numpy as np
import pandas as pd
import pytest
from helpers.campaigns import TYPICAL, campaign, customer, frame, one_offer

from one_click.columns import ID
from one_click.offers.limits import limits_of
from one_click.offers.near import reasons_near
from one_click.offers.planning import planner_of
from one_click.offers.table import offers_table
from one_click.offers.triggers import EXPLAINED
from one_click.offers.wave import wave_of
from one_click.settings.offers import HoldOut

NUMBERS = ["promo_share", "unpaid_items", "pages_per_visit"]
OFFERS = {
    "points": one_offer("sms", 0.3, 0.2, promo_share="high"),
    "basket": one_offer("email", 0.1, 0.12, unpaid_items="high", service_type="premium"),
    "call": one_offer("call", 0.9, 0.4, pages_per_visit="low", promo_share="high"),
    "banner": one_offer("site", 0.05, 0.03, cap=40),
}
REASONS = ["reason_1", "reason_2"]
SHARES = {"nobody held out": 0.0, "a fifth held out": 0.2}
BUDGETS = {"much": 1000.0, "some": 25.0, "little": 6.0}


def store(size: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Customers at risk without reasons, and the reasons of all."""
    draws = np.random.default_rng(seed)
    risk, profit = draws.uniform(0.2, 0.9, size), draws.normal(4, 1.5, size).clip(0.5)
    rows = frame([customer()] * size)
    rows = rows.drop(columns=list(rows.filter(regex="^(reason|agreement)_")))
    rows = rows.assign(
        risk=risk, risk_low=risk, risk_high=risk, monthly_profit=profit,
        promo_share=draws.uniform(0, 0.6, size), unpaid_items=draws.integers(0, 8, size) * 1.0,
        pages_per_visit=draws.integers(1, 18, size) * 1.0,
        service_type=draws.choice(["standard", "premium"], size, p=[0.8, 0.2]),
    )  # fmt: skip
    names = np.array([draws.permutation(["tenure_days", *NUMBERS])[:2] for _ in range(size)])
    return rows, pd.DataFrame(names, columns=REASONS).assign(
        **{ID: rows[ID], "agreement_1": 1.0, "agreement_2": 1.0}
    )


class Asked:
    """What explains by a table, and whom it was asked about."""

    def __init__(self, reasons: pd.DataFrame) -> None:
        self.reasons, self.ids = reasons, []

    def __call__(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Their rows of the table."""
        self.ids += customers[ID].tolist()
        return self.reasons[self.reasons[ID].isin(customers[ID])]


def campaign_of(budget: float, share: float = 0.0):
    hold_out = HoldOut(share, "salt", 0.05, 0.8)
    return campaign(OFFERS, budget=budget, caps={"call": 12}, hold_out=hold_out)


def joined(customers: pd.DataFrame, reasons: pd.DataFrame) -> pd.DataFrame:
    people = customers.merge(reasons, on=ID, how="left", validate="1:1")
    return people.assign(**{EXPLAINED: people[ID].isin(reasons[ID])})


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("budget", BUDGETS)
def test_the_plan_is_that_of_everybodys_reasons(budget, share):
    customers, reasons = store(500, seed=0)
    terms, asked = campaign_of(BUDGETS[budget], SHARES[share]), Asked(reasons)
    near = reasons_near(customers, terms, TYPICAL, reasons.head(0), asked)
    whole = wave_of(customers.merge(reasons, on=ID), terms, TYPICAL).plan(terms.budget)
    part = wave_of(joined(customers, near), terms, TYPICAL).plan(terms.budget)
    assert part.everybody.bound == pytest.approx(whole.everybody.bound, rel=1e-4)
    assert part.net_gain == pytest.approx(whole.net_gain, rel=1e-3)
    assert (part.offer != whole.offer).mean() < 0.01
    assert len(set(asked.ids)) == len(asked.ids) == len(near)
    assert len(near) < {"much": 501, "some": 350, "little": 150}[budget]


@pytest.mark.parametrize("seed", [2, 3])
def test_whatever_else_the_others_reasons_were_no_plan_could_bring_more(seed):
    """At the prices of the plan; those who are not explained take every reason there is."""
    customers, reasons = store(400, seed)
    terms = campaign_of(10.0)
    near = reasons_near(customers, terms, TYPICAL, reasons.head(0), Asked(reasons))
    wave, limits = wave_of(joined(customers, near), terms, TYPICAL), limits_of(terms, 10.0)
    bounds, highest = [], wave.highest_gain
    explained = wave.customers[EXPLAINED].to_numpy()[:, None]
    for gain in (np.where(explained, highest, np.nan), highest):
        prices = planner_of(gain, limits.use).dual.prices(limits.most, 1e-10)
        left = np.nan_to_num(gain, nan=-np.inf) - prices @ limits.use
        bounds.append(left.max(axis=1).clip(0).sum() + prices @ limits.most)
    assert np.isfinite(wave.highest_gain).any(axis=1).sum() > 1.5 * len(near)
    assert bounds[1] == pytest.approx(bounds[0], rel=1e-6)


def test_who_is_not_explained_is_left_without_an_offer_and_told_so():
    customers, reasons = store(300, seed=4)
    terms = campaign_of(6.0, 0.2)
    near = reasons_near(customers, terms, TYPICAL, reasons.head(0), Asked(reasons))
    wave = wave_of(joined(customers, near), terms, TYPICAL)
    offers = offers_table(wave, wave.plan(6.0), "v", "h")
    others = offers[~offers[ID].isin(near[ID])]
    assert len(others) > 100
    assert others["offer"].isna().all()
    assert others["planned_offer"].isna().all()
    assert set(others["group"]) == {"none"}
    assert set(others["skip_reason"]) <= {"not_explained", "no_reason"}
    assert (others["skip_reason"] == "not_explained").sum() > 80


def test_those_whose_reasons_are_known_are_not_asked_about():
    customers, reasons = store(200, seed=5)
    terms, asked = campaign_of(6.0), Asked(reasons)
    known = reasons.head(50)
    near = reasons_near(customers, terms, TYPICAL, known, asked)
    pd.testing.assert_frame_equal(near.head(50), known)
    assert not set(asked.ids) & set(known[ID])
    assert set(near[ID]) == {*known[ID], *asked.ids}


def test_without_a_budget_nobody_is_explained():
    customers, reasons = store(20, seed=6)
    asked = Asked(reasons)
    assert reasons_near(customers, campaign_of(0.0), TYPICAL, reasons.head(0), asked).empty
    assert asked.ids == []


def test_only_those_of_addressed_segments_are_explained():
    customers, reasons = store(60, seed=7)
    customers["segment"] = np.where(np.arange(60) % 2, "at_risk", "steady")
    near = reasons_near(customers, campaign_of(1000.0), TYPICAL, reasons.head(0), Asked(reasons))
    at_risk = customers.loc[customers["segment"] == "at_risk", ID]
    assert 0 < len(near) <= 30
    assert near[ID].isin(at_risk).all()
