"""How steady the leading reasons are."""

from typing import Any

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline

from one_click.columns import FEATURES
from one_click.reasons.shapley import evenly_by_score, prepared
from one_click.risk.origins import NEW
from one_click.running.parallel import side_by_side
from one_click.settings.reasons import Explain


def leading_columns(model: Pipeline, customers: pd.DataFrame, pairs: int, seed: int) -> np.ndarray:
    """Position of the column that raises each customer's score most; -1 where none does."""
    _, contributions = prepared(model, customers, pairs, seed)
    values = contributions.values
    return np.where(values.max(axis=1) > 0, values.argmax(axis=1), -1)


def agreement(leading: list[np.ndarray]) -> float:
    """Share of customers whose leading column two models name alike, mean over pairs of models."""
    count = len(leading)
    alike = [
        np.mean(leading[one] == leading[other])
        for one in range(count)
        for other in range(one + 1, count)
    ]
    return float(np.mean(alike))


def stability(
    learned: pd.DataFrame, risks: pd.DataFrame, models: dict[str, Pipeline], params: Explain
) -> dict[str, Any]:
    """How often two models, fitted on different rows, name the same leading reason.

    Parameters
    ----------
    learned
        Customers, of whom some are looked at, evenly by their score in `risks` (same index).
    """
    score = risks.loc[learned.index, "score"].to_numpy()
    sample = learned.iloc[evenly_by_score(score, min(params.stability_customers, len(learned)))]
    folds = [name for name in sorted(models) if name != NEW]
    features = sample[list(FEATURES)]
    leading = side_by_side(
        leading_columns,
        [(models[name], features, params.order_pairs, params.seed) for name in folds],
    )
    return {
        "customers": len(sample),
        "models": len(folds),
        "leading_reason_agrees": agreement(leading),
    }
