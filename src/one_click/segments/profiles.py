"""Size, money and columns of each segment, beside the whole base."""

from typing import Any

import pandas as pd

from one_click.columns import CATEGORIES, PROFIT, REVENUES, category_codes
from one_click.customers.codes import coded
from one_click.segments.cuts import Cuts
from one_click.settings.segments import SEGMENTS
from one_click.statistics import mean_interval, share_interval

MEANS = (
    "promo_share", "contacts_six_months", "unpaid_items", "pages_per_visit", "minutes_this_month",
)  # fmt: skip


def profile(rows: pd.DataFrame, whole: int, confidence: float) -> dict:
    """Size, money, means and shares of some customers, with intervals.

    Parameters
    ----------
    rows
        With `risk` and the columns of the customers' table.
    whole
        Customers of the base.
    """
    if not len(rows):
        return {"customers": 0, "share": share_interval(0, whole, confidence)}
    exposed = rows["risk"] * rows[PROFIT].clip(lower=0)
    return {
        "customers": len(rows),
        "share": share_interval(len(rows), whole, confidence),
        "mean_risk": rows["risk"].mean(),
        "monthly_profit": rows[PROFIT].sum(),
        "monthly_profit_exposed": exposed.sum(),
        "revenue": {name: rows[name].sum() for name in REVENUES},
        "means": {name: mean_interval(rows[name], confidence) for name in (PROFIT, *MEANS)},
        "shares": {name: _shares(rows[name], confidence) for name in CATEGORIES},
    }


def _shares(values: pd.Series, confidence: float) -> dict[str, dict]:
    codes = coded(values.dropna())
    return {
        code: share_interval(int((codes == code).sum()), len(codes), confidence)
        for code in category_codes(str(values.name))
        if len(codes)
    }


def profiles(customers: pd.DataFrame, confidence: float) -> dict[str, dict]:
    """`profile` of each segment and of the whole base, which is `all`."""
    return {
        name: profile(
            customers if name == "all" else customers[customers["segment"] == name],
            len(customers),
            confidence,
        )
        for name in ("all", *SEGMENTS)
    }


def segment_figures(
    customers: pd.DataFrame, cuts: Cuts, moves: pd.DataFrame, confidence: float
) -> dict[str, Any]:
    """Profiles, how many are near a cut of risk, how many a moved cut moves at most.

    Parameters
    ----------
    moves
        As `segments.cuts.sensitivity` gives them.
    """
    low, high = customers["risk_low"], customers["risk_high"]
    unsure = (low < cuts.risk_cut) & (high >= cuts.risk_cut)
    return {
        "profit_below_zero": int((customers[PROFIT] < 0).sum()),
        "unsure": int(unsure.sum()),
        "changed_at_most": {
            name: int(rows["changed"].max()) for name, rows in moves.groupby("cut")
        },
        "segments": profiles(customers, confidence),
    }
