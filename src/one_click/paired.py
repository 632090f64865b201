"""Differences of two branches over the same customers: ROC-AUC, sums and means, with intervals."""

from dataclasses import dataclass

import numpy as np

RESAMPLES = 2000
CONFIDENCE = 0.95
SEED = 7


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
    drawn = [scale * gap[draws.integers(0, len(gap), len(gap))].sum() for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Difference(scale * one.sum(), scale * other.sum(), float(low), float(high))
