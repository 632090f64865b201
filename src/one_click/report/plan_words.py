"""The plan in words and rows of the report: its offers, its first customers, what a wave shows."""

import pandas as pd

from one_click.report.plan_view import with_ids_as_asked
from one_click.settings.offers import Campaign
from one_click.settings.report import Report
from one_click.words.speaker import Speaker
from one_click.words.wording import trigger_words

OFFERS_SHOWN = 200


def plan_by_offer(recipients: pd.DataFrame, campaign: Campaign, speaker: Speaker) -> list[dict]:
    """Each offer of the campaign, in its order: its terms, how many are made, cost and net gain."""
    rows = []
    for name, offer in campaign.offers.items():
        of_offer = recipients[recipients["offer"] == name]
        rows.append(
            {
                "name": name,
                "terms": offer,
                "triggers": [trigger_words(*one, speaker) for one in offer.triggers.items()],
                "break_even": of_offer["break_even"].median(),
                "offers": len(of_offer),
                "cost": float(of_offer["cost"].sum()),
                "net_gain": float(of_offer["net_gain"].sum()),
            }
        )
    return rows


def power_words(power: dict, speaker: Speaker) -> list[str]:
    """What a wave can show, in plain words.

    Parameters
    ----------
    power
        Of the whole wave, as `offers.power` gives it.
    """
    if not power["offers"] or not power["controls"]:
        return [speaker.say("measure.nothing")]
    shares = {
        name: speaker.say("measure.points", value=speaker.number(100 * power[name], 1))
        for name in ("detectable", "assumed")
        if power[name] is not None
    } | {"base": speaker.share(power["base"])}
    sentences = [
        speaker.say("measure.unseen" if power["detectable"] is None else "measure.seen", **shares)
    ]
    if power["waves"] is not None:
        key = "measure.pooled" if power["waves"] > 1 else "measure.enough"
        sentences.append(speaker.say(key, **shares, waves=speaker.number(power["waves"])))
    return sentences


def first_offers(recipients: pd.DataFrame, report: Report, count: int = OFFERS_SHOWN) -> list[dict]:
    """The first offers of the plan, a dictionary a row."""
    return with_ids_as_asked(recipients.head(count), report).to_dict("records")


def break_even(plan: dict) -> float | None:
    """The share of the assumed effects at which the plan brings back just its cost."""
    gross = plan["expected_net_gain"] + plan["cost"]
    return plan["cost"] / gross if plan["offers"] and gross > 0 else None
