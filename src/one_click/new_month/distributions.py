"""Known and new values of one column: by bins, by a test, and where they differ most."""

from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import CATEGORIES, category_codes
from one_click.customers.codes import coded

BINS = 10
MOST_BARS = 12  # of a picture
LEAST_SHARE = 1e-4  # of an empty bin, so that its logarithm is finite


def shares_by_bin(reference: pd.Series, current: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Shares of known and of new customers' values by deciles of the known ones.

    A value that fills a decile and more is a bin of its own, so that a column of few values, or of
    many zeros, hides no shift within a bin. A category's bins are its values. What is missing is
    left out.
    """
    known, new = reference.dropna(), current.dropna()
    if reference.name in CATEGORIES:
        codes = category_codes(str(reference.name))
        counts = [coded(v).value_counts().reindex(codes, fill_value=0) for v in (known, new)]
    else:
        deciles = known.quantile(np.arange(1, BINS) / BINS).dropna().to_numpy(float)
        inner, repeats = np.unique(deciles, return_counts=True)
        after = np.nextafter(inner[repeats > 1], np.inf)
        edges = np.concatenate([[-np.inf], np.sort(np.concatenate([inner, after])), [np.inf]])
        counts = [np.histogram(v.to_numpy(float), edges)[0] for v in (known, new)]
    of_known, of_new = (np.asarray(count) / max(np.sum(count), 1) for count in counts)
    return of_known, of_new


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


def difference_p(reference: pd.Series, current: pd.Series) -> float | None:
    """P of equal distributions: Kolmogorov-Smirnov for numbers, chi-square for categories.

    None where there is nothing to compare.
    """
    from scipy.stats import chi2_contingency, ks_2samp

    reference, current = reference.dropna(), current.dropna()
    if not len(reference) or not len(current):
        return None
    if reference.name not in CATEGORIES:
        numbers = reference.to_numpy(float), current.to_numpy(float)
        return float(ks_2samp(*numbers, method="asymp").pvalue)
    counts = pd.DataFrame(
        {"known": coded(reference).value_counts(), "new": coded(current).value_counts()}
    )
    counts = counts.fillna(0)
    return float(chi2_contingency(counts).pvalue) if len(counts) > 1 else None


def absence_p(reference: pd.Series, current: pd.Series, unknown: int) -> float:
    """P of no larger share of absent values than before: Fisher's exact test, one-sided."""
    from scipy.stats import fisher_exact

    absent = absent_count(current, unknown), reference.isna().sum()
    table = [[count, len(v) - count] for count, v in zip(absent, (current, reference), strict=True)]
    return float(fisher_exact(table, alternative="greater").pvalue)


def absent_count(values: pd.Series, unknown: int) -> int:
    """How many values are missing, or in no list; unknown ones stand as missing, or as refusals."""
    return max(int(values.isna().sum()), unknown)


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
        values = np.array(category_codes(str(reference.name)), dtype=object)
        before, now = shares_by_bin(reference, current)
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
        codes = category_codes(str(reference.name))
        counts = [
            coded(v).value_counts().reindex(codes, fill_value=0) for v in (reference, current)
        ]
        axis: dict[str, Any] = {"at": codes}
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
