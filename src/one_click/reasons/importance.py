"""What the score leans on, by shuffled columns."""

from typing import Any

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from sklearn.metrics import roc_auc_score

from one_click.columns import FEATURES, TARGET
from one_click.customers.parts import is_learned
from one_click.reasons.shapley import Explained
from one_click.risk.model.scoring import scores
from one_click.risk.origins import NEW
from one_click.running.parallel import side_by_side
from one_click.settings.reasons import Explain
from one_click.statistics import corrected_interval


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
    rescored = scores(model, pd.concat(shuffled, ignore_index=True)).reshape(len(shuffled), -1)
    areas = np.array([roc_auc_score(declined, score) for score in rescored])
    return whole - areas.reshape(-1, shuffles).mean(axis=1)


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


def importance_by_shuffling(
    customers: pd.DataFrame, risks: pd.DataFrame, models: dict[str, Pipeline], params: Explain
) -> dict[str, dict[str, float]]:
    """Permutation importance of each feature, over the fold models, on rows they have not seen."""
    learned = is_learned(customers)
    folds = [name for name in sorted(models) if name != NEW]
    unseen = {name: customers[learned & (risks["origin"] == name)] for name in folds}
    terms = params.shuffles, params.seed
    tasks = [
        (models[name], rows[list(FEATURES)], rows[TARGET].to_numpy(), *terms)
        for name, rows in unseen.items()
    ]
    lost = side_by_side(auc_lost_by_shuffling, tasks)
    return permutation_importance(np.array(lost), list(FEATURES), params.confidence)


def mean_absolute(explained: Explained) -> dict[str, float]:
    """Mean absolute contribution of each feature."""
    return dict(zip(FEATURES, np.abs(explained.values).mean(axis=0), strict=True))


def importance_figures(
    customers: pd.DataFrame,
    risks: pd.DataFrame,
    models: dict[str, Pipeline],
    explained: Explained,
    settings: Explain,
) -> dict[str, Any]:
    """Permutation importance, and the columns on which contributions disagree with it."""
    importance = importance_by_shuffling(customers, risks, models, settings)
    return {
        "permutation_importance": importance,
        "disagreements": disagreements(mean_absolute(explained), importance),
    }
