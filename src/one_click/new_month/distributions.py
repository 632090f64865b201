"""Known and new values of one column: by bins, by a test, and where they differ most."""

from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import CATEGORIES
from one_click.new_month.tallies import Grid

MOST_BARS = 12  # of a picture
LEAST_SHARE = 1e-4  # of an empty bin, so that its logarithm is finite


def population_stability_index(reference: np.ndarray, current: np.ndarray) -> float:
    """PSI: the sum over bins of (current - reference) ln(current / reference).

    Source: Siddiqi (2006), "Credit risk scorecards", chapter 9; it is the symmetric divergence of
    Jeffreys (1946).

    Parameters
    ----------
    reference, current
        Shares by bin.
    """
    reference, current = (np.maximum(shares, LEAST_SHARE) for shares in (reference, current))
    return float(np.sum((current - reference) * np.log(current / reference)))


def difference_p(known: np.ndarray, new: np.ndarray, categorical: bool) -> float | None:
    """P of equal distributions: Kolmogorov-Smirnov for numbers, chi-square for categories.

    None where there is nothing to compare.

    Parameters
    ----------
    known, new
        Customers by cell, see `tallies.Grid`; the cells of numbers in their order.
    """
    from scipy.stats import chi2_contingency, kstwo

    sizes = known.sum(), new.sum()
    if not all(sizes):
        return None
    if categorical:
        table = np.column_stack([known, new])[known + new > 0]
        return float(chi2_contingency(table).pvalue) if len(table) > 1 else None
    distance = np.abs(np.cumsum(known) / sizes[0] - np.cumsum(new) / sizes[1]).max()
    rows = max(round(sizes[0] * sizes[1] / (sizes[0] + sizes[1])), 1)
    return float(kstwo.sf(distance, rows))


def absence_p(known: tuple[int, int], new: tuple[int, int]) -> float:
    """P of no larger share of absent values than before: Fisher's exact test, one-sided.

    Parameters
    ----------
    known, new
        Absent values, and customers.
    """
    from scipy.stats import fisher_exact

    table = [[absent, rows - absent] for absent, rows in (new, known)]
    return float(fisher_exact(table, alternative="greater").pvalue)


def largest_change(reference: pd.Series, current: pd.Series) -> dict[str, Any] | None:
    """Where known and new customers differ most, in shares that a person can read.

    Returns
    -------
    change
        `at`, and the shares `before` and `now`: of a category, of those whose value it is; of
        numbers, of those above it, where the distribution functions are furthest apart. None where
        there is nothing to compare.
    """
    known, new = reference.dropna(), current.dropna()
    if not len(known) or not len(new):
        return None
    if reference.name in CATEGORIES:
        grid = Grid.of(known)
        values = grid.values
        before, now = (grid.shares(grid.count(v)) for v in (known, new))
    else:
        known, new = np.sort(known.to_numpy(float)), np.sort(new.to_numpy(float))
        values = np.unique(np.concatenate([known, new]))
        before, now = (1 - np.searchsorted(v, values, "right") / len(v) for v in (known, new))
    most = int(np.argmax(np.abs(now - before)))
    at = values[most] if reference.name in CATEGORIES else float(values[most])
    return {"at": at, "before": float(before[most]), "now": float(now[most])}


def bars(reference: pd.Series, current: pd.Series) -> dict[str, Any]:
    """What a picture shows: shares of all customers by bar, those without a value left out.

    Returns
    -------
    bars
        `before` and `now`, and `at`: the codes of a category, the values of a number that has few
        of them; or `edges`, round ones, where it has many. Ends hold what lies beyond them.
    """
    if reference.name in CATEGORIES:
        grid = Grid.of(reference)
        counts = [grid.count(v) for v in (reference, current)]
        axis: dict[str, Any] = {"at": grid.values.tolist()}
    else:
        pooled = pd.concat([reference, current]).dropna().to_numpy(float)
        values = np.unique(pooled)
        if len(values) > MOST_BARS:
            low, high = np.quantile(pooled, [0.005, 0.995])
            edges = round_edges(low, high) if low < high else round_edges(values[0], values[-1])
            axis = {"edges": edges.tolist()}
        else:
            edges = np.append(values, np.inf)
            axis = {"at": values.tolist()}
        numbers = (v.dropna().to_numpy(float) for v in (reference, current))
        counts = [np.histogram(np.clip(v, edges[0], edges[-1]), edges)[0] for v in numbers]
    before, now = (
        (np.asarray(count) / len(v)).tolist()
        for count, v in zip(counts, (reference, current), strict=True)
    )
    return axis | {"before": before, "now": now}


def round_edges(low: float, high: float) -> np.ndarray:
    """Edges of at most so many bars, at multiples of 1, 2 or 5 of a power of ten."""
    least = (high - low) / (MOST_BARS - 1)
    power = 10.0 ** np.floor(np.log10(least))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= least)
    return np.round(np.arange(np.floor(low / step), np.floor(high / step) + 2) * step, 10)
