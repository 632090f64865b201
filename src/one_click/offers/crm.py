"""The plan for people and a CRM: one row a customer, stable codes beside the report's words."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from one_click.columns import ID, PROFIT
from one_click.offers.triggers import reason_columns
from one_click.offers.wave import Audience
from one_click.settings.offers import GROUPS, Campaign
from one_click.words.speaker import Speaker
from one_click.words.wording import (
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
CODED = ("offer", "channel", "trigger", "segment", "skip_reason")
# What makes a spreadsheet take a cell for a formula:
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def harmless(cell: object) -> object:
    """A text that a spreadsheet would take for a formula, behind an apostrophe; else as it is."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def harmless_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every text harmless; numbers stay numbers, the ones below zero too."""
    texts = [name for name in rows if not is_numeric_dtype(rows[name].dtype)]
    mended = [name for name in texts if any(harmless(cell) != cell for cell in _cells(rows[name]))]
    return rows.assign(**{name: rows[name].map(harmless) for name in mended})


def _cells(column: pd.Series) -> list[object]:
    """The different cells of a column, those that are missing left out."""
    return column.dropna().unique().tolist()


def crm_rows(offers: pd.DataFrame, wave: Audience, steady: float, speaker: Speaker) -> pd.DataFrame:
    """The plan by `KEYS`: codes, words, plain numbers; harmless text.

    Parameters
    ----------
    offers
        As `offers_table` makes it, of these customers or of some of them.
    steady
        Share of the models that must name a trigger's column for it to be steady.
    speaker
        Of the catalogue `report`.
    """
    campaign = wave.campaign
    customers = wave.customers.set_index(ID).loc[offers[ID]]
    rows = offers.rename(columns={name: f"{name}_code" for name in CODED})
    has_offer = rows["offer_code"].notna()
    rows["wave"], rows["wave_date"] = campaign.wave, campaign.wave_date
    rows["valid_until"] = pd.Series(campaign.valid_until, rows.index, object).where(has_offer, None)
    answers = customers["contact_allowed"].astype(object).map({True: "yes", False: "no"})
    rows["consent_code"] = answers.astype(object).where(answers.notna(), "unknown").to_numpy()
    consents = {"yes": True, "no": False, "unknown": None}
    words = {c: value_words("contact_allowed", a, speaker) for c, a in consents.items()}
    rows["consent"] = rows["consent_code"].map(words)
    favourite = customers["favourite_category"].astype(object)
    codes = favourite.where(favourite.notna(), None)
    words = {code: value_words("favourite_category", code, speaker) for code in codes.unique()}
    rows["favourite_category_code"] = codes.to_numpy()
    rows["favourite_category"] = [words[code] for code in codes]
    said: dict[str, Callable[[str], str]] = {
        "offer": lambda code: getattr(campaign.offers[code], speaker.language),
        "channel": lambda code: speaker.say(f"channel.{code}"),
        "segment": lambda code: speaker.say(f"segment.{code}"),
        "skip_reason": lambda code: skip_words(
            code, campaign.smallest_net_gain, campaign.break_even_limit, speaker
        ),
    }
    for name, word in said.items():
        column = rows[f"{name}_code"]
        rows[name] = column.map({code: word(code) for code in column.dropna().unique()})
    why = partial(why_words, speaker=speaker)
    rows["why"] = values_words(rows["trigger_code"], customers, wave.typical, why)
    unsteady = rows["trigger_agreement"] < steady
    steady_code = pd.Series(np.where(unsteady, "no", "yes"), rows.index, dtype=object)
    rows["trigger_steady_code"] = steady_code.where(has_offer, None)
    words_of = {code: speaker.say(f"steady.{code}") for code in ("yes", "no")}
    rows["trigger_steady"] = rows["trigger_steady_code"].map(words_of)
    anybody = has_offer & rows["trigger_code"].isna()
    rows.loc[anybody, "why"] = speaker.say("trigger.anybody")
    reasons = reason_columns(offers)
    rows[reasons] = reason_sentences(offers, wave.customers, wave.typical, steady, speaker)
    return harmless_rows(rows[[*KEYS, *reasons]])


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
