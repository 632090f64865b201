"""The raw score of a fitted model."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline


def scores(estimator: "Pipeline", customers: pd.DataFrame) -> np.ndarray:
    """Raw score of each customer, shape (n,): a higher one ranks as a likelier decline.

    The decision function where the model has one, else the probability of decline.
    """
    if hasattr(estimator, "decision_function"):
        return estimator.decision_function(customers)
    return estimator.predict_proba(customers)[:, 1]
