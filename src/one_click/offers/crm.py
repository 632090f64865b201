"""The plan for people and a CRM: one row a customer, stable codes beside the report's words."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import ID, PROFIT
from one_click.offers.texts import harmless, harmless_rows
from one_click.offers.wave import Audience
from one_click.settings.offers import GROUPS, Campaign
from one_click.words.speaker import Speaker
from one_click.words.wording import (
    in_order_of,
    reason_sentences,
    skip_words,
    value_words,
    values_words,
    why_words,
)

# Columns in their order; the leading reasons, as many as there are, come last.
KEYS = (
    ID, "group", "wave", "wave_date", "valid_until", "offer_code", "offer", "channel_code",
    "channel", "trigger_code", "why", "trigger_agreement", "trigger_steady_code", "trigger_steady",
    "consent_code", "consent", "favourite_category_code", "favourite_category", "segment_code",
    "segment",
    "skip_reason_code", "skip_reason", "risk", "risk_low", "risk_high", PROFIT, "value_at_risk",
    "cost", "break_even", "net_gain_low", "net_gain", "net_gain_high", "rank",
)  # fmt: skip
NUMBERS = (
    "trigger_agreement", "risk", "risk_low", "risk_high", PROFIT, "value_at_risk", "cost",
    "break_even", "net_gain_low", "net_gain", "net_gain_high", "rank",
)  # fmt: skip
ANSWERS = {"yes": True, "no": False, "unknown": None}  # to whether messages are allowed


def crm_rows(offers: pd.DataFrame, wave: Audience, steady: float, speaker: Speaker) -> pd.DataFrame:
    """The plan by `KEYS`: codes and words, mostly categories; plain numbers; harmless text.

    Parameters
    ----------
    offers
        As `offers_table` makes it, of these customers or of some of them.
    steady
        Share of the models that must name a trigger's column for it to be steady.
    speaker
        Of the catalogue `report`.
    """
    campaign, customers = wave.campaign, in_order_of(offers[ID], wave.customers)
    has_offer = offers["offer"].notna().to_numpy()
    everybody, recipients = np.zeros(len(offers), dtype=int), np.where(has_offer, 0, -1)
    steady_words = {code: speaker.say(f"steady.{code}") for code in ("yes", "no")}
    steadiness = np.select([~has_offer, offers["trigger_agreement"] < steady], [-1, 1], 0)
    cells: dict[str, Any] = {name: offers[name] for name in (ID, *NUMBERS)}
    cells |= {
        "group": _category(*pd.factorize(offers["group"])),
        "wave": _category(everybody, [campaign.wave]),
        "wave_date": _category(everybody, [campaign.wave_date]),
        "valid_until": _category(recipients, [campaign.valid_until]),
        "trigger_steady_code": _category(steadiness, steady_words),
        "trigger_steady": _category(steadiness, steady_words.values()),
    }
    cells |= _consents(customers["contact_allowed"], speaker) | _favourites(customers, speaker)
    said: dict[str, Callable[[str], str]] = {
        "offer": lambda code: getattr(campaign.offers[code], speaker.language),
        "channel": lambda code: speaker.say(f"channel.{code}"),
        "segment": lambda code: speaker.say(f"segment.{code}"),
        "skip_reason": lambda code: skip_words(
            code, campaign.smallest_net_gain, campaign.break_even_limit, speaker
        ),
    }
    for name, word in said.items():
        places, codes = pd.factorize(offers[name])
        cells[f"{name}_code"] = _category(places, codes)
        cells[name] = _category(places, map(word, codes))
    places, triggers = pd.factorize(offers["trigger"])
    cells["trigger_code"] = _category(places, triggers)
    told = partial(why_words, speaker=speaker)
    cells["why"] = values_words(offers["trigger"], customers, wave.typical, told)
    cells["why"][has_offer & (places < 0)] = speaker.say("trigger.anybody")
    reasons = reason_sentences(offers, customers, wave.typical, steady, speaker)
    cells |= dict(reasons.items())
    return harmless_rows(pd.DataFrame(cells, offers.index)[[*KEYS, *reasons]])


def _category(places: np.ndarray, texts: Iterable[str | None]) -> pd.Categorical:
    """Texts, some of which may be alike, by their places: -1 for none."""
    codes, different = pd.factorize(pd.Series(list(texts), dtype="str"))
    return pd.Categorical.from_codes(np.append(codes, -1)[places], different)


def _consents(answers: pd.Series, speaker: Speaker) -> dict[str, pd.Categorical]:
    """Codes and words of answers, some of which may be missing."""
    is_yes, is_no = (answers.eq(answer).fillna(False).to_numpy(bool) for answer in (True, False))
    places = np.select([is_yes, is_no], [0, 1], 2)
    words = [value_words("contact_allowed", answer, speaker) for answer in ANSWERS.values()]
    return {"consent_code": _category(places, ANSWERS), "consent": _category(places, words)}


def _favourites(customers: pd.DataFrame, speaker: Speaker) -> dict[str, pd.Categorical]:
    """Codes and words of favourite categories; a missing one has words, but no code."""
    name = "favourite_category"
    places, codes = pd.factorize(customers[name])
    words = [value_words(name, code, speaker) for code in (*codes, None)]  # the last one is -1's
    return {
        f"{name}_code": _category(places, codes),
        name: _category(np.where(places < 0, len(codes), places), words),
    }


def about(
    groups: pd.Series, model: dict[str, str], campaign: Campaign, language: str
) -> dict[str, object]:
    """What is said once of the whole file and not in each row, by keys of the catalogue.

    Parameters
    ----------
    groups
        Customers by group.
    model
        `model_version` and `data_hash` of the plan.
    """
    facts = {
        "campaign": getattr(campaign, language),
        "wave": campaign.wave,
        "wave_date": campaign.wave_date,
        "valid_until": campaign.valid_until,
        "unit": campaign.unit,
        **{group: int(groups.get(group, 0)) for group in GROUPS},
        **model,
    }
    return {key: harmless(fact) for key, fact in facts.items()}
