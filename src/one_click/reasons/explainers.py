"""Explainers as a table, to be put together again where new customers come."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from one_click.columns import FEATURES
from one_click.reasons.shapley import Explainer

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline

RANKS = [f"rank_{name}" for name in FEATURES]
CENTRES = [f"centre_{name}" for name in FEATURES]


def explainers_table(explainers: dict[str, Explainer]) -> pd.DataFrame:
    """What explainers know but for their models: a row an explainer and pair of orders.

    `model`, `base_value`; the background customer's features; `rank_` of each feature in the order;
    `centre_` of each.
    """
    tables = []
    for name, explainer in explainers.items():
        ranks = pd.DataFrame(np.argsort(explainer.orders, axis=1), columns=RANKS)
        centre = pd.DataFrame(explainer.centre, columns=CENTRES)
        background = explainer.background.reset_index(drop=True)
        table = pd.concat([background, ranks, centre], axis="columns")
        table.insert(0, "base_value", explainer.base_value)
        table.insert(0, "model", name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def explainers_of(table: pd.DataFrame, models: dict[str, "Pipeline"]) -> dict[str, Explainer]:
    """Explainers of models by name, put together again."""
    return {
        name: Explainer(
            models[str(name)],
            rows[list(FEATURES)],
            list(np.argsort(rows[RANKS].to_numpy(), axis=1)),
            rows[CENTRES].to_numpy(),
            rows["base_value"].iloc[0],
        )
        for name, rows in table.groupby("model", sort=False)
    }
