"""Contributions, as a table, a row a customer and model, and as shap's Explanation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from one_click.columns import FEATURES, ID
from one_click.risk.origins import NEW

if TYPE_CHECKING:
    from shap import Explanation

VALUES = [f"contribution_{name}" for name in FEATURES]


@dataclass(frozen=True)
class Contributions:
    """Of n customers: means over pairs less the centre, with standard errors, (n, features).

    Values add up to the score less `base_values`, (n,): the mean score of the reference.
    """

    values: np.ndarray
    base_values: np.ndarray
    error_std: np.ndarray


def contributions_table(ids: pd.Series, model: str, contributions: Contributions) -> pd.DataFrame:
    """`customer_id`, `model`, `base_value` and a contribution a feature; a row a customer."""
    table = pd.DataFrame(contributions.values, columns=VALUES)
    table.insert(0, "base_value", contributions.base_values)
    table.insert(0, "model", model)
    table.insert(0, ID, ids.to_numpy())
    return table


def standing(contributions: pd.DataFrame) -> pd.DataFrame:
    """The contributions that stand for a customer: those to its score.

    Of a new customer those by the model for new ones; of any other, means over the models that have
    not seen it. A row a customer, in the order of ids.
    """
    by_new = contributions["model"] == NEW
    is_new = contributions[ID].isin(contributions.loc[by_new, ID])
    rows = contributions[by_new | ~is_new]
    return rows.groupby(ID)[["base_value", *VALUES]].mean().reset_index()


def explanation_of(contributions: pd.DataFrame, data: pd.DataFrame) -> "Explanation":
    """Standing contributions as shap's plots take them.

    Parameters
    ----------
    contributions, data
        The same customers in the same order; columns of `data` are in the order of the features.
    """
    from shap import Explanation

    return Explanation(
        values=contributions[VALUES].to_numpy(),
        base_values=contributions["base_value"].to_numpy(),
        data=data.to_numpy(),
        feature_names=list(data),
    )


def values_of(contributions: pd.DataFrame) -> np.ndarray:
    """Contributions, shape (n, features)."""
    return contributions[VALUES].to_numpy()
