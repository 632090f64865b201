"""What the score leans on: by shuffled columns, and how steady the leading reasons are."""

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from sklearn.metrics import roc_auc_score

from one_click.measures import corrected_interval
from one_click.pipeline import scores
from one_click.shapley import prepared


def auc_lost_by_shuffling(
    model: Pipeline, customers: pd.DataFrame, declined: np.ndarray, shuffles: int, seed: int
) -> np.ndarray:
    """ROC-AUC that is lost when a column's values change hands, mean over shuffles.

    Source: Breiman (2001), "Random forests", on rows that the model has not seen.

    Parameters
    ----------
    customers
        Features, n rows.
    declined
        Shape (n,), both classes in it.

    Returns
    -------
    lost
        Shape (features,).
    """
    draws = np.random.default_rng(seed)
    whole = roc_auc_score(declined, scores(model, customers))
    shuffled = [
        customers.assign(**{name: customers[name].to_numpy()[draws.permutation(len(customers))]})
        for name in customers
        for _ in range(shuffles)
    ]
    found = scores(model, pd.concat(shuffled, ignore_index=True)).reshape(len(shuffled), -1)
    kept = np.array([roc_auc_score(declined, score) for score in found])
    return whole - kept.reshape(-1, shuffles).mean(axis=1)


def permutation_importance(
    lost: np.ndarray, names: list[str], confidence: float
) -> dict[str, dict[str, float]]:
    """Mean loss of each column over the fold models, with the corrected interval.

    Parameters
    ----------
    lost
        Shape (folds, features).
    """
    to_train = 1 / (len(lost) - 1)
    return {
        name: dict(
            zip(("mean", "low", "high"), corrected_interval(of, to_train, confidence), strict=True)
        )
        for name, of in zip(names, lost.T, strict=True)
    }


def disagreements(contribution: dict[str, float], importance: dict[str, dict]) -> list[dict]:
    """Columns whose ranks by the two differ by a third of the columns or more."""
    by_contribution = _ranks(contribution)
    by_shuffling = _ranks({name: found["mean"] for name, found in importance.items()})
    return [
        {
            "column": name,
            "by_contribution": by_contribution[name],
            "by_shuffling": by_shuffling[name],
        }
        for name in sorted(contribution, key=by_contribution.get)
        if abs(by_contribution[name] - by_shuffling[name]) >= len(contribution) / 3
    ]


def _ranks(values: dict[str, float]) -> dict[str, int]:
    ordered = sorted(values, key=lambda name: (-values[name], name))
    return {name: rank for rank, name in enumerate(ordered, 1)}


def leading_columns(
    model: Pipeline, customers: pd.DataFrame, pairs: int, seed: int
) -> tuple[np.ndarray, int]:
    """Position of the column that raises each customer's score most; -1 where none does.

    Returns
    -------
    leading, evaluations
    """
    _, found = prepared(model, customers, pairs, seed)
    leading = found.values.argmax(axis=1)
    return np.where(found.values.max(axis=1) > 0, leading, -1), found.evaluations


def agreement(leading: list[np.ndarray]) -> float:
    """Share of customers whose leading column two models name alike, mean over pairs of models."""
    count = len(leading)
    alike = [
        np.mean(leading[one] == leading[other])
        for one in range(count)
        for other in range(one + 1, count)
    ]
    return float(np.mean(alike))
