"""What to assume of an offer next: what was assumed, and what its waves have shown.

The logarithm of the share of the risk that remains is taken as normal: `low`, `expected` and `high`
of the campaign's file are its middle and 95 % of it, and each wave adds an estimate with its error.
Precisions add up (Gelman et al. 2013, "Bayesian data analysis", section 2.5), so that waves one
after another and all at once give the same. The posterior is kept exactly in the campaign's file,
since its rounded ends, which stay within 0 and 1, would not be.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from one_click.settings.offers import Effect

BELIEVED = 0.95  # of the range from low to high
NEARLY_ALL = 0.999  # an effect of 1 would leave nothing, of which there is no logarithm
WIDEST = 1e-3  # an assumption without a range has this error: it is nearly certain


@dataclass(frozen=True)
class Belief:
    """Mean and standard deviation of the logarithm of the share of the risk that remains."""

    mean: float
    deviation: float

    def effect(self, digits: int = 4) -> Effect:
        """Low, expected and high of the share removed, within 0 and 1."""
        reach = _times() * self.deviation
        ends = (self.mean + reach, self.mean, self.mean - reach)
        low, expected, high = (
            round(float(np.clip(-np.expm1(end), 0, NEARLY_ALL)), digits) for end in ends
        )
        return Effect(low, expected, high)

    def chance_above(self, removed: float) -> float:
        """Probability that the share removed is larger than so much."""
        from scipy.stats import norm

        if removed >= 1:
            return 0.0
        return float(norm.cdf((np.log1p(-removed) - self.mean) / self.deviation))


def _times() -> float:
    from scipy.stats import norm

    return float(norm.ppf((1 + BELIEVED) / 2))


def assumed(effect: Effect) -> Belief:
    """The belief that a campaign's file states.

    A low end of 0 may be a cut one, so that the high end alone says how wide it is.
    """
    low, middle, high = (
        float(np.log1p(-min(end, NEARLY_ALL))) for end in (effect.low, effect.expected, effect.high)
    )
    reach = middle - high if effect.low == 0 else (low - high) / 2
    return Belief(middle, max(reach / _times(), WIDEST))


def updated(prior: Belief, estimates: Iterable[Belief]) -> Belief:
    """The prior and each wave's estimate, weighed by their precisions."""
    beliefs = [prior, *estimates]
    precisions = np.array([1 / belief.deviation**2 for belief in beliefs])
    means = np.array([belief.mean for belief in beliefs])
    return Belief(
        float(precisions @ means / precisions.sum()), float(1 / np.sqrt(precisions.sum()))
    )
