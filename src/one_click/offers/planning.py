"""Who gets which offer: the greatest expected net gain with at most one offer a customer.

A multiple-choice knapsack with a few limits (the budget, caps of channels and of offers). Its
Lagrangian dual prices the limits and bounds what any plan can bring; at these prices the offers of
most customers are plain, and integer programming decides about the rest, the core (Pisinger 1995,
"A minimal algorithm for the multiple-choice knapsack problem"): about all whose offer is in doubt
where customers are some thousands, and beyond that about those most in doubt, with the gap told.
Customers are held by partitions; what travels is prices, sums, and the customers in doubt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

import numpy as np

from one_click.offers.core import decided, kinds_of, worth
from one_click.offers.dual import Dual
from one_click.offers.knapsack import Search
from one_click.offers.limits import SLACK, Limits
from one_click.offers.partitions import (
    Doubtful,
    Each,
    Partition,
    Prices,
    in_turn,
    partitions_of,
    together,
)

# Two offers of one effect differ by the same cost for everyone, so that at some prices everyone is
# in doubt; prices that rise from the first customer to the last by so much of the mean gain leave
# few in doubt, and lose about as much of theirs.
RISE = 1e-4
REACH = 4  # customers who may lose an offer or get one, for each in the first core


@dataclass(frozen=True)
class Effort:
    """How near the best plan a plan is to be.

    dual, integer
        Gaps of the prices and of integer programming, as shares of the bound.
    core
        Kinds of customers in the first integer programme.
    exact, enough
        Customers up to whom integer programming decides about all in doubt, unless the first core
        has a plan within `enough` of the bound.
    """

    dual: float = 1e-10
    integer: float = 1e-6
    nodes: int = 200  # no clock, so no luck
    core: int = 1_000
    exact: int = 5_000
    enough: float = 1e-4


FULL = Effort()
QUICK = Effort(dual=1e-9, nodes=0, core=500, exact=0)


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

    Parameters
    ----------
    partitions
        All customers in the order of their ids, since ties break by it; or handles of them.
    use
        What an offer takes of each limit, 0 or more; shape (limits, offers).
    each
        What runs a method of the partitions; see `partitions.in_turn`.
    """

    def __init__(self, partitions: Sequence[Any], use: np.ndarray, each: Each = in_turn) -> None:
        self.partitions, self.use, self.each = partitions, use, each
        facts = each(Partition.facts, partitions)
        self.size, self.eligible = (
            sum(one.size for one in facts),
            sum(one.eligible for one in facts),
        )
        finite = sum(one.finite for one in facts)
        mean = fsum(gain for one in facts for gain in one.gains) / max(1, finite)
        number = use.shape[1]
        self.rise = RISE * mean / max(1, self.size) * np.arange(number, 0, -1) / number
        self.dual = Dual(self._shaken, use, np.max([one.best for one in facts], axis=0))

    def plan(self, most: np.ndarray, effort: Effort = FULL) -> Plan:
        """The best plan within the limits `most`, shape (limits,)."""
        if not self.eligible or most[0] == 0:  # without a budget there is no campaign
            return Plan(np.full(self.size, -1, dtype=np.int16), 0.0, 0.0)
        limits, plain = Limits(self.use, most), np.zeros(len(self.rise))
        prices = self.dual.prices(most, effort.dual)
        price = prices @ self.use
        value, _ = self._relaxed(Prices(price, plain))
        bound = value + float(prices @ np.where(prices > 0, most, 0.0))
        core = _Core(
            effort.core * REACH, effort.core, np.inf, Search(effort.integer * bound, effort.nodes)
        )
        offer, total, upper, proven = self._with_core(Prices(price, self.rise), core, limits)
        if not proven and self.eligible <= effort.exact and total < (1 - effort.enough) * bound:
            # A plan that differs from the one at the prices falls short of the bound by the lead
            # of each that differs: in a plan better than this one only these can.
            core = _Core(
                self.eligible,
                self.eligible,
                bound - total,
                Search(effort.integer * bound, effort.nodes),
            )
            other, net_gain, upper, _ = self._with_core(Prices(price, plain), core, limits)
            if net_gain > total:
                offer, total = other, net_gain
            proven = True
        if proven:
            bound = min(bound, upper)
        return Plan(offer, total, max(bound, total))

    def _with_core(
        self, prices: Prices, core: "_Core", limits: Limits
    ) -> tuple[np.ndarray, float, float, bool]:
        """The best plan in which only the core differs from the offers at the prices.

        Returns
        -------
        The offers, shape (customers,); what they bring; the bound of such plans, inf where others
        than the core overdraw a limit: the least clear of them lose their offers then; whether all
        are in the core.
        """
        parts = self.each(Partition.offered, self.partitions, prices)
        offer = np.concatenate([offers for offers, _ in parts])
        before = fsum(gain for _, gains in parts for gain in gains)
        outside, reach = limits, core.reach
        while True:
            doubtful = self._doubtful(prices, reach)
            rest = offer.copy()
            rest[doubtful.customer] = -1
            outside = Limits(self.use, limits.left(rest))
            if limits.hold(outside.most) or reach >= self.eligible:
                break
            reach *= REACH
        kind = kinds_of(doubtful)
        kinds = min(core.kinds, 1 + int(kind[doubtful.lead <= core.lead].max(initial=-1)))
        new, upper = decided(doubtful, kind, kinds, outside, core.search)
        before -= worth(doubtful.gain, doubtful.offer)
        offer[doubtful.customer] = new
        self._put_in_order(offer, doubtful.gain[:, new != doubtful.offer])
        whole = len(kind) == self.eligible and bool((kind < kinds).all())
        return offer, before + worth(doubtful.gain, new), before + upper, whole

    def _put_in_order(self, offer: np.ndarray, gain: np.ndarray) -> None:
        """Give in place, of customers with gains alike, the first ones the first offers.

        At the prices they have them so; `gain` is of those for whom this was changed.
        """
        kinds = np.unique(gain, axis=1)
        if not kinds.size:
            return
        parts = self.each(Partition.alike, self.partitions, kinds)
        places, kind = (np.concatenate(some) for some in zip(*parts, strict=True))
        last = np.where(offer[places] < 0, len(gain), offer[places])
        offer[places[np.lexsort((places, kind))]] = offer[places[np.lexsort((last, kind))]]

    def _doubtful(self, prices: Prices, rows: int) -> Doubtful:
        return together(self.each(Partition.doubtful, self.partitions, prices, rows), rows)

    def _relaxed(self, prices: Prices) -> tuple[float, np.ndarray]:
        """What the plan at the prices brings less them, and how many get each offer."""
        parts = self.each(Partition.relaxed, self.partitions, prices)
        value = fsum(value for values, _ in parts for value in values)
        return value, np.sum([counts for _, counts in parts], axis=0)

    def _shaken(self, prices: np.ndarray) -> tuple[float, np.ndarray]:
        return self._relaxed(Prices(prices @ self.use, self.rise))


@dataclass(frozen=True)
class _Core:
    """Customers looked at, kinds among them, the largest lead; up to what it is to be solved."""

    reach: int
    kinds: int
    lead: float
    search: Search


def planner_of(net_gain: np.ndarray, use: np.ndarray) -> Planner:
    """A planner that holds all customers; `net_gain` as `Partition` takes it, NaN for no offer."""
    return Planner(partitions_of(net_gain), use)


def best_plan(net_gain: np.ndarray, limits: Limits, effort: Effort = FULL) -> Plan:
    """One plan; see `Planner`."""
    return planner_of(net_gain, limits.use).plan(limits.most, effort)
