"""What a wave brought in money: profit that was kept, less what the offers cost."""

from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import ID
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
    from scipy.stats import t

    treated = rows["treated"].to_numpy(dtype=float)
    if min(treated.sum(), (1 - treated).sum()) < LEAST:
        return None
    lost, expected = (
        (rows["value"] * rows[name]).to_numpy(dtype=float) for name in ("declined", "risk")
    )
    lines = two_lines(lost, expected, treated, rows[ID].to_numpy())
    offers, cost = int(treated.sum()), float(rows.loc[treated == 1, "cost"].sum())
    error = float(np.sqrt(lines.covariance[1, 1]))
    half = t.ppf((1 + confidence) / 2, lines.freedom) * error
    kept = {
        "estimate": -offers * lines.change,
        "low": -offers * (lines.change + half),
        "high": -offers * (lines.change - half),
    }
    declined = rows["declined"].groupby(treated == 1).mean()
    customers_kept = offers * float(declined[False] - declined[True])
    return {
        "offers": offers,
        "cost": cost,
        "kept": kept,
        "net_gain": {end: value - cost for end, value in kept.items()},
        "customers_kept": customers_kept,
        "cost_per_kept": cost / customers_kept if customers_kept > 0 else None,
    }


def value_of(profit: pd.Series, months: int, share_lost: float) -> pd.Series:
    """Profit that a decliner loses, as the campaign counts it; a loss counts as zero."""
    return profit.clip(lower=0) * months * share_lost
