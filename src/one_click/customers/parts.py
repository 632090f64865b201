"""Which customers are learned from, tested on, stand aside, or are spare."""

import numpy as np
import pandas as pd

from one_click.columns import FEATURES, LEARNED, TARGET


def rows_of(customers: pd.DataFrame, part: str) -> pd.DataFrame:
    """The rows of a part: train, test, aside or spare."""
    return customers[customers["part"] == part]


def is_learned(customers: pd.DataFrame) -> pd.Series:
    """Whether a customer is learned from or tested on: neither aside, nor spare."""
    return customers["part"].isin(LEARNED)


def training_rows(customers: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Features and target of the training rows: shapes (n, features) and (n,)."""
    rows = rows_of(customers, "train")
    return rows[list(FEATURES)].reset_index(drop=True), rows[TARGET].to_numpy()
