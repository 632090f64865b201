"""The plan for people and a CRM: one row a customer, stable codes beside the report's words."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from one_click.columns import ID, PROFIT
from one_click.offers.triggers import reason_columns
from one_click.offers.wave import Wave
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
    is_number = [pd.api.types.is_numeric_dtype(kind) for kind in rows.dtypes]
    texts = rows.loc[:, ~np.array(is_number)]
    return rows.assign(**{name: texts[name].map(harmless) for name in texts})


def crm_rows(offers: pd.DataFrame, wave: Wave, steady: float, speaker: Speaker) -> pd.DataFrame:
    """The plan by `KEYS`: codes, words, plain numbers; harmless text.

    Parameters
    ----------
    offers
        As `offers_table` makes it of the wave.
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
    answers = [None if pd.isna(answer) else bool(answer) for answer in customers["contact_allowed"]]
    codes = {True: "yes", False: "no", None: "unknown"}
    words = {answer: value_words("contact_allowed", answer, speaker) for answer in codes}
    rows["consent_code"] = [codes[answer] for answer in answers]
    rows["consent"] = [words[answer] for answer in answers]
    favourite = customers["favourite_category"].astype(object)
    rows["favourite_category_code"] = favourite.where(favourite.notna(), None).to_numpy()
    favourite_words = partial(value_words, "favourite_category", speaker=speaker)
    rows["favourite_category"] = [favourite_words(code) for code in favourite]
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


def about(offers: pd.DataFrame, campaign: Campaign, language: str) -> dict[str, object]:
    """What is said once of the whole file and not in each row, by keys of the catalogue."""
    groups = offers["group"].value_counts()
    facts = {
        "campaign": getattr(campaign, language),
        "wave": campaign.wave,
        "wave_date": campaign.wave_date,
        "valid_until": campaign.valid_until,
        "unit": campaign.unit,
        **{group: int(groups.get(group, 0)) for group in GROUPS},
        "model_version": offers["model_version"].iloc[0],
        "data_hash": offers["data_hash"].iloc[0],
    }
    return {key: harmless(fact) for key, fact in facts.items()}
