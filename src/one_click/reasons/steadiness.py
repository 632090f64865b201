"""How steady reasons are: whether other models, fitted on other rows, name the same."""

from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import FEATURES, ID
from one_click.reasons.contributions import values_of
from one_click.reasons.table import named
from one_click.risk.origins import NEW


def steadiness(contributions: pd.DataFrame, at_risk: pd.Series) -> dict[str, Any]:
    """Of customers at risk, the share of whom two disjoint sets of models say the same.

    The sets are halves of the models that have not seen a customer, each of them averaged; the
    means over all ways to halve. What stands for a customer is the mean over both halves, so it is
    steadier than this says.

    Parameters
    ----------
    contributions
        A row a customer and model, see `reasons.contributions`.
    at_risk
        Ids of the customers that are looked at; new ones have no say.

    Returns
    -------
    figures
        `customers`, `models`; shares of the same leading `theme`, `column` (of all columns) and
        `column_in_theme`; None where there is nobody.
    """
    new = contributions.loc[contributions["model"] == NEW, ID]
    rows = contributions[contributions[ID].isin(at_risk) & ~contributions[ID].isin(new)]
    models = rows["model"].nunique()
    figures: dict[str, Any] = {"customers": rows[ID].nunique(), "models": models}
    if not len(rows):
        return figures | dict.fromkeys(("theme", "column", "column_in_theme"))
    values = values_of(rows.sort_values(["model", ID])).reshape(models, -1, len(FEATURES))
    alike = np.mean([_alike(*halves) for halves in _halved(values)], axis=0)
    return figures | dict(zip(("theme", "column", "column_in_theme"), alike.tolist(), strict=True))


def _halved(values: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Means over half of the models, and over the other half, whichever the halves are."""
    from itertools import combinations

    everyone = set(range(len(values)))
    others = combinations(range(1, len(values)), len(values) // 2 - 1)
    halves = [{0, *half} for half in others]  # the first model is in one of them
    return [
        (values[sorted(half)].mean(axis=0), values[sorted(everyone - half)].mean(axis=0))
        for half in halves
    ]


def _alike(one: np.ndarray, other: np.ndarray) -> tuple[float, float, float]:
    (themes, columns), (other_themes, other_columns) = named(one, 1), named(other, 1)
    return (
        float((themes == other_themes).mean()),
        float((one.argmax(axis=1) == other.argmax(axis=1)).mean()),
        float((columns == other_columns).mean()),
    )
