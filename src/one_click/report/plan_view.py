"""What the page needs to show the plan at any step of its budget: the slider and the table.

Every step is a plan that `offer` has made: the page chooses among them and computes none.
"""

import hashlib
import hmac
import os

import numpy as np
import pandas as pd

from one_click.columns import ID, PROFIT
from one_click.running.errors import InputError
from one_click.settings.offers import Campaign
from one_click.settings.report import Report
from one_click.settings.segments import SEGMENTS
from one_click.words.speaker import ABSENT, NARROW_SPACE, SPACE, Speaker

KEY = "ONE_CLICK_ID_KEY"
HASH_SHOWN = 12
NONE = "-"  # no offer at this step; the offers are the characters from "0" on


def hashed_ids(ids: pd.Series, key: str) -> pd.Series:
    """Ids that say nothing to who has not the key: the beginning of their HMAC-SHA256."""

    def hashed(customer: str) -> str:
        digest = hmac.new(key.encode(), customer.encode(), hashlib.sha256)
        return digest.hexdigest()[:HASH_SHOWN]

    return ids.map(hashed)


def with_ids_as_asked(frame: pd.DataFrame, report: Report) -> pd.DataFrame:
    """The same rows with ids as they are, or hashed for a page that travels.

    Raises
    ------
    InputError
        Where ids are to be hashed and the environment holds no key: a handful of digits can be
        guessed back from a hash without one.
    """
    if report.ids == "shown":
        return frame
    key = os.environ.get(KEY, "")
    if not key:
        raise InputError(
            f"report.ids: hashed needs a secret in the environment: set {KEY}, or choose shown"
        )
    return frame.assign(**{ID: hashed_ids(frame[ID], key)})


def leading_first(offers: pd.DataFrame, plans: pd.DataFrame, count: int) -> pd.DataFrame:
    """The customers of any step's plan, those of the campaign's own plan first; at most `count`."""
    return offers[offers[ID].isin(plans[ID])].head(count).reset_index(drop=True)


def steps_of_customers(
    customers: pd.DataFrame, plans: pd.DataFrame, budgets: list[float], campaign: Campaign
) -> tuple[list[str], list[list[float | None]]]:
    """Each customer's offer at each step as a character, and the net gain of each of its offers.

    Parameters
    ----------
    customers
        Those of the table, by `customer_id`, with `value_at_risk`.
    plans
        `budget`, `customer_id`, `offer`: a row an offer made at a step.
    """
    names = list(campaign.offers)
    effect = np.array([offer.effect.expected for offer in campaign.offers.values()])
    cost = np.array([offer.cost for offer in campaign.offers.values()])
    place = pd.Series(np.arange(len(customers)), index=customers[ID])
    rows = plans[plans[ID].isin(place.index)]
    customer = place.loc[rows[ID]].to_numpy()
    step = pd.Index(budgets).get_indexer(rows["budget"], method="nearest")  # a CSV rounds
    offer = pd.Index(names).get_indexer(rows["offer"])
    if (offer < 0).any():
        raise ValueError("a plan holds an offer that the campaign has not")
    codes = np.full((len(customers), len(budgets)), NONE, dtype="U1")
    codes[customer, step] = np.array([chr(ord("0") + place) for place in range(len(names))])[offer]
    gains = np.full((len(customers), len(names)), np.nan)
    at_risk = customers["value_at_risk"].to_numpy()
    gains[customer, offer] = (at_risk[customer] * effect[offer] - cost[offer]).round(4)
    return (
        ["".join(row) for row in codes],
        [[None if np.isnan(gain) else gain for gain in row] for row in gains.tolist()],
    )


def plan_view(
    offers: pd.DataFrame,
    plans: pd.DataFrame,
    curve: pd.DataFrame,
    campaign: Campaign,
    report: Report,
    speaker: Speaker,
) -> dict:
    """What `report.js` reads.

    Parameters
    ----------
    offers
        One row a customer, offers first, as `offers.table` orders them, with `reasons` in words.
    plans
        The plan of each step: `budget`, `customer_id`, `offer`.
    curve
        A row a step: `budget`, `offers`, `cost`, `net_gain`.
    """
    customers = leading_first(offers, plans, report.rows)
    budgets, names = curve["budget"].tolist(), list(campaign.offers)
    codes, gains = steps_of_customers(customers, plans, budgets, campaign)
    ids = with_ids_as_asked(customers, report)[ID]
    segment = customers["segment"].map({name: place for place, name in enumerate(SEGMENTS)})
    return {
        "language": speaker.language,
        "none": NONE,
        "codes": "".join(chr(ord("0") + place) for place in range(len(names))),
        "now": int(curve["budget"].sub(campaign.budget).abs().argmin()),
        "curve": curve[["budget", "offers", "cost", "net_gain"]].to_dict("records"),
        "offers": [
            {
                "label": getattr(offer, speaker.language),
                "channel": speaker.say(f"channel.{offer.channel}"),
                "cost": offer.cost,
            }
            for offer in campaign.offers.values()
        ],
        "segments": [speaker.say(f"segment.{name}") for name in SEGMENTS],
        "rows": [
            {
                "id": customer, "segment": place, "risk": risk, "profit": profit,
                "reasons": reasons, "plan": plan, "gains": row,
            }
            for customer, place, risk, profit, reasons, plan, row in zip(
                ids, segment, customers["risk"].round(4), customers[PROFIT].round(4),
                customers["reasons"], codes, gains, strict=True,
            )
        ],
        "words": {
            "nothing": speaker.say("plan.nothing_found"),
            "unit": f"{SPACE}{campaign.unit}" if campaign.unit else "",
            "found": speaker.say("plan.found", found="{found}", shown="{shown}", offers="{offers}"),
            "group": NARROW_SPACE if speaker.language == "ru" else ",",
            "point": "," if speaker.language == "ru" else ".",
            "percent": f"{SPACE}%" if speaker.language == "ru" else "%",
            "absent": ABSENT,
        },
    }  # fmt: skip
