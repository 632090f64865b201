"""What the score leans on, by contributions and by shuffled columns."""

from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import FEATURES
from one_click.reasons.contributions import values_of
from one_click.statistics import corrected_interval


def permutation_importance(
    lost: pd.DataFrame, splits: int, confidence: float
) -> dict[str, dict[str, float]]:
    """Mean loss of each column over the models, with the corrected interval.

    Parameters
    ----------
    lost
        A row a model, a column a feature.
    splits
        Folds of a repeat: a model is fitted on all but one of them.
    """
    to_train = 1 / (splits - 1)
    ends = ("mean", "low", "high")
    return {
        str(name): dict(
            zip(ends, corrected_interval(of.to_numpy(), to_train, confidence), strict=True)
        )
        for name, of in lost.items()
    }


def disagreements(contribution: dict[str, float], importance: dict[str, dict]) -> list[dict]:
    """Columns whose ranks by the two differ by a third of the columns or more."""
    by_contribution = _ranks(contribution)
    by_shuffling = _ranks({name: loss["mean"] for name, loss in importance.items()})
    return [
        {
            "column": name,
            "by_contribution": by_contribution[name],
            "by_shuffling": by_shuffling[name],
        }
        for name in sorted(contribution, key=lambda name: by_contribution[name])
        if abs(by_contribution[name] - by_shuffling[name]) >= len(contribution) / 3
    ]


def _ranks(values: dict[str, float]) -> dict[str, int]:
    ordered = sorted(values, key=lambda name: (-values[name], name))
    return {name: rank for rank, name in enumerate(ordered, 1)}


def mean_absolute(values: np.ndarray) -> dict[str, float]:
    """Mean absolute contribution of each feature; `values` is of shape (n, features)."""
    return dict(zip(FEATURES, np.abs(values).mean(axis=0), strict=True))


def importance_figures(
    reasons: pd.DataFrame, lost: pd.DataFrame, splits: int, confidence: float
) -> dict[str, Any]:
    """Permutation importance, and the columns on which contributions disagree with it.

    Parameters
    ----------
    reasons
        As `reasons.table.reasons_table` makes them.
    lost, splits
        See `permutation_importance`.
    """
    importance = permutation_importance(lost, splits, confidence)
    return {
        "permutation_importance": importance,
        "disagreements": disagreements(mean_absolute(values_of(reasons)), importance),
    }
