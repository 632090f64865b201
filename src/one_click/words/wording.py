"""A finding, a reason or a trigger in the words of the report's language."""

from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import BY_NAME
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
    return speaker.say(f"finding.{finding['key']}", **words)


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


def value_words(name: str, value: Any, speaker: Speaker) -> str:
    """A column's value for a person: a number, a share, a category, or that there is none."""
    if value is None or pd.isna(value):
        return speaker.say("reason.unknown")
    if isinstance(value, bool | np.bool_):
        value = "yes" if value else "no"
    if isinstance(value, str):
        return speaker.value_label(name, value)
    if BY_NAME[name].high == 1:
        return speaker.share(value, 0)
    return speaker.number(value, 0 if float(value).is_integer() or abs(value) >= 100 else 1)
