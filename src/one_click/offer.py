"""Whom to keep, with what: at most one offer a customer, within the budget.

Enters: risks, segments, reasons, profit, consent and the campaign. Leaves: `data/offers.parquet`
and `reports/offers.csv`, one row a customer. Effects are assumptions of the campaign: no offer was
ever recorded, so nothing here says what an offer causes.
"""

import numpy as np
import pandas as pd

from one_click import files
from one_click.columns import ID, PROFIT
from one_click.params import Campaign, load
from one_click.stage import run

ON_SITE = "site"  # the one channel that reaches out to nobody: it needs no consent


def value_at_risk(risk: pd.Series, profit: pd.Series, campaign: Campaign) -> pd.Series:
    """Profit that is expected to be lost: risk x profit x months x share; a loss counts as zero."""
    return risk * profit.clip(lower=0) * campaign.months * campaign.profit_share_lost


def eligible(customers: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Whether a customer may get an offer: booleans, (customers, offers).

    By segment, by consent (an offer on the site needs none) and by reason.
    """
    in_segment = customers["segment"].isin(campaign.segments)
    reasons = customers.filter(regex=r"^reason_\d+$")
    may = {}
    for name, offer in campaign.offers.items():
        consents = customers["contact_allowed"] | (offer.channel == ON_SITE)
        triggered = reasons.isin(offer.reasons).any(axis="columns") if offer.reasons else True
        may[name] = in_segment & consents & triggered
    return pd.DataFrame(may)


def planned(net_gain: np.ndarray, cost: np.ndarray, budget: float) -> np.ndarray:
    """The plan with the greatest expected net gain, by integer programming.

    Parameters
    ----------
    net_gain
        Shape (customers, offers); NaN where the offer is not to be made.
    cost
        Shape (offers,), in the unit of the budget.

    Returns
    -------
    offer
        Index of the offer of each customer, or -1; shape (customers,).
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    customer, offer = np.nonzero(~np.isnan(net_gain))
    plan = np.full(len(net_gain), -1)
    if not len(customer):
        return plan
    ones = np.ones(len(customer))
    position = np.arange(len(customer))
    at_most_one = csr_array((ones, (customer, position)), shape=(len(net_gain), len(customer)))
    within_budget = csr_array(cost[offer][None, :])
    solved = milp(
        -net_gain[customer, offer],
        integrality=ones,
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(at_most_one, ub=1),
            LinearConstraint(within_budget, ub=budget),
        ],
        options={"mip_rel_gap": 1e-6, "node_limit": 100_000},
    )
    if solved.x is None:
        raise RuntimeError(f"the plan was not solved: {solved.message}")
    made = solved.x > 0.5
    plan[customer[made]] = offer[made]
    return plan


def skip_reasons(
    customers: pd.DataFrame, may: pd.DataFrame, pays: np.ndarray, plan: np.ndarray, campaign
) -> np.ndarray:
    """Why a customer gets no offer; missing where it gets one."""
    refused = ~customers["contact_allowed"].to_numpy()
    return np.select(
        [
            plan >= 0,
            ~customers["segment"].isin(campaign.segments).to_numpy(),
            ~may.to_numpy().any(axis=1) & refused,
            ~may.to_numpy().any(axis=1),
            ~pays.any(axis=1),
        ],
        [None, "segment", "no_consent", "no_reason", "does_not_pay"],
        "budget",
    )


def offers_by_customer(customers: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """One row a customer, offers first, by net gain.

    Parameters
    ----------
    customers
        With `risk`, `segment`, reasons, `monthly_profit`, `contact_allowed`.
    """
    names = np.array(list(campaign.offers), dtype=object)
    cost = np.array([offer.cost for offer in campaign.offers.values()])
    effect = np.array([offer.effect for offer in campaign.offers.values()])
    channel = np.array([offer.channel for offer in campaign.offers.values()], dtype=object)
    at_risk = value_at_risk(customers["risk"], customers[PROFIT], campaign)
    net_gain = at_risk.to_numpy()[:, None] * effect - cost
    may = eligible(customers, campaign)
    pays = may.to_numpy() & (net_gain >= campaign.smallest_net_gain)
    plan = planned(np.where(pays, net_gain, np.nan), cost, campaign.budget)
    made = plan >= 0
    table = customers[[ID, "segment", "risk", "risk_low", "risk_high", PROFIT]].copy()
    table["value_at_risk"] = at_risk
    table = pd.concat([table, customers.filter(regex=r"^reason_\d+$")], axis="columns")
    table["offer"] = np.where(made, names[plan], None)
    table["channel"] = np.where(made, channel[plan], None)
    table["cost"] = np.where(made, cost[plan], 0.0)
    table["net_gain"] = np.where(made, net_gain[np.arange(len(plan)), plan], 0.0)
    table["skip_reason"] = skip_reasons(customers, may, pays, plan, campaign)
    table = table.sort_values(["net_gain", "value_at_risk", ID], ascending=[False, False, True])
    return table.reset_index(drop=True)


def plan_figures(offers: pd.DataFrame, campaign: Campaign) -> dict:
    """Totals of the plan."""
    made = offers[offers["offer"].notna()]
    return {
        "budget": campaign.budget,
        "cost": made["cost"].sum(),
        "offers": len(made),
        "expected_net_gain": made["net_gain"].sum(),
        "value_at_risk": offers["value_at_risk"].sum(),
        "value_at_risk_of_offers": made["value_at_risk"].sum(),
        "by_offer": {name: int((made["offer"] == name).sum()) for name in campaign.offers},
        "skipped": offers["skip_reason"].value_counts().sort_index().to_dict(),
    }


def main() -> None:
    campaign = load("campaign").campaign
    customers = pd.read_parquet(files.CUSTOMERS)[[ID, PROFIT, "contact_allowed"]]
    for path in (files.RISKS, files.SEGMENTS, files.REASONS):
        customers = customers.merge(pd.read_parquet(path), on=ID, validate="1:1")
    offers = offers_by_customer(customers, campaign)
    files.write_parquet(files.OFFERS, offers)
    files.write_text(files.OFFERS_CSV, offers.round(4).to_csv(index=False), encoding="utf-8-sig")
    files.write_json(files.OFFER_METRICS, plan_figures(offers, campaign))


if __name__ == "__main__":
    run(main)
