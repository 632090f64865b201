"""Intervals, corrections and paired tests: each formula once."""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pandas as pd

RESAMPLES, SEED = 2000, 7  # of a paired bootstrap
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """A difference of two figures with its interval."""

    one: float
    other: float
    low: float
    high: float
    p: float | None = None

    @property
    def real(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def placements(declined: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of the others below each decliner, and of decliners above each other; ties count half.

    Their means are the ROC-AUC. Computed by ranks, as in Sun and Xu (2014), "Fast implementation of
    DeLong's algorithm", IEEE Signal Processing Letters 21.
    """
    from scipy.stats import rankdata

    positive, negative = score[declined == 1], score[declined == 0]
    rank = rankdata(np.concatenate([positive, negative]))
    m, n = len(positive), len(negative)
    below = (rank[:m] - rankdata(positive)) / n
    above = 1 - (rank[m:] - rankdata(negative)) / m
    return below, above


def delong(
    declined: np.ndarray, one: np.ndarray, other: np.ndarray, confidence: float = CONFIDENCE
) -> Difference:
    """Difference of the ROC-AUC of two scores of the same customers.

    Source: DeLong, DeLong and Clarke-Pearson (1988), "Comparing the areas under two or more
    correlated receiver operating characteristic curves", Biometrics 44.

    Parameters
    ----------
    declined, one, other
        Shape (n,): 0 or 1, and two scores.
    """
    from scipy.stats import norm

    first, second = placements(declined, one), placements(declined, other)
    areas = first[0].mean(), second[0].mean()
    by_decliner, by_other = second[0] - first[0], second[1] - first[1]
    variance = sum(
        np.var(part, ddof=1) / len(part) if len(part) > 1 else 0.0
        for part in (by_decliner, by_other)
    )
    gap, error = areas[1] - areas[0], float(np.sqrt(variance))
    half = norm.ppf((1 + confidence) / 2) * error
    p = float(2 * norm.sf(abs(gap) / error)) if error > 0 else 1.0
    return Difference(float(areas[0]), float(areas[1]), gap - half, gap + half, p)


def bootstrapped(one: np.ndarray, other: np.ndarray, mean: bool = False) -> Difference:
    """Difference of two sums (or means) over the same customers, who are resampled.

    Parameters
    ----------
    one, other
        Shape (n,): what each customer adds.
    """
    draws = np.random.default_rng(SEED)
    gap = other - one
    scale = 1 / len(gap) if mean else 1.0
    resamples = [scale * gap[draws.integers(0, len(gap), len(gap))].sum() for _ in range(RESAMPLES)]
    low, high = np.quantile(resamples, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Difference(scale * one.sum(), scale * other.sum(), float(low), float(high))


def holm(tests: list[dict], key: str = "p") -> None:
    """Add the corrected `p_holm` to each test of a family; where `p` is None it is None too.

    Source: Holm (1979), "A simple sequentially rejective multiple test procedure". statsmodels has
    the same, and a search of the whole process for garbage at each call.
    """
    for test in tests:
        test[f"{key}_holm"] = None
    family = [test for test in tests if test.get(key) is not None and np.isfinite(test[key])]
    family.sort(key=lambda test: test[key])
    steps = [test[key] * left for test, left in zip(family, range(len(family), 0, -1), strict=True)]
    for test, p in zip(family, accumulate(steps, max), strict=True):
        test[f"{key}_holm"] = min(float(p), 1.0)


def share_interval(count: float, rows: float, confidence: float) -> dict[str, float]:
    """A share with Wilson's interval: `share`, `low`, `high`.

    Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    """
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, rows, alpha=1 - confidence, method="wilson")
    return {"share": count / rows, "low": low, "high": high}


def mean_interval(values: pd.Series, confidence: float) -> dict[str, float | None]:
    """A mean with Student's interval: `mean`, `low`, `high`, `rows` that have a value.

    A mean of nothing is None, and so is an interval of fewer than two values.
    """
    from scipy.stats import t

    numbers = values.dropna()
    rows = len(numbers)
    if not rows:
        return dict.fromkeys(("mean", "low", "high")) | {"rows": 0}
    mean = numbers.mean()
    if rows == 1:
        return {"mean": mean, "low": None, "high": None, "rows": 1}
    half = t.ppf((1 + confidence) / 2, rows - 1) * numbers.std() / np.sqrt(rows)
    return {"mean": mean, "low": mean - half, "high": mean + half, "rows": rows}


def corrected_interval(
    values: np.ndarray, test_to_train: float, confidence: float
) -> tuple[float, float, float]:
    """Mean of per-fold values or differences, with an interval for overlapping training rows.

    The variance of the mean is `(1 / J + test_to_train) * s**2` over J folds, and the interval is
    Student's with J - 1 degrees of freedom. Source: Nadeau and Bengio (2003), "Inference for the
    generalization error", Machine Learning 52.

    Parameters
    ----------
    values
        Shape (J,).
    test_to_train
        Rows of a fold's test part over those of its training part.

    Returns
    -------
    mean, low, high
    """
    from scipy.stats import t

    mean = float(np.mean(values))
    variance = (1 / len(values) + test_to_train) * np.var(values, ddof=1)
    half = t.ppf((1 + confidence) / 2, len(values) - 1) * np.sqrt(variance)
    return mean, mean - half, mean + half


def gain_at(gain: pd.DataFrame, contacted: float) -> float:
    """Share of decliners met when a share of the customers is contacted, the likeliest first.

    Parameters
    ----------
    gain
        `contacted`, rising, and `gain`: points of the curve; it begins at zero.
    """
    return float(np.interp(contacted, [0, *gain["contacted"]], [0, *gain["gain"]]))
