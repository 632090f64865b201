"""The plan as a table: one row a customer."""

import numpy as np
import pandas as pd

from one_click.columns import ID, PROFIT
from one_click.offers.limits import SLACK
from one_click.offers.triggers import leading_trigger, reason_columns, trigger_agreement
from one_click.offers.wave import Wave, wave_of
from one_click.offers.withholding import WavePlan
from one_click.settings.offers import Campaign


def _left_out(wave: Wave, plan: WavePlan) -> np.ndarray:
    """`cap` where every offer that fits a customer is at a cap, else `budget`; (customers,)."""
    slack = plan.limits.left(plan.everybody.offer)[1:] + SLACK
    at_cap = (plan.limits.use[1:] > slack[:, None]).any(axis=0)
    return np.where((~wave.verdicts.eligible | at_cap).all(axis=1), "cap", "budget")


def _triggers(wave: Wave, plan: WavePlan) -> np.ndarray:
    """The column of the trigger that made each customer's offer, or None; shape (customers,)."""
    triggers = np.full(len(wave.customers), None, dtype=object)
    for place, offer in enumerate(wave.campaign.offers.values()):
        rows = plan.offer == place
        triggers[rows] = leading_trigger(wave.customers[rows], offer, wave.typical)
    return triggers


def offers_table(wave: Wave, plan: WavePlan, model_version: str, data_hash: str) -> pd.DataFrame:
    """One row a customer: offers by net gain, then the others by value at risk; ties by id.

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
    table["planned_offer"] = names[plan.everybody.offer]
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
    no_reason = np.array(None, dtype=object)
    table["skip_reason"] = np.select(
        [has_offer, wave.control_group], [no_reason, np.array("holdout")], skip_reason
    )
    by = [~has_offer, -table["net_gain"], -table["value_at_risk"], row]
    table = table.iloc[np.lexsort(by[::-1])].reset_index(drop=True)
    rank = pd.Series(np.arange(1, len(table) + 1), dtype="Int64")
    table["rank"] = rank.where(table["offer"].notna())
    table["model_version"], table["data_hash"] = model_version, data_hash
    return table[
        [ID, "segment", "risk", "risk_low", "risk_high", PROFIT, "value_at_risk", *reasons,
         "offer", "planned_offer", "channel", "trigger", "trigger_agreement", "cost", "break_even",
         "net_gain_low", "net_gain", "net_gain_high", "rank", "group",
         "skip_reason", "model_version", "data_hash"]
    ]  # fmt: skip


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
