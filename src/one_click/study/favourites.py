"""Favourite categories compared: which sag, which lean on promotion, which decline."""

import numpy as np
import pandas as pd

from one_click.columns import TARGET, category_codes
from one_click.customers.codes import coded
from one_click.statistics import holm, mean_interval, share_interval
from one_click.study.differences import halves
from one_click.study.effects import chi_square, mann_whitney, welch

FAVOURITE = "favourite_category"
CHANGE = "revenue_change"
TOLD = ("revenue_this_month", CHANGE, "promo_share", "unpaid_items")


def with_change(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with `revenue_change`: revenue of this month less that of two months ago."""
    change = rows["revenue_this_month"] - rows["revenue_two_months_ago"]
    return rows.assign(**{CHANGE: change})


def of_shares(table: np.ndarray, confidence: float) -> dict:
    """Two shares compared: p of chi-square; the effect is their difference, by Newcombe's interval.

    Source: Newcombe (1998), "Interval estimation for the difference between independent
    proportions", method 10. `table` has a row a group: those who did, those who did not.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    (first, _), (second, _) = table
    of_first, of_second = table.sum(axis=1)
    low, high = confint_proportions_2indep(
        first, of_first, second, of_second, method="newcomb", compare="diff", alpha=1 - confidence
    )
    test = chi_square(table, confidence)
    return {
        "share": first / of_first,
        "share_of_rest": second / of_second,
        "effect": first / of_first - second / of_second,
        "low": low,
        "high": high,
        **{name: test[name] for name in ("p", "smallest_expected", "assumption_holds")},
    }


def by_favourite(rows: pd.DataFrame, confidence: float) -> dict[str, dict]:
    """Each favourite category: means with intervals, share of decliners, tests against the rest.

    A number is compared by Mann-Whitney's and Welch's tests, the share of
    decliners by chi-square; one family for Holm's correction. Categories without rows are left out.
    """
    rows = with_change(rows)
    favourites = coded(rows[FAVOURITE])
    categories: dict[str, dict] = {}
    for code in category_codes(FAVOURITE):
        mine = favourites == code
        if not mine.any():
            continue
        count = int(mine.sum())
        declined = int(rows.loc[mine, TARGET].sum())
        categories[code] = {
            "rows": count,
            "decliners": share_interval(declined, count, confidence),
            "tests": {},
            **{name: mean_interval(rows.loc[mine, name], confidence) for name in TOLD},
        }
        for name in TOLD:
            pair = halves(rows[name], mine)
            if pair:
                ranks, means = mann_whitney(*pair, confidence), welch(*pair, confidence)
                rest = {"mean": float(pair[0].mean()), "mean_of_rest": float(pair[1].mean())}
                categories[code]["tests"][name] = {"mann_whitney": ranks, "welch": means} | rest
        others = rows.loc[~mine & favourites.notna(), TARGET]
        table = np.array([[declined, count - declined], [others.sum(), (others == 0).sum()]])
        if table.sum(axis=0).all() and table.sum(axis=1).all():
            categories[code]["tests"]["decliners"] = of_shares(table, confidence)
    every = [test for category in categories.values() for test in category["tests"].values()]
    holm([t for test in every for t in (test, *test.values()) if isinstance(t, dict) and "p" in t])
    return categories
