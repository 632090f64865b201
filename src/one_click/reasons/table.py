"""Contributions and leading reasons as a table: one row a customer."""

import numpy as np
import pandas as pd

from one_click.columns import FEATURES
from one_click.reasons.shapley import Explained


def leading_reasons(values: np.ndarray, names: list[str], count: int) -> pd.DataFrame:
    """Names of the features that raise the score most, `reason_1` first; missing where none does.

    Parameters
    ----------
    values
        Contributions, shape (n, features).
    """
    order = np.argsort(-values, axis=1, kind="stable")[:, :count]
    positive = np.take_along_axis(values, order, axis=1) > 0
    no_reason = np.array(None, dtype=object)
    reasons = np.where(positive, np.array(names, dtype=object)[order], no_reason)
    return pd.DataFrame(reasons, columns=[f"reason_{rank + 1}" for rank in range(count)])


def reasons_table(ids: pd.Series, explained: Explained, count: int) -> pd.DataFrame:
    """One row a customer: `base_value`, contributions, leading reasons."""
    table = pd.DataFrame(explained.values, columns=[f"contribution_{name}" for name in FEATURES])
    table.insert(0, "base_value", explained.base_value)
    reasons = leading_reasons(explained.values, list(FEATURES), count)
    return pd.concat([ids.reset_index(drop=True), table, reasons], axis="columns")
