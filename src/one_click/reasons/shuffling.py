"""What a model's score loses when a column's values change hands."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from one_click.reasons.many_scores import many_scores
from one_click.risk.model.scoring import scores

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline


def auc_lost_by_shuffling(
    model: "Pipeline", customers: pd.DataFrame, declined: np.ndarray, shuffles: int, seed: int
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
    from sklearn.metrics import roc_auc_score

    draws = np.random.default_rng(seed)
    whole = roc_auc_score(declined, scores(model, customers))
    shuffled = [
        customers.assign(**{name: customers[name].to_numpy()[draws.permutation(len(customers))]})
        for name in customers
        for _ in range(shuffles)
    ]
    rescored = many_scores(model, pd.concat(shuffled, ignore_index=True)).reshape(len(shuffled), -1)
    areas = np.array([roc_auc_score(declined, score) for score in rescored])
    return whole - areas.reshape(-1, shuffles).mean(axis=1)
