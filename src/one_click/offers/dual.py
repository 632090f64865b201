"""Prices of the limits: the Lagrangian dual, by cutting planes."""

from collections.abc import Callable

import numpy as np

MOST_CUTS = 100  # a search: no clock, so no luck


class Dual:
    """The Lagrangian dual: offers cost, beside their cost, a price for each limit they take from.

    With prices p the relaxed plan takes each customer's offer of the largest net gain less its
    price; what it brings plus p x limits bounds every plan (Fisher 1981, "The Lagrangian relaxation
    method for solving integer programming problems"). The lowest bound is sought by cutting planes
    (Kelley 1960) halfway to the best prices so far (Ben-Ameur and Neto 2007, "in-out"). A cut holds
    for any limits, so that it serves the next budget too.

    Parameters
    ----------
    relaxed
        Of prices, shape (limits,): what the relaxed plan brings less them, and how many get each
        offer, shape (offers,).
    use
        What an offer takes of each limit, shape (limits, offers).
    best
        The largest net gain of each offer, shape (offers,).
    """

    def __init__(
        self,
        relaxed: Callable[[np.ndarray], tuple[float, np.ndarray]],
        use: np.ndarray,
        best: np.ndarray,
    ) -> None:
        self.relaxed, self.use = relaxed, use
        per_unit = np.divide(best, use, out=np.zeros(use.shape), where=use > 0)
        self.dearest = per_unit.max(axis=1)  # above it nobody would take from the limit
        self.at, self.value = np.empty((0, len(use))), np.empty(0)
        self.usage = np.empty((0, len(use)))

    def _try(self, prices: np.ndarray) -> None:
        value, counts = self.relaxed(prices)
        self.at, self.value = np.vstack([self.at, prices]), np.append(self.value, value)
        self.usage = np.vstack([self.usage, self.use @ counts])

    def prices(self, most: np.ndarray, gap: float) -> np.ndarray:
        """Prices whose bound is within `gap` of the lowest, a share of it; 0 for a limit of inf."""
        free = ~np.isfinite(most) | (self.dearest == 0)
        finite = np.where(free, 0.0, most)
        if not len(self.at):
            self._try(np.zeros(len(most)))
        distance = np.inf
        for _ in range(MOST_CUTS):
            # Prices of what is no limit are 0 in the bound, so other prices are no candidates.
            bounds = np.where(self.at[:, free].any(axis=1), np.inf, self.value + self.at @ finite)
            best = int(np.argmin(bounds))
            if distance <= gap * bounds[best] or bounds[best] <= 0:
                break
            towards, distance = self._model(best, bounds[best], distance, finite, free)
            if distance <= gap * bounds[best]:
                break
            self._try(self.at[best] + towards / 2)
        return self.at[best]

    def _model(
        self, best: int, lowest: float, distance: float, most: np.ndarray, free: np.ndarray
    ) -> tuple[np.ndarray, float]:
        """From the best prices to those where the cuts are lowest, and by how much they are lower.

        The solver's tolerance is absolute: what it sees is measured by the last such distance, so
        that it tells apart what differs by less and less.
        """
        from scipy.optimize import linprog

        scale = min(distance, lowest)
        unit = np.where(free, 1.0, self.dearest) * np.sqrt(scale / lowest)
        centre, slope = self.at[best], most - self.usage
        above = self.value + (self.usage * self.at).sum(axis=1) + slope @ centre - lowest
        top = np.where(free, 0.0, self.dearest)
        solution = linprog(
            np.append(np.zeros(len(most)), 1.0),
            A_ub=np.column_stack([slope * unit / scale, -np.ones(len(slope))]),
            b_ub=-above / scale,
            bounds=[*zip(-centre / unit, (top - centre) / unit, strict=True), (None, 0)],
            method="highs",
            options={"presolve": False},
        )
        if solution.x is None:  # beyond what the solver can tell apart
            return np.zeros(len(most)), 0.0
        return solution.x[:-1] * unit, -scale * solution.fun
