"""What an offer changed: shares of decliners with and without it, as they were planned.

Everybody is compared in the group that the hash of the id put them in, whatever was really sent
(intention to treat): only so is nothing but the offer different.
"""

from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import ID
from one_click.outcomes.lines import two_lines
from one_click.outcomes.score_intervals import difference_interval, of_difference, ratio_interval
from one_click.statistics import holm

LEAST_ADJUSTED = 20  # customers of each group from which two lines of regression are fitted
BY = ("offer", "channel", "segment")


def effect_of(rows: pd.DataFrame, confidence: float) -> dict[str, Any]:
    """Shares of decliners compared, and the same with the predicted risk taken into account.

    Parameters
    ----------
    rows
        A row a customer and wave: `customer_id`, `treated` (gets the offer, or is of the control
        group), `declined` (0 or 1), `risk` as it was predicted.

    Returns
    -------
    Counts and shares; `difference`, in points of the share of decliners, and `removed`, the share
    of the risk that is removed, each with its interval; above zero is good. `p` of no difference.
    `adjusted` has the same, and the share of customers that the adjustment saves; None where a
    group is too small.
    """
    treated = rows["treated"].to_numpy(dtype=bool)
    declined = rows["declined"].to_numpy(dtype=float)
    figures: dict[str, Any] = {}
    for name, group in (("offers", treated), ("controls", ~treated)):
        figures[name] = int(group.sum())
        figures[f"{name}_declined"] = int(declined[group].sum())
        figures[f"{name}_share"] = float(declined[group].mean()) if group.any() else None
    empty = {"difference": None, "removed": None, "p": None, "adjusted": None}
    if not (treated.any() and (~treated).any()):
        return figures | empty
    clusters = rows[ID].to_numpy()
    figures |= compared(
        effective(declined[treated], clusters[treated]),
        effective(declined[~treated], clusters[~treated]),
        confidence,
    )
    enough = min(figures["offers"], figures["controls"]) >= LEAST_ADJUSTED
    return figures | {"adjusted": adjusted(rows, confidence) if enough else None}


def effective(declined: np.ndarray, clusters: np.ndarray) -> tuple[float, float]:
    """Decliners and customers, as few as say as much where customers come back wave by wave.

    Both are divided by the design effect: the variance of the share over clusters of one customer
    by that of as many others. Source: Rao and Scott (1992), "A simple method for the analysis of
    clustered binary data", Biometrics 48.
    """
    rows, share = len(declined), declined.mean()
    sums = pd.DataFrame({"declined": declined, "rows": 1.0}).groupby(clusters).sum()
    if len(sums) == rows or share in (0, 1) or len(sums) == 1:
        effect = rows / len(sums)
    else:
        residuals = (sums["declined"] - share * sums["rows"]).to_numpy()
        variance = len(sums) / (len(sums) - 1) * (residuals**2).sum() / rows**2
        effect = max(1.0, variance * rows / (share * (1 - share)))
    return declined.sum() / effect, rows / effect


def compared(
    treatment: tuple[float, float], control: tuple[float, float], confidence: float
) -> dict[str, Any]:
    """Two shares by their score intervals, which hold at small counts.

    Parameters
    ----------
    treatment, control
        Decliners, and customers in all; counts may be those of `effective`.
    """
    from scipy.stats import norm

    (first, of_first), (second, of_second) = treatment, control
    share, base = first / of_first, second / of_second
    least, most = difference_interval(treatment, control, confidence)
    removed = None
    if base > 0:
        low, high = ratio_interval(treatment, control, confidence)
        removed = {"estimate": 1 - share / base, "low": 1 - high, "high": 1 - low}
    return {
        "difference": {"estimate": base - share, "low": -most, "high": -least},
        "removed": removed,
        "p": float(2 * norm.sf(abs(of_difference(treatment, control, 0.0)))),
    }


def adjusted(rows: pd.DataFrame, confidence: float) -> dict[str, Any]:
    """The comparison at equal predicted risk: as right as the plain one, and narrower.

    By `lines.two_lines`. The share removed is that of the two means, by the delta method on its
    logarithm.
    """
    from scipy.stats import t

    declined, risk, treated = (
        rows[name].to_numpy(dtype=float) for name in ("declined", "risk", "treated")
    )
    lines = two_lines(declined, risk, treated, rows[ID].to_numpy())
    times = t.ppf((1 + confidence) / 2, lines.freedom)
    error = float(np.sqrt(lines.covariance[1, 1]))
    log_removed = _log_remaining(lines.base, lines.change, lines.covariance)
    removed = None
    if log_removed:
        mean, deviation = log_removed
        removed = {
            "estimate": 1 - np.exp(mean),
            "low": 1 - np.exp(mean + times * deviation),
            "high": 1 - np.exp(mean - times * deviation),
            "log_remaining": mean,
            "log_remaining_error": deviation,
        }
    gap = -lines.change
    return {
        "difference": {"estimate": gap, "low": gap - times * error, "high": gap + times * error},
        "removed": removed,
        "p": float(2 * t.sf(abs(gap) / error, lines.freedom)),
        "customers_saved": 1 - error**2 / lines.plain_variance,
    }


def _log_remaining(
    base: float, change: float, covariance: np.ndarray
) -> tuple[float, float] | None:
    """Logarithm of the share of the risk that remains, and its error; None beyond 0 and 1."""
    share = base + change
    if base <= 0 or share <= 0:
        return None
    slope = np.array([1 / share - 1 / base, 1 / share])
    return float(np.log(share / base)), float(np.sqrt(slope @ covariance @ slope))


def effects(rows: pd.DataFrame, confidence: float) -> dict[str, Any]:
    """Effects over all, and by offer, channel and segment; offers are corrected for their number.

    Parameters
    ----------
    rows
        As `effect_of` takes them, with `offer`, `channel` and `segment`: the offer that a customer
        got, or would have got.
    """
    figures: dict[str, Any] = {"all": effect_of(rows, confidence)}
    for key in BY:
        figures[key] = {
            str(name): effect_of(some, confidence) for name, some in rows.groupby(key, sort=True)
        }
    family = list(figures["offer"].values())
    holm(family)
    holm([effect["adjusted"] for effect in family if effect["adjusted"]])
    return figures


def among_sent(
    effect: dict[str, Any], rows: pd.DataFrame, sent: pd.Series
) -> dict[str, Any] | None:
    """The effect on those really sent an offer, because they were planned for it.

    The difference of the groups as planned, at equal risk where that is known, by how much more of
    the one than of the other was sent something. Source: Bloom (1984), "Accounting for no-shows in
    experimental evaluation designs", Evaluation Review 8; Angrist, Imbens and Rubin (1996).

    Parameters
    ----------
    rows, sent
        As `effect_of` takes them, and whether each was sent something; without a log, as planned.
    """
    best = effect["adjusted"] or effect
    treated = rows["treated"].to_numpy(dtype=bool)
    if best["difference"] is None:
        return None
    share = float(sent[treated].mean() - sent[~treated].mean())
    if share <= 0:
        return None
    return {"sent": int(sent[treated].sum()), "share": share} | {
        end: value / share for end, value in best["difference"].items()
    }
