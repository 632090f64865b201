"""The raw score of a fitted model."""

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline


def scores(fitted: Pipeline, customers: pd.DataFrame) -> np.ndarray:
    """Raw score of each customer, shape (n,): a higher one ranks as a likelier decline.

    The decision function where the model has one, else the probability of decline.
    """
    if hasattr(fitted, "decision_function"):
        return fitted.decision_function(customers)
    return fitted.predict_proba(customers)[:, 1]
