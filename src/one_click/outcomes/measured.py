"""Waves and their outcomes become rows to compare: everybody planned, treated or held out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import ID, PROFIT, TARGET
from one_click.outcomes.effects import among_sent, effects
from one_click.outcomes.money import observed, realised, value_of
from one_click.settings.offers import Campaign


@dataclass(frozen=True)
class Measured:
    """One wave with its outcome.

    `plan` has a row a customer as `offers.table.offers_table` makes it; `outcome` has
    `customer_id` and `declined`, and `profit_after` where it is known; `sent` has `customer_id`
    and `sent`, or is None where there is no log.
    """

    campaign: Campaign
    plan: pd.DataFrame
    outcome: pd.DataFrame
    sent: pd.DataFrame | None
    promised: dict[str, float]


def planned_rows(wave: Measured) -> pd.DataFrame:
    """Everybody whom the plan has an offer for, made or withheld; the outcome may be missing."""
    campaign = wave.campaign
    rows = wave.plan[wave.plan["planned_offer"].notna()].copy()
    offers = campaign.offers
    rows["wave"], rows["treated"] = campaign.wave, rows["group"] == "treatment"
    rows["offer"] = rows["planned_offer"]
    rows["channel"] = rows["offer"].map({name: offer.channel for name, offer in offers.items()})
    rows["cost"] = rows["offer"].map({name: offer.cost for name, offer in offers.items()})
    rows["months"] = campaign.months
    rows["value"] = value_of(rows[PROFIT], campaign.months, campaign.profit_share_lost)
    rows = rows.merge(wave.outcome, on=ID, how="left", validate="1:1")
    if wave.sent is not None:
        rows = rows.merge(wave.sent, on=ID, how="left", validate="1:1")
        rows["sent"] = rows["sent"].eq(True)
    return rows.rename(columns={TARGET: "declined"})


def left_alone(wave: Measured) -> pd.DataFrame:
    """Customers who got nothing, by the plan and the log, and whose outcome is known.

    With `risk`, `declined` and `weight`.

    `weight` is how many of the base a customer stands for: of the control group's those for whom
    the plan had an offer stand for all for whom it had one.
    """
    rows = wave.plan[wave.plan["group"] != "treatment"].merge(wave.outcome, on=ID, validate="1:1")
    if wave.sent is not None:
        rows = rows[~rows[ID].isin(wave.sent.loc[wave.sent["sent"], ID])]
    planned = rows["planned_offer"].notna()
    times = wave.plan["planned_offer"].notna().sum() / max(1, planned.sum())
    return rows.assign(weight=np.where(planned, times, 1.0))


def wave_effects(rows: pd.DataFrame, confidence: float) -> dict[str, Any]:
    """Effects as planned, among those really sent, and money, of customers with an outcome."""
    known = rows[rows["declined"].notna()]
    figures = effects(known, confidence)
    figures["money"] = realised(known, confidence)
    if figures["money"] and "profit_after" in known:
        figures["money"]["observed"] = observed(known, confidence)
    if "sent" in known:
        without_log = known["sent"].isna()
        figures["sent"] = among_sent(
            figures["all"], known, known["sent"].mask(without_log, known["treated"]).astype(bool)
        )
    return figures
