"""Tests of normality and of difference between the classes: an effect beside every p.

Every row is used, never a sample of them. p-values of one family are corrected by Holm's method.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from one_click.columns import CATEGORIES, TARGET
from one_click.customers.codes import coded
from one_click.statistics import holm
from one_click.study.summaries import MEASURED, SMALLEST_GROUP

SHAPIRO_ROWS = 5000  # beyond it Royston's approximation of the p-value has not been checked
COCHRAN = 5  # smallest expected count at which chi-square's p is taken on trust


def cliffs_delta(first: np.ndarray, second: np.ndarray, confidence: float) -> dict[str, float]:
    """P(first > second) - P(first < second), from -1 to 1: `effect`, `low`, `high`.

    It is twice the AUC less one, so its interval is that of DeLong et al. (1988), "Comparing the
    areas under two or more correlated ROC curves", by placements. Cliff (1993), "Dominance
    statistics".
    """
    from scipy.stats import norm, rankdata

    m, n = len(first), len(second)
    ranks = rankdata(np.concatenate([first, second]))
    of_first = (ranks[:m] - rankdata(first)) / n
    of_second = 1 - (ranks[m:] - rankdata(second)) / m
    delta = 2 * of_first.mean() - 1
    variance = of_first.var(ddof=1) / m + of_second.var(ddof=1) / n
    half = 2 * norm.ppf((1 + confidence) / 2) * np.sqrt(variance)
    return {"effect": delta, "low": max(-1.0, delta - half), "high": min(1.0, delta + half)}


def mann_whitney(first: np.ndarray, second: np.ndarray, confidence: float) -> dict:
    """Mann-Whitney's U, its two-sided p (ties corrected), and Cliff's delta."""
    from scipy.stats import mannwhitneyu

    test = mannwhitneyu(first, second, alternative="two-sided", method="asymptotic")
    return {"u": test.statistic, "p": float(test.pvalue), **cliffs_delta(first, second, confidence)}


def welch(first: np.ndarray, second: np.ndarray, confidence: float) -> dict:
    """Welch's t, the difference of means with its interval, and Hedges' g with its own.

    `p_equal_variance` is Brown and Forsythe's test of what Student's t would assume and Welch's
    does not. Source of g: Hedges (1981), "Distribution theory for Glass's estimator".
    """
    from scipy.stats import levene, norm, ttest_ind
    from statsmodels.stats.meta_analysis import effectsize_smd

    test = ttest_ind(first, second, equal_var=False)
    low, high = test.confidence_interval(confidence)
    g, variance = effectsize_smd(
        first.mean(), first.std(ddof=1), len(first), second.mean(), second.std(ddof=1), len(second)
    )
    half = norm.ppf((1 + confidence) / 2) * np.sqrt(variance)
    return {
        "t": test.statistic,
        "p": float(test.pvalue),
        "difference": first.mean() - second.mean(),
        "difference_low": low,
        "difference_high": high,
        "hedges_g": g,
        "hedges_g_low": g - half,
        "hedges_g_high": g + half,
        "p_equal_variance": float(levene(first, second, center="median").pvalue),
    }


def above_chance(statistic: float, df: int, scale: float, confidence: float) -> dict[str, float]:
    """An association from 0 to 1 out of a chi-square statistic: `effect`, `low`, `high`.

    sqrt(max(0, statistic - df) / scale): what chance gives is taken off, as Bergsma (2013), "A
    bias-correction for Cramér's V", does to first order. The interval inverts the noncentral
    chi-square: Smithson (2003), "Confidence intervals"; its low end is 0 where nothing is shown.
    """
    from scipy.optimize import brentq
    from scipy.stats import ncx2

    def noncentrality(level: float) -> float:
        def above(value: float) -> float:
            return ncx2.cdf(statistic, df, value) - level

        highest = statistic + 10 * np.sqrt(statistic + df) + 10
        return brentq(above, 1e-9, highest) if above(1e-9) > 0 else 0.0

    tail = (1 - confidence) / 2
    return {
        "effect": np.sqrt(max(0.0, statistic - df) / scale),
        "low": np.sqrt(noncentrality(1 - tail) / scale),
        "high": min(1.0, np.sqrt(noncentrality(tail) / scale)),
    }


def chi_square(table: np.ndarray, confidence: float) -> dict:
    """Pearson's chi-square of a table of counts, and Cramér's V less what chance gives."""
    from scipy.stats import chi2_contingency

    found = chi2_contingency(table, correction=False)
    statistic, df = float(found.statistic), int(found.dof)
    smallest = float(found.expected_freq.min())
    return {
        "chi_square": statistic,
        "df": df,
        "p": float(found.pvalue),
        **above_chance(statistic, df, table.sum() * (min(table.shape) - 1), confidence),
        "smallest_expected": smallest,
        "assumption_holds": smallest >= COCHRAN,
    }


def kruskal_wallis(groups: list[np.ndarray], confidence: float) -> dict:
    """Kruskal-Wallis' H of several groups, and the correlation ratio of the ranks above chance.

    H / (n - 1) is the share of the ranks' variance between groups: Tomczak and Tomczak (2014),
    "The need to report effect size estimates revisited".
    """
    from scipy.stats import kruskal

    found = kruskal(*groups)
    statistic, df = float(found.statistic), len(groups) - 1
    scale = sum(map(len, groups)) - 1
    effect = above_chance(statistic, df, scale, confidence)
    return {"h": statistic, "df": df, "p": float(found.pvalue), **effect}


def halves(values: pd.Series, apart: pd.Series) -> tuple[np.ndarray, np.ndarray] | None:
    """Values where `apart` holds and the others, None missing; None where a test has no sense."""
    known = values.notna()
    first, second = (values[known & mask].to_numpy(dtype=float) for mask in (apart, ~apart))
    enough = min(len(first), len(second)) >= SMALLEST_GROUP
    return (first, second) if enough and values[known].nunique() > 1 else None


def normality(rows: pd.DataFrame) -> dict[str, dict]:
    """D'Agostino's, Shapiro-Wilk's and Anderson-Darling's test of each number, over all classes.

    The effect is how far the shape is from a normal one: skewness, excess kurtosis, and the
    correlation of the QQ plot. `rejected` where any of the three rejects after Holm's correction
    over all columns and tests is for the caller to say: it knows alpha.
    """
    from scipy.stats import normaltest, probplot, shapiro
    from statsmodels.stats.diagnostic import normal_ad

    found: dict[str, dict] = {}
    for name in MEASURED:
        values = rows[name].dropna().to_numpy(dtype=float)
        if len(values) < 3 * SMALLEST_GROUP or values.min() == values.max():
            continue
        dagostino, (ad, ad_p) = normaltest(values), normal_ad(values)
        sw = shapiro(values) if len(values) <= SHAPIRO_ROWS else None
        found[name] = {
            "rows": len(values),
            "skew": pd.Series(values).skew(),
            "kurtosis": pd.Series(values).kurt(),
            "qq_correlation": probplot(values, fit=True)[1][2],
            "dagostino": {"k2": dagostino.statistic, "p": float(dagostino.pvalue)},
            "shapiro_wilk": {"w": sw.statistic, "p": float(sw.pvalue)} if sw else {"p": None},
            "anderson_darling": {"a2": float(ad), "p": float(ad_p)},
        }
    holm([test for column in found.values() for test in column.values() if isinstance(test, dict)])
    return found


def numbers_tested(
    rows: pd.DataFrame, test: Callable[[np.ndarray, np.ndarray, float], dict], confidence: float
) -> Iterator[tuple[str, dict]]:
    """Each number and its test, decliners first."""
    for name in MEASURED:
        pair = halves(rows[name], rows[TARGET] == 1)
        if pair:
            yield name, test(*pair, confidence)


def contingency(rows: pd.DataFrame, name: str) -> np.ndarray | None:
    """Counts by value and class; None where one of the two is the same in all rows."""
    known = rows[[name, TARGET]].dropna()
    table = pd.crosstab(coded(known[name]), known[TARGET]).to_numpy()
    return table if min(table.shape) > 1 else None


def differences(rows: pd.DataFrame, confidence: float) -> dict[str, dict]:
    """How decliners differ from the others, column by column; one family for Holm's correction.

    A column of one value, or with too few rows of a class, has no test and is left out.
    """
    tables = {name: contingency(rows, name) for name in CATEGORIES}
    found = {
        "mann_whitney": dict(numbers_tested(rows, mann_whitney, confidence)),
        "welch": dict(numbers_tested(rows, welch, confidence)),
        "chi_square": {
            name: chi_square(table, confidence)
            for name, table in tables.items()
            if table is not None
        },
    }
    holm([test for kind in found.values() for test in kind.values()])
    return found
