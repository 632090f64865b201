"""Cuts of risk and of profit: exactly one segment a customer."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from one_click.columns import PROFIT, TARGET
from one_click.customers.parts import is_learned
from one_click.segments.expected_profit import expected_maximum_profit
from one_click.settings.segments import SEGMENTS, Segments


@dataclass(frozen=True)
class Cuts:
    """From which risk, and from which profit, a customer belongs to the higher side."""

    risk_cut: float
    profit_cut: float


def segment_by_customer(risk: ArrayLike, profit: ArrayLike, cuts: Cuts) -> np.ndarray:
    """Name of the segment; a value on a cut belongs to the higher side. All of shape (n,)."""
    at_risk = np.asarray(risk) >= cuts.risk_cut
    profitable = np.asarray(profit) >= cuts.profit_cut
    index = np.where(at_risk, np.where(profitable, 0, 1), np.where(profitable, 2, 3))
    return np.array(SEGMENTS, dtype=object)[index]


def cuts_of(
    customers: pd.DataFrame, threshold: float, settings: Segments
) -> tuple[Cuts, dict[str, Any]]:
    """The cuts by the rules of the settings, and what the rule of the risk says of its cut.

    Parameters
    ----------
    customers
        With `risk`, `part` and the target; outcomes are read by the rule `expected_profit` alone.
    threshold
        That `choose` set.
    """
    profit = customers[PROFIT]
    by_value = settings.profit_by == "value"
    profit_cut = settings.profit_cut if by_value else profit.quantile(settings.profit_cut)
    risk_cut, notes = _risk_cut_of(customers, threshold, settings)
    return Cuts(float(risk_cut), float(profit_cut)), notes


def _risk_cut_of(
    customers: pd.DataFrame, threshold: float, settings: Segments
) -> tuple[float, dict[str, Any]]:
    if settings.risk_by == "threshold":
        return threshold, {}
    if settings.risk_by == "expected_profit":
        rows = customers[is_learned(customers)]
        profit, share, cut = expected_maximum_profit(
            rows[TARGET].to_numpy(), rows["risk"].to_numpy(), settings.expected_profit
        )
        return min(cut, 1.0), {"expected_profit": {"a_customer": profit, "share": share}}
    assert settings.risk_cut is not None  # the settings' own check
    if settings.risk_by == "value":
        return settings.risk_cut, {}
    return float(customers["risk"].quantile(settings.risk_cut)), {}


def sensitivity(customers: pd.DataFrame, cuts: Cuts, moves: list[float]) -> pd.DataFrame:
    """How many customers change segment when a cut moves: a row a cut and move.

    The cut of risk moves by so much risk, that of profit by such a share of the customers.
    """
    risk, profit = customers["risk"].to_numpy(), customers[PROFIT].to_numpy()
    now = segment_by_customer(risk, profit, cuts)
    below = float(np.mean(profit < cuts.profit_cut))
    rows = []
    for move in moves:
        at = {
            "risk": float(np.clip(cuts.risk_cut + move, 0, 1)),
            "profit": float(np.quantile(profit, np.clip(below + move, 0, 1))),
        }
        for cut, value in at.items():
            then = segment_by_customer(risk, profit, replace(cuts, **{f"{cut}_cut": value}))
            count = int((then != now).sum())
            share = count / len(customers)
            rows.append({"cut": cut, "move": move, "at": value, "changed": count, "share": share})
    return pd.DataFrame(rows).sort_values(["cut", "move"], ascending=[False, True])
