"""The core of a plan: customers whose offers the prices leave in doubt are decided together."""

import numpy as np

from one_click.offers.knapsack import Search, by_integer_programming
from one_click.offers.limits import SLACK, Limits
from one_click.offers.partitions import Doubtful


def kinds_of(doubtful: Doubtful) -> np.ndarray:
    """The kind of each customer, those alike in what offers bring, in order of appearance."""
    import pandas as pd

    keys = list(range(len(doubtful.gain)))
    return pd.DataFrame(doubtful.gain.T).groupby(keys, sort=False).ngroup().to_numpy()


def decided(
    doubtful: Doubtful, kind: np.ndarray, core: int, limits: Limits, search: Search
) -> tuple[np.ndarray, float]:
    """New offers of customers in doubt: integer programming for the core, the others keep theirs.

    Where these overdraw a limit, the least clear of them lose their offers; what still fits then is
    made.

    Parameters
    ----------
    kind, core
        As `kinds_of` has them, shape (rows,); how many of them are in the integer programme.
    limits
        With what the customers in no doubt leave.
    search
        With the gap in money.

    Returns
    -------
    The offers, shape (rows,); a bound of what such plans bring, inf where one lost an offer.
    """
    rows = np.flatnonzero(kind < core)
    offer = doubtful.offer.copy()
    plain = worth(doubtful.gain[:, rows], offer[rows])
    offer[rows] = -1
    fits = _drop(offer, limits)
    others = worth(doubtful.gain, offer)
    _, first, count = np.unique(kind[rows], return_index=True, return_counts=True)
    left = Limits(limits.use, np.maximum(limits.left(offer), 0))
    allotment, upper = by_integer_programming(
        doubtful.gain[:, rows[first]],
        count,
        left,
        Search(min(1.0, search.gap / plain) if plain else 0.0, search.nodes),
    )
    each = np.vstack([allotment, count - allotment.sum(axis=0)])
    offers = np.append(np.arange(len(allotment)), -1)
    offer[rows[np.argsort(kind[rows], kind="stable")]] = np.repeat(
        np.tile(offers, len(count)), each.T.ravel()
    )
    _top_up(offer, doubtful, limits)
    return offer, others + upper if fits else np.inf


def worth(gain: np.ndarray, offer: np.ndarray) -> float:
    """What offers bring, -1 being none; gain of shape (offers, rows)."""
    rows = np.flatnonzero(offer >= 0)
    return float(gain[offer[rows], rows].sum())


def _drop(offer: np.ndarray, limits: Limits) -> bool:
    """Take back in place what overdraws a limit, the least lead first; whether nothing did."""
    if limits.hold(limits.left(offer)):
        return True
    for use, limit in zip(limits.use, limits.most, strict=True):
        takes = np.append(use, 0.0)[offer]
        takers = np.flatnonzero(takes)[::-1]
        offer[takers[np.cumsum(takes[takers]) > limit]] = -1
    return False


def _top_up(offer: np.ndarray, doubtful: Doubtful, limits: Limits) -> None:
    """Make in place what still fits: the solver may stop at a plan that leaves some."""
    left = limits.left(offer)
    for number in np.argsort(-doubtful.gain.max(axis=1, initial=0), kind="stable"):
        takes = limits.use[:, number] > 0
        fit = ((left[takes] + SLACK) / limits.use[takes, number]).min(initial=len(offer))
        gain = np.where(offer < 0, doubtful.gain[number], -np.inf)
        best = np.lexsort((doubtful.customer, -gain))[: max(0, int(fit))]
        best = best[np.isfinite(gain[best])]
        offer[best] = number
        left -= len(best) * limits.use[:, number]
