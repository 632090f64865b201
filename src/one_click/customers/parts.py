"""Which customers are learned from, tested on, or stand aside."""

import numpy as np
import pandas as pd

from one_click.columns import FEATURES, TARGET


def rows_of(customers: pd.DataFrame, part: str) -> pd.DataFrame:
    """The rows of a part: train, test or aside."""
    return customers[customers["part"] == part]


def is_learned(customers: pd.DataFrame) -> pd.Series:
    """Whether a customer is learned from or tested on, and does not stand aside."""
    return customers["part"] != "aside"


def training_rows(customers: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Features and target of the training rows: shapes (n, features) and (n,)."""
    rows = rows_of(customers, "train")
    return rows[list(FEATURES)].reset_index(drop=True), rows[TARGET].to_numpy()
