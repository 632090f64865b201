"""A finding, a reason or a trigger in the words of the report's language."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import BY_NAME, ID
from one_click.words.speaker import SPACE, Speaker

# In the order that the report tells them in: themes, and the keys of findings there may be.
THEMES = ("differences", "months", "favourites", "pairs", "profit", "cautions")
KEYS = (
    "higher", "lower", "alike", "split", "alike_shares", "change",
    "favourite_more", "favourite_less", "favourite_change_more", "favourite_change_less",
    "favourite_declines_more", "favourite_declines_less",
    "strong_pair", "profit_goes_with", "profit_alone",
    "id_tells", "row_order_tells", "copies", "not_normal", "not_normal_but",
)  # fmt: skip
SMALLEST_P = 0.001  # below it a p is not written out


def p_words(p: float, speaker: Speaker) -> str:
    """A corrected p with its sign of comparison, kept on one line."""
    sign, number = ("<", SMALLEST_P) if p < SMALLEST_P else ("=", p)
    return SPACE.join(("p", sign, speaker.number(number, 3)))


def finding_words(finding: dict, speaker: Speaker) -> str:
    """The sentence of a finding: its key's message, filled with what the finding names.

    Parameters
    ----------
    finding
        As `study.findings` makes them.
    """
    return speaker.say(f"finding.{finding['key']}", **_named_in(finding, speaker))


def finding_figures(finding: dict, speaker: Speaker) -> str | None:
    """Size of the effect, its interval and p of a finding; None where there is no test of it."""
    key = f"finding.{finding['key']}.figures"
    return speaker.say(key, **_named_in(finding, speaker)) if key in speaker.messages else None


def _named_in(finding: dict, speaker: Speaker) -> dict[str, str]:
    amounts = finding.get("amounts", {})
    scale = max((abs(value) for value in amounts.values()), default=0.0)
    words = {name: speaker.label(column) for name, column in finding.get("columns", {}).items()}
    words |= {name: speaker.value_label(*v) for name, v in finding.get("values", {}).items()}
    words |= {name: speaker.number(count) for name, count in finding.get("counts", {}).items()}
    words |= {name: speaker.money(value, scale) for name, value in amounts.items()}
    words |= {name: speaker.share(value, 0) for name, value in finding.get("shares", {}).items()}
    words |= {name: speaker.number(e, 2) for name, e in finding.get("effects", {}).items()}
    if finding.get("p") is not None:
        words["p"] = p_words(finding["p"], speaker)
    return words


def reason_words(name: str, value: Any, typical: Any, speaker: Speaker) -> str:
    """A customer's value of a column beside what is typical of those who stayed.

    Parameters
    ----------
    value
        A number, a category's code, consent as a boolean, or missing.
    typical
        As `models/typical.json` holds it; None where nobody who stayed has a value.
    """
    return speaker.say(
        "reason.words",
        column=speaker.label(name),
        value=value_words(name, value, speaker),
        typical=value_words(name, typical, speaker),
    )


def trigger_words(name: str, fires: str, speaker: Speaker) -> str:
    """When a trigger of an offer fires: `fires` is "high", "low" or a category's code."""
    if BY_NAME[name].kind == "number":
        return speaker.say(f"trigger.{fires}", column=speaker.label(name))
    value = speaker.value_label(name, fires)
    return speaker.say("trigger.value", column=speaker.label(name), value=value)


def why_words(name: str, value: Any, typical: Any, speaker: Speaker) -> str:
    """Why an offer was made: the column of its trigger with the customer's value.

    A number fires by lying beyond what is usual, so that this is told beside it.
    """
    if BY_NAME[name].kind == "number":
        return reason_words(name, value, typical, speaker)
    return trigger_words(name, value, speaker)


def skip_words(name: str, smallest: float, limit: float, speaker: Speaker) -> str:
    """Why a customer gets no offer, by the campaign's smallest net gain and limit of break-even."""
    return speaker.say(
        f"skip.{name}", smallest=speaker.money(smallest), limit=speaker.share(limit, 0)
    )


def value_words(name: str, value: Any, speaker: Speaker) -> str:
    """A value of a column: a number, a category's code, consent as a boolean, or missing."""
    if value is None or pd.isna(value):
        return speaker.say("reason.unknown")
    if isinstance(value, bool | np.bool_):
        value = "yes" if value else "no"
    if isinstance(value, str):
        return speaker.value_label(name, value)
    if BY_NAME[name].high == 1:
        return speaker.share(value, 0)
    return speaker.number(value, 0 if float(value).is_integer() or abs(value) >= 100 else 1)


def mean_words(name: str, mean: float, speaker: Speaker) -> str:
    """A mean of a column, in its unit."""
    return speaker.share(mean) if BY_NAME[name].high == 1 else speaker.money(mean)


def unsteady_words(agreement: float, steady: float, speaker: Speaker) -> str:
    """What follows a reason that too few models name; nothing where enough do, or none was asked.

    Parameters
    ----------
    agreement, steady
        Shares of the models: that name it, and that must.
    """
    if pd.isna(agreement) or agreement >= steady:
        return ""
    return speaker.say("reason.unsteady", share=speaker.share(agreement, 0))


def in_order_of(ids: pd.Series, customers: pd.DataFrame) -> pd.DataFrame:
    """The customers of these ids, in their order; as they are where that is theirs."""
    if customers[ID].equals(ids):
        return customers
    return customers.set_index(ID).loc[ids].reset_index()


def values_words(
    names: pd.Series, customers: pd.DataFrame, typical: dict[str, dict], told: Callable[..., str]
) -> np.ndarray:
    """Each customer's value of the column that is named, in words; None where none is.

    Of millions of customers there are thousands of different values.
    """
    sentences = np.full(len(names), None, dtype=object)
    column, columns = pd.factorize(names)
    for number, name in enumerate(columns):
        rows, usual = np.flatnonzero(column == number), typical[name]["typical"]
        place, values = pd.factorize(customers[name].iloc[rows], use_na_sentinel=False)
        words = np.array([told(name, value, usual) for value in values], dtype=object)
        sentences[rows] = words[place]
    return sentences


def reason_sentences(
    offers: pd.DataFrame,
    customers: pd.DataFrame,
    typical: dict[str, dict],
    steady: float,
    speaker: Speaker,
) -> pd.DataFrame:
    """Each reason of each customer with its value; of an unsteady one it is said.

    Parameters
    ----------
    offers
        `customer_id`, `reason_1`, `agreement_1` and so on.
    customers
        By `customer_id`, with the columns that reasons name.
    typical
        As `models/typical.json` holds it.
    steady
        Share of the models that must name a steady reason.

    Returns
    -------
    sentences
        A column a reason, `reason_1` first; None where there is none.
    """
    ordered = in_order_of(offers[ID], customers)
    words = partial(reason_words, speaker=speaker)
    names = sorted(offers.filter(regex=r"^reason_\d+$"), key=lambda name: int(name[7:]))
    sentences = {}
    for name in names:
        sentences[name] = values_words(offers[name], ordered, typical, words)
        agreement = offers[name.replace("reason_", "agreement_")].where(offers[name].notna())
        rows = np.flatnonzero(agreement < steady)
        place, shares = pd.factorize(agreement.iloc[rows])
        more = np.array([unsteady_words(share, steady, speaker) for share in shares], dtype=object)
        sentences[name][rows] += more[place]
    return pd.DataFrame(sentences, index=offers.index, dtype=object)
