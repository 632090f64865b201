"""Integer programming: how many customers of each kind get which offer, within limits.

A kind is customers whose offers bring the same: `count` of them, and `gain` of an offer to one of
them, shape (offers, kinds), -inf where it is not to be made.
"""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from one_click.offers.limits import Limits

RETRIES = 10
WHOLE = 1e-6  # short of a whole offer by the solver's tolerance


@dataclass(frozen=True)
class Search:
    """When the solver stops: at a gap, as a share of the bound; after so many nodes of its tree.

    With no node it is linear programming, of which the whole offers are taken.
    """

    gap: float
    nodes: int


def by_integer_programming(
    gain: np.ndarray, count: np.ndarray, limits: Limits, search: Search, retries: int = RETRIES
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
    finite = np.isfinite(limits.most)
    constraints = [LinearConstraint(at_most_one, ub=count)]
    if finite.any():
        usage = csr_array(limits.use[finite][:, offer])
        constraints.append(LinearConstraint(usage, ub=limits.most[finite]))
    with _silenced():
        solution = milp(
            -gain[offer, kind],
            integrality=ones * bool(search.nodes),
            bounds=Bounds(0, count[kind]),
            constraints=constraints,
            options={"mip_rel_gap": search.gap, "node_limit": search.nodes} if search.nodes else {},
        )
    if solution.x is not None:
        allotment[offer, kind] = np.floor(solution.x + WHOLE)
    bound = -float(solution.mip_dual_bound if search.nodes else solution.fun)
    left = limits.most - limits.use @ allotment.sum(axis=1)
    if not limits.hold(left):
        within = np.maximum(0, limits.most + 2 * np.minimum(left, 0))
        allotment = np.zeros_like(allotment)
        if retries:
            less = Limits(limits.use, within)
            allotment, _ = by_integer_programming(gain, count, less, search, retries - 1)
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
