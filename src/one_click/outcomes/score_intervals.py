"""Two shares compared by score tests, and the intervals of what these do not reject.

Source: Miettinen and Nurminen (1985), "Comparative analysis of two rates", Statistics in Medicine
4. Statsmodels has intervals of this name. Those of a difference are not used: its cubic has a count
where the paper has a number of rows (0.14.6: github.com/statsmodels/statsmodels/issues/10269), so
that its shares are not the likeliest ones at that difference; and its search for an end begins
between those of another interval, and fails where the two lie far apart.
"""

from collections.abc import Callable

import numpy as np

Counts = tuple[float, float]  # decliners, customers
NEARLY_ONE = 1 - 1e-9
LARGEST_LOG_RATIO = 20.0
SMALLEST = 1e-15  # of a variance


def of_difference(first: Counts, second: Counts, gap: float) -> float:
    """Score statistic of the share of the first less that of the second being `gap`."""
    (x1, n1), (x2, n2) = first, second
    n, x = n1 + n2, x1 + x2
    l2 = (n1 + 2 * n2) * gap - n - x
    l1 = (n2 * gap - n - 2 * x2) * gap + x
    l0 = x2 * gap * (1 - gap)
    q = (l2 / (3 * n)) ** 3 - l1 * l2 / (6 * n**2) + l0 / (2 * n)
    p = np.copysign(np.sqrt(max((l2 / (3 * n)) ** 2 - l1 / (3 * n), 0.0)), q)
    angle = (np.pi + np.arccos(np.clip(q / p**3 if p else 0.0, -1, 1))) / 3
    base = float(np.clip(2 * p * np.cos(angle) - l2 / (3 * n), max(0, -gap), min(1, 1 - gap)))
    share = base + gap
    variance = (share * (1 - share) / n1 + base * (1 - base) / n2) * n / (n - 1)
    return (x1 / n1 - x2 / n2 - gap) / np.sqrt(max(variance, SMALLEST))


def of_ratio(first: Counts, second: Counts, ratio: float) -> float:
    """Score statistic of the share of the first by that of the second being `ratio`."""
    (x1, n1), (x2, n2) = first, second
    n = n1 + n2
    a, b, c = n * ratio, -(n1 * ratio + x1 + n2 + x2 * ratio), x1 + x2
    base = (-b - np.sqrt(max(b**2 - 4 * a * c, 0.0))) / (2 * a)
    share = base * ratio
    variance = (share * (1 - share) / n1 + ratio**2 * base * (1 - base) / n2) * n / (n - 1)
    return (x1 / n1 - ratio * x2 / n2) / np.sqrt(max(variance, SMALLEST))


def difference_interval(first: Counts, second: Counts, confidence: float) -> tuple[float, float]:
    """Differences of two shares, the first less the second, that the test does not reject."""
    estimate = first[0] / first[1] - second[0] / second[1]
    low, high = _not_rejected(
        lambda gap: of_difference(first, second, gap), -NEARLY_ONE, estimate, NEARLY_ONE, confidence
    )
    return (-1.0 if low == -NEARLY_ONE else low), (1.0 if high == NEARLY_ONE else high)


def ratio_interval(first: Counts, second: Counts, confidence: float) -> tuple[float, float]:
    """Ratios of two shares, the first by the second, that the test does not reject.

    From 0 where nobody of the first group declines, to infinity where nobody of the second does.
    """
    share, base = first[0] / first[1], second[0] / second[1]
    least, most = -LARGEST_LOG_RATIO, LARGEST_LOG_RATIO
    estimate = (
        np.log(share / base)
        if share and base
        else 0.0
        if not share + base
        else (most if share else least)
    )
    low, high = _not_rejected(
        lambda log: of_ratio(first, second, np.exp(log)), least, float(estimate), most, confidence
    )
    return (
        0.0 if low == least else float(np.exp(low)),
        np.inf if high == most else float(np.exp(high)),
    )


def _not_rejected(
    statistic: Callable[[float], float],
    least: float,
    estimate: float,
    most: float,
    confidence: float,
) -> tuple[float, float]:
    """Where a falling statistic crosses the quantiles of a normal distribution."""
    from scipy.optimize import brentq
    from scipy.stats import norm

    times = float(norm.ppf((1 + confidence) / 2))
    low = high = None
    if estimate > least and statistic(least) > times:
        low = brentq(lambda at: statistic(at) - times, least, estimate)
    if estimate < most and statistic(most) < -times:
        high = brentq(lambda at: statistic(at) + times, estimate, most)
    return least if low is None else float(low), most if high is None else float(high)
