"""Who gets which offer: the greatest expected net gain with at most one offer a customer.

A multiple-choice knapsack with a few limits (the budget, caps of channels and of offers). Its
Lagrangian dual prices the limits and bounds what any plan can bring; at these prices the offers of
most customers are plain, and integer programming decides about the rest, the core (Pisinger 1995,
"A minimal algorithm for the multiple-choice knapsack problem"): about all whose offer is in doubt
where customers are some thousands, and beyond that about those most in doubt, with the gap told.
"""

from dataclasses import dataclass

import numpy as np

from one_click.offers.knapsack import SLACK, Dual, by_integer_programming, relaxed
from one_click.offers.limits import Limits

CORE = 1_000  # kinds of customers in the first integer programme

# Two offers of one effect differ by the same cost for everyone, so that at some prices everyone is
# in doubt; gains shaken by so much of their mean leave few in doubt, and lose about as much.
SHAKE = 1e-4
LARGEST_EXACT = 5_000  # kinds of customers up to which integer programming decides all in doubt,
ENOUGH = 1e-4  # unless the first core has a plan as near as this to the bound


@dataclass(frozen=True)
class Plan:
    """The index of each customer's offer, or -1; no plan within the limits brings over `bound`."""

    offer: np.ndarray
    net_gain: float
    bound: float

    @property
    def gap(self) -> float:
        """How far the plan may be from the best one, as a share of the bound."""
        short = self.bound - self.net_gain
        return short / self.bound if short > SLACK * self.bound else 0.0


class Planner:
    """Plans of the same customers and offers within different limits.

    Customers whose offers bring the same are one kind, of whom a plan says how many get what.

    Parameters
    ----------
    net_gain
        Shape (customers, offers), the customers in the order of their ids, since ties break by it;
        NaN where the offer is not to be made, above 0 elsewhere.
    use
        What an offer takes of each limit, 0 or more; shape (limits, offers).
    core, largest
        Kinds of customers in the first integer programme, and in the last one.
    """

    def __init__(
        self, net_gain: np.ndarray, use: np.ndarray, core: int = CORE, largest: int = LARGEST_EXACT
    ) -> None:
        self.size, self.core, self.largest = len(net_gain), core, largest
        self.rows = np.flatnonzero(~np.isnan(net_gain).all(axis=1))
        gains = np.where(np.isnan(net_gain[self.rows]), -np.inf, net_gain[self.rows])
        self.kind, first = _kinds(gains)
        self.gain = np.ascontiguousarray(gains[first].T)
        self.count = np.bincount(self.kind, minlength=len(first))
        self.use = use
        noise = np.random.default_rng(0).random(self.gain.shape) * _mean(self.gain) * SHAKE
        self.shaken = self.gain + noise
        self.dual = Dual(self.shaken, self.count, use)

    def plan(self, most: np.ndarray) -> Plan:
        """The best plan within the limits `most`, shape (limits,)."""
        if not len(self.rows) or most[0] == 0:  # without a budget there is no campaign
            return Plan(np.full(self.size, -1), 0.0, 0.0)
        prices = self.dual.prices(most)
        offer, _, lead = relaxed(self.shaken, prices @ self.use)
        order = np.argsort(lead, kind="stable")
        size = min(self.core, len(order))
        allotment, total, upper = self._with_core(order[:size], offer, lead, most)
        offer, worth, lead = relaxed(self.gain, prices @ self.use)
        bound = float(worth @ self.count + prices @ np.where(prices > 0, most, 0.0))
        # A plan that differs from the one at the prices falls short of the bound by the lead of
        # each that differs: in a plan better than this one only these can.
        doubtful = np.flatnonzero(lead <= bound - total)
        proven = len(order) <= size
        if not proven and len(order) <= self.largest and total < (1 - ENOUGH) * bound:
            other, net_gain, upper = self._with_core(doubtful, offer, lead, most)
            if net_gain > total:
                allotment, total = other, net_gain
            proven = True
        if proven:
            bound = min(bound, upper)
        return Plan(self._by_customer(allotment), total, max(bound, total))

    def _with_core(
        self, core: np.ndarray, offer: np.ndarray, lead: np.ndarray, most: np.ndarray
    ) -> tuple[np.ndarray, float, float]:
        """The best plan in which only the core differs from `offer`, the offers at the prices.

        Returns
        -------
        How many of each kind get each offer, shape (offers, kinds); what that brings; the bound of
        such plans, inf where those outside the core overdraw a limit: the least clear of them lose
        their offers then.
        """
        allotment = np.zeros(self.gain.shape, dtype=np.int64)
        plain = offer >= 0
        plain[core] = False
        allotment[offer[plain], np.flatnonzero(plain)] = self.count[plain]
        fits = self._drop(allotment, lead, most)
        slack = most - self.use @ allotment.sum(axis=1)
        in_core, upper = by_integer_programming(
            self.gain[:, core], self.count[core], self.use, np.maximum(slack, 0)
        )
        before = _total(self.gain, allotment)
        allotment[:, core] = in_core
        self._top_up(allotment, most)
        return allotment, _total(self.gain, allotment), before + upper if fits else np.inf

    def _drop(self, allotment: np.ndarray, lead: np.ndarray, most: np.ndarray) -> bool:
        """Take back in place what overdraws a limit, the least lead first; whether nothing did."""
        fits = True
        for use, limit in zip(self.use, most, strict=True):
            usage = use @ allotment
            if usage.sum() <= limit + SLACK * max(1.0, limit):
                continue
            fits, takers = False, np.flatnonzero(usage)
            takers = takers[np.argsort(-lead[takers], kind="stable")]
            allotment[:, takers[np.cumsum(usage[takers]) > limit]] = 0
        return fits

    def _top_up(self, allotment: np.ndarray, most: np.ndarray) -> None:
        """Make in place what still fits: the solver may stop at a plan that leaves some."""
        without = self.count - allotment.sum(axis=0)
        slack = most - self.use @ allotment.sum(axis=1)
        for offer in np.argsort(-self.gain.max(axis=1, initial=0), kind="stable"):
            takes = self.use[:, offer] > 0
            for kind in np.flatnonzero((without > 0) & np.isfinite(self.gain[offer])):
                fit = (slack[takes] + SLACK) / self.use[takes, offer]
                more = int(min(without[kind], fit.min(initial=np.inf)))
                if more < 1:
                    break
                allotment[offer, kind] += more
                without[kind] -= more
                slack -= more * self.use[:, offer]

    def _by_customer(self, allotment: np.ndarray) -> np.ndarray:
        """Each customer's offer: of a kind the first ids get the offers, in the offers' order."""
        each = np.vstack([allotment, self.count - allotment.sum(axis=0)])
        offers = np.append(np.arange(len(allotment)), -1)
        plan = np.full(self.size, -1)
        plan[self.rows[np.argsort(self.kind, kind="stable")]] = np.repeat(
            np.tile(offers, allotment.shape[1]), each.T.ravel()
        )
        return plan


def best_plan(net_gain: np.ndarray, limits: Limits, **sizes: int) -> Plan:
    """One plan; see `Planner`."""
    return Planner(net_gain, limits.use, **sizes).plan(limits.most)


def _total(gain: np.ndarray, allotment: np.ndarray) -> float:
    return float((np.where(allotment > 0, gain, 0.0) * allotment).sum())


def _mean(gain: np.ndarray) -> float:
    finite = np.isfinite(gain)
    return float(gain[finite].mean()) if finite.any() else 0.0


def _kinds(gain: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The kind of each customer, and the place of the first one of each kind."""
    import pandas as pd

    kind = pd.DataFrame(gain).groupby(list(range(gain.shape[1])), sort=False).ngroup().to_numpy()
    return kind, np.unique(kind, return_index=True)[1]
