"""What a wave brought in money: profit that was kept, less what the offers cost."""

from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import ID, PROFIT
from one_click.outcomes.lines import two_lines

LEAST = 2  # customers of each group that a mean has an error of


def realised(rows: pd.DataFrame, confidence: float) -> dict[str, Any] | None:
    """Net gain of the offers against the control group, with its interval.

    A decliner loses `value`, the profit that the campaign counts as lost; the mean loss of the two
    groups at equal expected loss (value x risk) is compared by `lines.two_lines`, and counts for
    every customer with an offer.

    Parameters
    ----------
    rows
        A row a customer and wave: `customer_id`, `treated`, `declined`, `risk`, `value`, `cost`.

    Returns
    -------
    `kept` and `net_gain` with their intervals, `cost`, `customers_kept` and `cost_per_kept`; None
    where a group is too small.
    """
    treated = rows["treated"].to_numpy(dtype=bool)
    if min(treated.sum(), (~treated).sum()) < LEAST:
        return None
    figures = _kept(
        rows, -rows["value"] * rows["declined"], -rows["value"] * rows["risk"], confidence
    )
    declined = rows["declined"].groupby(treated).mean()
    customers_kept = figures["offers"] * float(declined[False] - declined[True])
    return figures | {
        "customers_kept": customers_kept,
        "cost_per_kept": figures["cost"] / customers_kept if customers_kept > 0 else None,
    }


def observed(rows: pd.DataFrame, confidence: float) -> dict[str, Any] | None:
    """Net gain by the profit that the store recorded after the wave, over the campaign's months.

    No share lost is assumed here: the mean monthly profit of the two groups is compared at equal
    profit before.

    Parameters
    ----------
    rows
        As `realised` takes them, with `monthly_profit`, `profit_after` and `months`.

    Returns
    -------
    `kept` and `net_gain` with their intervals, `cost` and `offers`, of those whose profit is known;
    None where a group is too small.
    """
    known = rows[rows["profit_after"].notna()]
    treated = known["treated"].to_numpy(dtype=bool)
    if min(treated.sum(), (~treated).sum()) < LEAST:
        return None
    after, before = (known[name] * known["months"] for name in ("profit_after", PROFIT))
    return _kept(known, after, before, confidence)


def best_gain(money: dict[str, Any]) -> dict[str, float]:
    """The net gain that needs the fewest assumptions: by recorded profit, where there is some."""
    return (money.get("observed") or money)["net_gain"]


def _kept(
    rows: pd.DataFrame, outcome: pd.Series, expected: pd.Series, confidence: float
) -> dict[str, Any]:
    """What the offers added to an outcome in money, at equal expectation, and their cost."""
    from scipy.stats import t

    treated = rows["treated"].to_numpy(dtype=float)
    lines = two_lines(
        outcome.to_numpy(dtype=float), expected.to_numpy(dtype=float), treated, rows[ID].to_numpy()
    )
    offers, cost = int(treated.sum()), float(rows.loc[treated == 1, "cost"].sum())
    half = t.ppf((1 + confidence) / 2, lines.freedom) * float(np.sqrt(lines.covariance[1, 1]))
    kept = {
        "estimate": offers * lines.change,
        "low": offers * (lines.change - half),
        "high": offers * (lines.change + half),
    }
    return {
        "offers": offers,
        "cost": cost,
        "kept": kept,
        "net_gain": {end: value - cost for end, value in kept.items()},
    }


def value_of(profit: pd.Series, months: int, share_lost: float) -> pd.Series:
    """Profit that a decliner loses, as the campaign counts it; a loss counts as zero."""
    return profit.clip(lower=0) * months * share_lost
