"""What to assume of an offer next: what was assumed, and what its waves have shown.

The logarithm of the share of the risk that remains is taken as normal. `low`, `expected` and `high`
of the campaign's file are its middle and 95 % of it; what waves have shown is taken from their
counts, added up, so that waves one after another and all at once teach the same. The two are
weighed by their precisions (Gelman et al. 2013, "Bayesian data analysis", section 2.5).
"""

from dataclasses import dataclass

import numpy as np

from one_click.settings.offers import Effect, Learned

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
    """The belief that a campaign's file states."""
    low, middle, high = (
        float(np.log1p(-min(end, NEARLY_ALL))) for end in (effect.low, effect.expected, effect.high)
    )
    return Belief(middle, max((low - high) / 2 / _times(), WIDEST))


def shown(counts: Learned) -> Belief:
    """What counts say: two shares of decliners, by what is believed of each after an even prior.

    The logarithm of a share of Beta(x + 1, n - x + 1) has the mean digamma(x + 1) - digamma(n + 2)
    and the variance trigamma(x + 1) - trigamma(n + 2) (Johnson, Kotz and Balakrishnan 1995,
    "Continuous univariate distributions", volume 2, chapter 25): finite and above zero where nobody
    or everybody of a group declines.
    """
    from scipy.special import digamma, polygamma

    means, variance = [], 0.0
    for name in ("offers", "controls"):
        declined, rows = getattr(counts, f"{name}_declined"), getattr(counts, name)
        means.append(float(digamma(declined + 1) - digamma(rows + 2)))
        variance += float(polygamma(1, declined + 1) - polygamma(1, rows + 2))
    return Belief(means[0] - means[1], float(np.sqrt(variance)))


def contradicted(prior: Belief, estimate: Belief) -> bool:
    """Whether the estimate lies further from the prior than their errors explain."""
    spread = np.hypot(prior.deviation, estimate.deviation)
    return bool(abs(estimate.mean - prior.mean) > _times() * spread)


def weight_of(prior: Belief, estimate: Belief) -> float:
    """Weight of the estimate beside the prior, from 0 to 1.

    Where the estimate contradicts the prior (Box 1980, "Sampling and Bayes' inference in scientific
    modelling and robustness": it is unlikely by what the prior foretells), the prior gives way: its
    variance is raised until they contradict each other no more.
    """
    error = estimate.deviation**2
    variance = ((estimate.mean - prior.mean) / _times()) ** 2 - error
    variance = max(prior.deviation**2, variance)
    return variance / (variance + error)


def updated(prior: Belief, estimate: Belief) -> Belief:
    """The prior and the estimate, weighed; see `weight_of`."""
    weight = weight_of(prior, estimate)
    mean = weight * estimate.mean + (1 - weight) * prior.mean
    return Belief(mean, float(np.sqrt(weight)) * estimate.deviation)
