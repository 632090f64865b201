"""The plan as a table: one row a customer."""

import numpy as np
import pandas as pd

from one_click.columns import ID, PROFIT
from one_click.offers.triggers import (
    is_explained,
    leading_trigger,
    reason_columns,
    trigger_agreement,
)
from one_click.offers.wave import Wave, wave_of
from one_click.offers.withholding import PlanPart, WavePlan
from one_click.settings.offers import Campaign


def _left_out(wave: Wave, plan: PlanPart) -> np.ndarray:
    """`cap` where every offer that fits a customer is at a cap, else `budget`; (customers,)."""
    return np.where((~wave.verdicts.eligible | plan.at_cap).all(axis=1), "cap", "budget")


def _triggers(wave: Wave, plan: PlanPart) -> np.ndarray:
    """The column of the trigger that made each customer's offer, or None; shape (customers,)."""
    triggers = np.full(len(wave.customers), None, dtype=object)
    for place, offer in enumerate(wave.campaign.offers.values()):
        rows = plan.offer == place
        if rows.any():
            triggers[rows] = leading_trigger(wave.customers[rows], offer, wave.typical)
    return triggers


def in_order_of_worth(
    has_offer: np.ndarray, net_gain: np.ndarray, value_at_risk: np.ndarray
) -> np.ndarray:
    """Places in which the plan's table names customers: offers by net gain, then by value at risk.

    Ties by the order given, which is that of ids. All of shape (customers,).
    """
    row = np.arange(len(has_offer))
    return np.lexsort([row, -value_at_risk, -net_gain, ~has_offer])


def offer_rows(wave: Wave, plan: PlanPart) -> pd.DataFrame:
    """One row a customer, in the order of the wave; all of `offers_table` but what is of the whole.

    `net_gain_low` takes the low end of the risk and of the assumed effect, `net_gain_high` the high
    ones: the range of what is believed, not a confidence interval. `trigger` is the column whose
    trigger made the offer; `trigger_agreement`, the share of models that name it as a reason.
    `planned_offer` is the offer of the treatment group, and of the control group the one that it
    would have got.
    """
    customers, campaign, verdicts = wave.customers, wave.campaign, wave.verdicts
    names = np.array([*campaign.offers, None], dtype=object)  # the last one is no offer's, -1
    offers = list(campaign.offers.values())
    channel = np.array([offer.channel for offer in offers] + [None], dtype=object)
    cost = np.array([offer.cost for offer in offers] + [0.0])
    has_offer, row = plan.offer >= 0, np.arange(len(customers))
    table = customers[[ID, "segment", "risk", "risk_low", "risk_high", PROFIT]].copy()
    table["value_at_risk"] = verdicts.value_at_risk
    reasons = reason_columns(customers)
    agreements = [name.replace("reason_", "agreement_") for name in reasons]
    reasons = [*reasons, *agreements]
    table[reasons] = customers[reasons]
    table["offer"], table["channel"] = names[plan.offer], channel[plan.offer]
    table["planned_offer"] = names[plan.planned]
    table["trigger"] = _triggers(wave, plan)
    table["trigger_agreement"] = trigger_agreement(table)
    table["cost"] = cost[plan.offer]
    table["break_even"] = np.where(has_offer, verdicts.break_even[row, plan.offer], np.nan)
    per_risk = customers[PROFIT].clip(lower=0) * campaign.months * campaign.profit_share_lost
    for end in ("low", "high"):
        effect = np.array([getattr(offer.effect, end) for offer in offers] + [0.0])[plan.offer]
        table[f"net_gain_{end}"] = customers[f"risk_{end}"] * per_risk * effect - table["cost"]
    table["net_gain"] = np.where(has_offer, verdicts.net_gain[row, plan.offer], 0.0)
    table["group"] = np.select([has_offer, wave.control_group], ["treatment", "control"], "none")
    skip_reason = np.where(
        pd.isna(verdicts.skip_reason), _left_out(wave, plan), verdicts.skip_reason
    )
    # What fits who is not explained is only bounded; but where nothing could fit, nothing does.
    certain = np.isin(skip_reason.astype(str), ["segment", "no_reason"])
    skip_reason = np.where(is_explained(customers) | certain, skip_reason, "not_explained")
    no_reason = np.array(None, dtype=object)
    table["skip_reason"] = np.select(
        [has_offer, wave.control_group], [no_reason, np.array("holdout")], skip_reason
    )
    return table


def ranked(rows: pd.DataFrame, first: int, model_version: str, data_hash: str) -> pd.DataFrame:
    """Rows of offers in the order of worth with their rank, the first of them being `first`."""
    rank = pd.Series(np.arange(first, first + len(rows)), rows.index, dtype="Int64")
    rows = rows.assign(
        rank=rank.where(rows["offer"].notna()), model_version=model_version, data_hash=data_hash
    )
    reasons = reason_columns(rows)
    reasons += [name.replace("reason_", "agreement_") for name in reasons]
    return rows[
        [ID, "segment", "risk", "risk_low", "risk_high", PROFIT, "value_at_risk", *reasons,
         "offer", "planned_offer", "channel", "trigger", "trigger_agreement", "cost", "break_even",
         "net_gain_low", "net_gain", "net_gain_high", "rank", "group",
         "skip_reason", "model_version", "data_hash"]
    ]  # fmt: skip


def offers_table(wave: Wave, plan: WavePlan, model_version: str, data_hash: str) -> pd.DataFrame:
    """One row a customer: offers by net gain, then the others by value at risk; see `offer_rows`.

    `rank` numbers the offers.
    """
    rows = offer_rows(wave, plan.whole())
    has_offer, gain, at_risk = plan.offer >= 0, rows["net_gain"], rows["value_at_risk"]
    order = in_order_of_worth(has_offer, gain.to_numpy(), at_risk.to_numpy())
    return ranked(rows.iloc[order].reset_index(drop=True), 1, model_version, data_hash)


def offers_by_customer(
    customers: pd.DataFrame,
    campaign: Campaign,
    typical: dict[str, dict],
    model_version: str = "",
    data_hash: str = "",
) -> pd.DataFrame:
    """The plan of a campaign: what enters is said by `wave_of`, what leaves by `offers_table`."""
    wave = wave_of(customers, campaign, typical)
    return offers_table(wave, wave.plan(campaign.budget), model_version, data_hash)
