"""What a plan is expected to bring: totals, other budgets, other assumptions, what it can show."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import ID, PROFIT
from one_click.offers.control_group import balance
from one_click.offers.fatigue import over_limit
from one_click.offers.limits import limits_of
from one_click.offers.planning import QUICK
from one_click.offers.power import power
from one_click.offers.wave import Wave, wave_of
from one_click.offers.withholding import WavePlan
from one_click.settings.offers import UNLIMITED, Campaign

BUDGET_STEPS = 21
EFFECTS = {"none": 0.0, "half": 0.5, "assumed": 1.0}  # shares of the assumed effects that come true


@dataclass(frozen=True)
class Totals:
    """Of some rows of a plan: those with an offer, and of all what can be added up."""

    recipients: pd.DataFrame
    value_at_risk: float
    profits_below_zero: int
    skipped: pd.Series
    groups: pd.Series

    @classmethod
    def of(cls, offers: pd.DataFrame) -> "Totals":
        """The totals of a plan's table, or of a part of it."""
        amounts = ["offer", "channel", "cost", "net_gain", "net_gain_low", "net_gain_high"]
        return cls(
            offers.loc[offers["offer"].notna(), [*amounts, "value_at_risk"]],
            float(offers["value_at_risk"].sum()),
            int((offers[PROFIT] < 0).sum()),
            offers["skip_reason"].value_counts(),
            offers["group"].value_counts(),
        )

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            pd.concat([self.recipients, other.recipients], ignore_index=True),
            self.value_at_risk + other.value_at_risk,
            self.profits_below_zero + other.profits_below_zero,
            self.skipped.add(other.skipped, fill_value=0).astype(int),
            self.groups.add(other.groups, fill_value=0).astype(int),
        )


def plan_figures(totals: Totals, campaign: Campaign) -> dict:
    """Totals of the plan, by name."""
    recipients = totals.recipients
    by_channel = recipients["channel"].value_counts()
    return {
        "budget": campaign.budget,
        "cost": recipients["cost"].sum(),
        "offers": len(recipients),
        "expected_net_gain": recipients["net_gain"].sum(),
        "net_gain_low": recipients["net_gain_low"].sum(),
        "net_gain_high": recipients["net_gain_high"].sum(),
        "net_gain_if_effects": {
            name: times * (recipients["net_gain"] + recipients["cost"]).sum()
            - recipients["cost"].sum()
            for name, times in EFFECTS.items()
        },
        "value_at_risk": totals.value_at_risk,
        "value_at_risk_of_offers": recipients["value_at_risk"].sum(),
        "profits_below_zero": totals.profits_below_zero,
        "by_offer": {name: int((recipients["offer"] == name).sum()) for name in campaign.offers},
        "by_channel": {
            channel: {
                "offers": int(by_channel.get(channel, 0)),
                "cap": campaign.caps.get(channel),
            }
            for channel in sorted({offer.channel for offer in campaign.offers.values()})
        },
        "skipped": totals.skipped.sort_index().to_dict(),
    }


def power_figures(wave: Wave, plan: WavePlan) -> dict[str, dict]:
    """What the wave can show, overall ("all") and by segment; see `offers.power`."""
    effects = [offer.effect.expected for offer in wave.campaign.offers.values()]
    drop = wave.customers["risk"].to_numpy() * np.array([*effects, 0.0])[plan.offer]
    risk, recipients = wave.customers["risk"].to_numpy(), plan.offer >= 0
    controls = (plan.everybody.offer >= 0) & wave.control_group
    figures = {}
    for name in ("all", *wave.campaign.segments):
        rows = (wave.customers["segment"] == name).to_numpy() | (name == "all")
        treatment, control = recipients & rows, controls & rows
        both = treatment | control
        figures[name] = power(
            int(treatment.sum()),
            int(control.sum()),
            float(risk[both].mean()) if both.any() else None,
            float(drop[treatment].mean()) if treatment.any() else None,
            wave.campaign.hold_out,
        )
    return figures


def sensitivity(wave: Wave) -> list[dict]:
    """The plan made anew for each assumed share of profit lost on a drop."""
    rows = []
    for share in wave.campaign.profit_share_lost_range:
        campaign = replace(wave.campaign, profit_share_lost=share)
        other = wave_of(wave.customers, campaign, wave.typical)
        plan = other.plan(campaign.budget)
        rows.append({"profit_share_lost": share} | _row(other, plan))
    return rows


def fatigue_cost(wave: Wave) -> dict:
    """Who has had enough messages, and the plan made anew as if nobody had."""
    campaign = replace(wave.campaign, fatigue=UNLIMITED)
    other = wave_of(wave.customers, campaign, wave.typical)
    over = over_limit(wave.customers, wave.campaign.fatigue)
    return {
        "over_limit": int(over.sum()),
        "without": _row(other, other.plan(campaign.budget)),
    }


def _totals(wave: Wave, offer: np.ndarray) -> dict:
    cost = np.array([offer.cost for offer in wave.campaign.offers.values()])
    counts = np.bincount(offer[offer >= 0], minlength=len(cost))
    return {"offers": int(counts.sum()), "cost": float(counts @ cost)}


def _row(wave: Wave, plan: WavePlan) -> dict:
    figures = {"net_gain": plan.net_gain, "gap": plan.everybody.gap}
    return _totals(wave, plan.offer) | figures


def budget_steps(budget: float, enough: float, steps: int = BUDGET_STEPS) -> list[float]:
    """Budgets from 0 to what is enough for all that pays, the campaign's own one among them."""
    even = [float(f"{step:.3g}") for step in np.linspace(0, enough, steps)[:-1]]
    return sorted({*even, enough, budget})


def what_if(wave: Wave, plan: WavePlan) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each budget brings: figures, and offers in one long table.

    The point of the campaign's budget is `plan`. The others are the best that those who are not
    held out can get, in fewer steps (`planning.QUICK`), each with its gap to the bound: prices of
    one budget serve the next, and nothing is raised or cut for the control group, whose offers no
    curve counts. So a point may bring more than a plan of its budget, by about an offer a limit.
    """
    campaign, names = wave.campaign, np.array(list(wave.campaign.offers), dtype=object)
    planner = wave.planner_of_treatment()
    everything = planner.plan(limits_of(campaign, np.inf).most)
    enough = _totals(wave, everything.offer)["cost"]
    rows, plans = [], []
    for budget in budget_steps(campaign.budget, enough):
        if budget == campaign.budget:
            row, offer = _row(wave, plan), plan.offer
        else:
            most = limits_of(campaign, budget).most
            point = everything if budget == enough > 0 else planner.plan(most, QUICK)
            row = _totals(wave, point.offer) | {"net_gain": point.net_gain, "gap": point.gap}
            offer = point.offer
        rows.append({"budget": budget} | row)
        recipients = offer >= 0
        ids = wave.customers.loc[recipients, ID]
        plans.append(pd.DataFrame({"budget": budget, ID: ids, "offer": names[offer[recipients]]}))
    return pd.DataFrame(rows), pd.concat(plans, ignore_index=True)


def wave_figures(wave: Wave, plan: WavePlan) -> dict[str, Any]:
    """How near the plan is to the best one, its control group, and its assumptions moved.

    `planned_net_gain`, `bound` and `gap` are of the plan of everybody, the withheld offers in it.
    """
    fits = wave.verdicts.eligible.any(axis=1)
    return {
        "planned_net_gain": plan.everybody.net_gain,
        "bound": plan.everybody.bound,
        "gap": plan.everybody.gap,
        "hold_out": balance(wave.customers[fits], wave.control_group[fits]),
        "power": power_figures(wave, plan),
        "profit_share_lost": sensitivity(wave),
        "fatigue": fatigue_cost(wave),
    }
