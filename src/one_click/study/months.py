"""Revenue and minutes by month, what changed between months, and what profit goes with."""

from itertools import pairwise

import numpy as np
import pandas as pd

from one_click.columns import CATEGORIES, COLUMNS, NUMBERS, PROFIT, TARGET
from one_click.customers.codes import coded
from one_click.statistics import holm, mean_interval
from one_click.study.differences import halves
from one_click.study.effects import kruskal_wallis, mann_whitney, welch
from one_click.study.summaries import CLASSES, SMALLEST_GROUP

# Columns of each table that has months, in order of time as the column table has them by name.
ORDER = ("two_months_ago", "previous_month", "this_month")
MONTH_OF = {column.name: column.month.code for column in COLUMNS if column.month}
SERIES = {
    table: sorted(
        (c.name for c in COLUMNS if c.table == table and c.month),
        key=lambda name: ORDER.index(MONTH_OF[name]),
    )
    for table in dict.fromkeys(c.table for c in COLUMNS if c.month)
}
STEPS = {
    f"{later}_less_{earlier}": (later, earlier)
    for months in SERIES.values()
    for earlier, later in pairwise(months)
}


def by_month(rows: pd.DataFrame, confidence: float) -> dict[str, dict]:
    """Mean of each month, over all rows and by class, with its interval."""
    groups = {"all": rows} | {code: rows[rows[TARGET] == k] for code, k in CLASSES.items()}
    return {
        name: {code: mean_interval(group[name], confidence) for code, group in groups.items()}
        for months in SERIES.values()
        for name in months
    }


def changes(rows: pd.DataFrame, confidence: float) -> dict[str, dict]:
    """Each month less the month before it: by class, and how the classes differ.

    Within a class Wilcoxon's signed-rank test asks whether the change is zero; between the classes
    Mann-Whitney's and Welch's tests, as elsewhere. One family for Holm's correction. The share is
    the mean change by the mean of the month before, over the same customers.
    """
    from scipy.stats import wilcoxon

    figures: dict[str, dict] = {}
    for step, (later, earlier) in STEPS.items():
        both = rows[[later, earlier, TARGET]].dropna()
        change = both[later] - both[earlier]
        figures[step] = {"later": later, "earlier": earlier}
        for code, k in CLASSES.items():
            mine = change[both[TARGET] == k]
            if len(mine) < SMALLEST_GROUP or not mine.any():
                continue
            before = both.loc[both[TARGET] == k, earlier].mean()
            figures[step][code] = mean_interval(mine, confidence) | {
                "share": mine.mean() / before if before else None,
                "p": float(wilcoxon(mine, method="asymptotic").pvalue),
            }
        pair = halves(change, both[TARGET] == 1)
        if pair:
            figures[step]["mann_whitney"] = mann_whitney(*pair, confidence)
            figures[step]["welch"] = welch(*pair, confidence)
    holm([test for step in figures.values() for test in step.values() if isinstance(test, dict)])
    return figures


def rank_correlation(first: pd.Series, second: pd.Series, confidence: float) -> dict | None:
    """Spearman's rho, its p and Fisher's interval; None where one of the two does not vary.

    Variance of the interval: Bonett and Wright (2000), "Sample size requirements for estimating
    Pearson, Kendall and Spearman correlations".
    """
    from scipy.stats import norm, spearmanr

    both = first.notna() & second.notna()
    if both.sum() < SMALLEST_GROUP or min(first[both].nunique(), second[both].nunique()) < 2:
        return None
    rho, p = spearmanr(first[both], second[both])
    width = np.sqrt((1 + rho**2 / 2) / (both.sum() - 3)) * norm.ppf((1 + confidence) / 2)
    z = np.arctanh(np.clip(rho, -1 + 1e-12, 1 - 1e-12))
    low, high = np.tanh([z - width, z + width])
    return {"effect": rho, "low": low, "high": high, "p": float(p)}


def profit_associations(rows: pd.DataFrame, confidence: float) -> dict[str, dict]:
    """Profit against each feature and the target: an effect, its interval, p after Holm.

    Numbers by Spearman's rho; the target and categories by Kruskal-Wallis' test of profit.
    """
    tests: dict[str, dict] = {}
    for name in NUMBERS:
        test = rank_correlation(rows[name], rows[PROFIT], confidence)
        if test:
            tests[name] = {"measure": "spearman"} | test
    with_profit = rows[rows[PROFIT].notna()]
    for name in (TARGET, *CATEGORIES):
        values = with_profit[PROFIT].groupby(coded(with_profit[name]), sort=True)
        groups = [group.to_numpy() for _, group in values if len(group) >= SMALLEST_GROUP]
        if len(groups) > 1 and with_profit[PROFIT].nunique() > 1:
            tests[name] = {"measure": "ranks_ratio"} | kruskal_wallis(groups, confidence)
    holm(list(tests.values()))
    return tests


def months_and_profit(rows: pd.DataFrame, confidence: float) -> dict[str, dict]:
    """All of the above."""
    return {
        "by_month": by_month(rows, confidence),
        "changes": changes(rows, confidence),
        "profit": profit_associations(rows, confidence),
    }
