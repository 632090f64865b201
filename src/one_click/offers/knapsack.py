"""The two halves of a plan: prices of the limits with a bound, and integer programming of the core.

A kind is customers whose offers bring the same: `count` of them, and `gain` of an offer to one of
them, shape (offers, kinds), -inf where it is not to be made. `use`, shape (limits, offers), is what
an offer takes of each limit, and `most`, shape (limits,), what there is of it; inf is no limit.
"""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

RELATIVE_GAP = 1e-6  # of integer programming
DUAL_GAP = 1e-9  # of the dual: prices near enough for the plan at them to fit nearly
SLACK = 1e-9  # of a limit, for sums of floats
MOST_CUTS, MOST_NODES = 100, 200  # of the dual, of integer programming: no clock, so no luck
RETRIES = 10  # of integer programming


class Dual:
    """The Lagrangian dual: offers cost, beside their cost, a price for each limit they take from.

    With prices p the relaxed plan takes each customer's offer of the largest net gain less its
    price; what it brings plus p x limits bounds every plan (Fisher 1981, "The Lagrangian relaxation
    method for solving integer programming problems"). The lowest bound is sought by cutting planes
    (Kelley 1960) halfway to the best prices so far (Ben-Ameur and Neto 2007, "in-out"). A cut holds
    for any limits, so that it serves the next budget too.
    """

    def __init__(self, gain: np.ndarray, count: np.ndarray, use: np.ndarray) -> None:
        self.gain, self.count, self.use = gain, count, use
        best = np.where(np.isfinite(gain), gain, 0).max(axis=1, initial=0)
        per_unit = np.divide(best, use, out=np.zeros(use.shape), where=use > 0)
        self.dearest = per_unit.max(axis=1)  # above it nobody would take from the limit
        self.cuts: list[tuple[np.ndarray, float, np.ndarray]] = []

    def _try(self, prices: np.ndarray) -> None:
        offer, reduced, _ = relaxed(self.gain, prices @ self.use)
        allotment = np.bincount(offer + 1, self.count, minlength=self.use.shape[1] + 1)[1:]
        self.cuts.append((prices, float(reduced @ self.count), self.use @ allotment))

    def prices(self, most: np.ndarray) -> np.ndarray:
        """The best prices found for the limits; 0 where a limit is inf."""
        from scipy.optimize import linprog

        counts = np.isfinite(most)
        finite = np.where(counts, most, 0.0)
        if not self.cuts:
            self._try(np.zeros(len(most)))
        scale = max(self.cuts[0][1], SLACK)  # the solver's tolerance is absolute
        for _ in range(MOST_CUTS):
            # Prices of what is no limit are 0 in the bound, so other prices are no candidates.
            bounds = [
                float(value + prices @ finite) if not prices[~counts].any() else np.inf
                for prices, value, _ in self.cuts
            ]
            best = int(np.argmin(bounds))
            incumbent, lowest = self.cuts[best][0], bounds[best]
            slopes = np.array([finite - usage for _, _, usage in self.cuts])
            at_zero = np.array([value + usage @ prices for prices, value, usage in self.cuts])
            solution = linprog(
                np.append(np.zeros(len(most)), 1.0),
                A_ub=np.column_stack([slopes * self.dearest / scale, -np.ones(len(slopes))]),
                b_ub=-at_zero / scale,
                bounds=[
                    (0, top if here else 0) for top, here in zip(self.dearest, counts, strict=True)
                ]
                + [(0, None)],
                method="highs",
            )
            if solution.x is None or lowest - scale * solution.fun <= DUAL_GAP * lowest:
                break
            self._try((solution.x[:-1] * self.dearest + incumbent) / 2)
        return incumbent


def relaxed(gain: np.ndarray, price: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each kind's offer of the largest gain less price, or -1; that difference; its lead.

    The first of offers that tie. The lead is over the next best, no offer (0) being one.
    """
    best, second = np.zeros(gain.shape[1]), np.full(gain.shape[1], np.inf)
    offer = np.full(gain.shape[1], -1)
    second[:] = -np.inf
    for place, row in enumerate(gain):
        net = row - price[place]
        better = net > best
        second = np.where(better, best, np.maximum(second, net))
        best = np.where(better, net, best)
        offer[better] = place
    return offer, best, best - second


def by_integer_programming(
    gain: np.ndarray, count: np.ndarray, use: np.ndarray, most: np.ndarray, retries: int = RETRIES
) -> tuple[np.ndarray, float]:
    """How many of each kind get each offer, shape (offers, kinds), and the solver's bound.

    A plan that overdraws a limit, by less than the solver's tolerance, is sought within less; where
    costs are so small that this helps in no retry, nobody gets one here.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    kind, offer = np.nonzero(np.isfinite(gain.T))
    allotment = np.zeros(gain.shape, dtype=np.int64)
    if not len(kind):
        return allotment, 0.0
    ones, position = np.ones(len(kind)), np.arange(len(kind))
    at_most_one = csr_array((ones, (kind, position)), shape=(gain.shape[1], len(kind)))
    counts = np.isfinite(most)
    constraints = [LinearConstraint(at_most_one, ub=count)]
    if counts.any():
        usage = csr_array(use[counts][:, offer])
        constraints.append(LinearConstraint(usage, ub=most[counts]))
    with _silenced():
        solution = milp(
            -gain[offer, kind],
            integrality=ones,
            bounds=Bounds(0, count[kind]),
            constraints=constraints,
            options={"mip_rel_gap": RELATIVE_GAP, "node_limit": MOST_NODES},
        )
    if solution.x is not None:
        allotment[offer, kind] = np.round(solution.x)
    bound = -float(solution.mip_dual_bound)
    over = allotment.sum(axis=1) @ use.T - most
    if (over > SLACK * np.maximum(1, most)).any():
        within = np.maximum(0, most - 2 * np.maximum(over, 0))
        allotment = np.zeros_like(allotment)
        if retries:
            allotment, _ = by_integer_programming(gain, count, use, within, retries - 1)
    return allotment, bound


@contextmanager
def _silenced() -> Iterator[None]:
    """Nothing reaches the standard output, by C's hand either.

    HiGHS 1.12 has a line printed for debugging, which no option of it turns off:
    https://github.com/ERGO-Code/HiGHS/issues/2783
    """
    libc = ctypes.CDLL(None)
    sys.stdout.flush()
    libc.fflush(None)
    descriptor = os.dup(1)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        yield
    finally:
        libc.fflush(None)
        os.dup2(descriptor, 1)
        os.close(descriptor)
