"""Tests of groups or of a table of counts: an effect with its interval beside every p.

Every row is used, never a sample of them.
"""

import numpy as np

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

    test = chi2_contingency(table, correction=False)
    statistic, df = float(test.statistic), int(test.dof)
    smallest = float(test.expected_freq.min())
    return {
        "chi_square": statistic,
        "df": df,
        "p": float(test.pvalue),
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

    test = kruskal(*groups)
    statistic, df = float(test.statistic), len(groups) - 1
    scale = sum(map(len, groups)) - 1
    effect = above_chance(statistic, df, scale, confidence)
    return {"h": statistic, "df": df, "p": float(test.pvalue), **effect}
