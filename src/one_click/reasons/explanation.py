"""Contributions of the raw columns to each customer's score.

Each customer is explained by the very model that its score comes from, in that score's own space,
against the customers that the same model scores; a new one against a sample of those that the final
model has learned from.
"""

from typing import Any

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline

from one_click.columns import FEATURES
from one_click.customers.parts import is_learned
from one_click.reasons.importance import mean_absolute
from one_click.reasons.shapley import Explained, evenly_by_score, prepared
from one_click.risk.model.scoring import scores
from one_click.risk.origins import NEW
from one_click.running.parallel import side_by_side
from one_click.settings.reasons import Explain


def reference_customers(learned: pd.DataFrame, model: Pipeline, count: int) -> pd.DataFrame:
    """Learned customers, evenly by the final model's score, that new ones are compared with."""
    score = scores(model, learned[list(FEATURES)])
    return learned.iloc[evenly_by_score(score, min(count, len(learned)))]


def _explained_by(
    model: Pipeline, reference: pd.DataFrame, others: pd.DataFrame, params: Explain
) -> tuple[Explained, Explained | None]:
    explainer, of_reference = prepared(model, reference, params.order_pairs, params.seed)
    return of_reference, explainer.explain(others) if len(others) else None


def explained_customers(
    customers: pd.DataFrame,
    risks: pd.DataFrame,
    models: dict[str, Pipeline],
    reference: pd.DataFrame,
    params: Explain,
) -> Explained:
    """Contributions of every customer by the model that its score comes from.

    Parameters
    ----------
    customers, risks
        The same customers in the same order; risks hold `origin`.
    models
        By origin.
    reference
        What customers of the final model are compared with; a fold's are compared with those
        of the fold that are learned from.
    """
    origin, learned = risks["origin"], is_learned(customers)
    names = sorted(origin.unique())
    features = list(FEATURES)
    tasks = {}
    for name in names:
        own = (origin == name) & learned & (name != NEW)
        others = (origin == name) & ~own
        compared = reference if name == NEW or not own.any() else customers[own]
        tasks[name] = own, others, compared[features], customers.loc[others, features]
    parts = side_by_side(
        _explained_by,
        [(models[name], compared, rows, params) for name, (_, _, compared, rows) in tasks.items()],
    )
    base = np.empty(len(customers))
    values, errors = (np.empty((len(customers), len(features))) for _ in range(2))
    evaluations = 0
    for (own, others, _, _), (of_reference, of_others) in zip(tasks.values(), parts, strict=True):
        for rows, explained in ((own, of_reference), (others, of_others)):
            if explained is None:  # there are no others
                continue
            if rows.any():
                base[rows] = explained.base_value
                values[rows], errors[rows] = explained.values, explained.error
            evaluations += explained.evaluations
    return Explained(values, errors, pd.Series(base, name="base_value"), evaluations)


def explanation_figures(reasons: pd.DataFrame, explained: Explained) -> dict[str, Any]:
    """The leading reasons, and how exact the sampled contributions are.

    Parameters
    ----------
    reasons
        As `reasons.table.reasons_table` makes them.
    """
    leading = explained.values.argmax(axis=1)[:, None]
    return {
        "mean_absolute_contribution": mean_absolute(explained),
        "leading_reason": reasons["reason_1"].value_counts().to_dict(),
        "sampling": {
            "evaluations": explained.evaluations,
            "leading_contribution": np.take_along_axis(explained.values, leading, axis=1).mean(),
            "standard_error": np.take_along_axis(explained.error, leading, axis=1).mean(),
        },
    }
