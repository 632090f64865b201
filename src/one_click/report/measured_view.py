"""What of a measurement is shown: no figure that a failed check spoils."""

import math
from typing import Any

from one_click.outcomes.checks import ALL, NOTHING, PLAIN, SENT
from one_click.outcomes.money import best_gain

VERDICTS = ("paid", "not_paid", "unsure", "too_few", "spoilt")


def verdict(figures: dict[str, Any]) -> str:
    """Whether the waves paid, one of `VERDICTS`: by the interval of the net gain.

    Parameters
    ----------
    figures
        As `outcomes.summary.measured_figures` gives them; so below.
    """
    if figures["effects"] is None:
        return "spoilt"
    money = figures["effects"]["money"]
    if money is None:
        return "too_few"
    gain = best_gain(money)
    return "paid" if gain["low"] > 0 else "not_paid" if gain["high"] < 0 else "unsure"


def failed(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """The checks that do not hold, what spoils most first."""
    order = (ALL, PLAIN, SENT, NOTHING)
    checks = [check for check in figures["checks"] if not check["holds"]]
    return sorted(checks, key=lambda check: order.index(check["spoils"]))


def effect_row(name: str, effect: dict[str, Any], spoilt: list[str], p: str | None) -> dict:
    """An effect as it is shown: `adjusted` and `plain` with difference, removed and p, or None.

    `removed` is that of the first of them that has one.

    Parameters
    ----------
    p
        The key of the p that is shown; None shows none.
    """
    is_shown = PLAIN not in spoilt
    row: dict[str, Any] = {"name": name}
    for group in ("offers", "controls"):
        row[group] = effect[group]
        row[f"{group}_share"] = effect[f"{group}_share"] if is_shown else None
    plain = effect if is_shown and effect["difference"] else None
    for key, estimate in (("adjusted", effect["adjusted"]), ("plain", plain)):
        row[key] = estimate and {
            "difference": estimate["difference"],
            "removed": _open_ended(estimate["removed"]),
            "p": estimate.get(p) if p else None,
        }
    shares = [row[key]["removed"] for key in ("adjusted", "plain") if row[key]]
    return row | {"removed": next(filter(None, shares), None)}


def _open_ended(removed: dict[str, float] | None) -> dict[str, Any] | None:
    """The share removed; a low end of minus infinity is None, as in a JSON file."""
    if removed is None:
        return None
    low = removed["low"]
    return removed | {"low": low if low is not None and math.isfinite(low) else None}


def effect_rows(figures: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Rows of the offers, channels or segments that were tried; offers in the campaign's order.

    An offer has what was `assumed` of it, None where the last campaign has it no more.
    """
    spoilt, learned = figures["spoilt"], figures["learned"]
    effects = figures["effects"][key]
    names = [name for name in learned if name in effects] if key == "offer" else []
    names += [name for name in effects if name not in names]
    p = "p_holm" if key == "offer" else None
    return [
        effect_row(name, effects[name], spoilt, p)
        | {"assumed": learned[name]["assumed"] if key == "offer" and name in learned else None}
        for name in names
    ]


def overall(figures: dict[str, Any]) -> dict[str, Any]:
    """The row of all offers; `saved`, the share of customers that the adjustment saves, or None."""
    effect = figures["effects"]["all"]
    saved = (effect["adjusted"] or {}).get("customers_saved")
    row = effect_row("all", effect, figures["spoilt"], "p")
    return row | {"assumed": None, "saved": saved if saved and saved > 0 else None}


def sent_state(figures: dict[str, Any]) -> str:
    """Of the estimate among those really sent an offer: shown, no_log or spoilt."""
    effects = figures["effects"]
    if "sent" not in effects:
        return "no_log"
    is_spoilt = {PLAIN, SENT} & set(figures["spoilt"]) or effects["sent"] is None
    return "spoilt" if is_spoilt else "shown"


def lesson(row: dict[str, Any]) -> str:
    """What the waves say of an offer, in a word: a verdict, and whether it is settled.

    Parameters
    ----------
    row
        Of `judged`.
    """
    if row["verdict"] == "not_tried" or row["settled"]:
        return row["verdict"]
    return f"maybe_{row['verdict']}"


def missing(row: dict[str, Any]) -> dict[str, int] | None:
    """How many more customers with and without the offer settle it; None where nobody can say."""
    return row.get("more")
