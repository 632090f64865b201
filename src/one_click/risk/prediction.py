"""A risk for every customer, none of it learned by heart.

A customer that a model has learned from is scored by the fold model that has not seen it, and
calibrated by the scores and outcomes of the other folds (whose models, as is usual in
cross-fitting, have learned from it). One repeat of folds calibrates here, where `choose` has
several and takes the mean: each more would cost its fold models again. A twin that stands aside
goes with the fold of its learned copy; others aside are scored as new customers are.
"""

from typing import Any

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from sklearn.base import clone

from one_click.columns import FEATURES, ID, TARGET
from one_click.customers.parts import is_learned
from one_click.risk.judging.calibration import calibrated
from one_click.risk.judging.measures import figures
from one_click.risk.model.convergence import convergence_counted
from one_click.risk.model.scoring import scores
from one_click.risk.origins import NEW, fold_name
from one_click.running.parallel import side_by_side


def _fitted(pipeline: Pipeline, features: pd.DataFrame, target: np.ndarray) -> Pipeline:
    """A clone of its own: on one core the tasks share what they are given."""
    return clone(pipeline).fit(features, target)


def fitted_models(
    pipeline: Pipeline, customers: pd.DataFrame, fold: np.ndarray
) -> tuple[list[Pipeline], Pipeline]:
    """A clone fitted outside each fold, and one on all rows that are learned from."""
    learned = is_learned(customers).to_numpy()
    masks = [learned & (fold != number) for number in range(fold.max() + 1)] + [learned]
    features, target = customers[list(FEATURES)], customers[TARGET].to_numpy()
    tasks = [(pipeline, features[rows], target[rows]) for rows in masks]
    with convergence_counted("prediction"):
        *fold_models, model = side_by_side(_fitted, tasks)
    return fold_models, model


def risk_by_customer(
    customers: pd.DataFrame,
    fold: np.ndarray,
    fold_models: list[Pipeline],
    model: Pipeline,
    calibration: str,
) -> pd.DataFrame:
    """Score each customer by a model that has not seen it; calibrate without its own outcome.

    Returns
    -------
    risks
        `customer_id`, `score`, `risk`, `risk_low`, `risk_high`, `origin`, in the order given.
    """
    learned = is_learned(customers).to_numpy()
    features, target = customers[list(FEATURES)], customers[TARGET].to_numpy()
    risks = customers[[ID]].copy()
    score = np.empty(len(customers))
    for number in range(-1, len(fold_models)):
        rows = fold == number
        if rows.any():
            scorer = model if number < 0 else fold_models[number]
            score[rows] = scores(scorer, features[rows])
    risk = np.empty((3, len(customers)))
    for number in range(-1, len(fold_models)):
        rows, others = fold == number, learned & (fold != number)
        if rows.any():
            risk[:, rows] = calibrated(calibration, score[others], target[others], score[rows])
    risks["score"] = score
    risks["risk"], risks["risk_low"], risks["risk_high"] = risk
    risks["origin"] = [NEW if number < 0 else fold_name(number) for number in fold]
    return risks


def known_scores(customers: pd.DataFrame, risks: pd.DataFrame) -> pd.DataFrame:
    """`score` and `declined` of those who are learned from or tested: what calibrates new ones."""
    rows = is_learned(customers)
    return pd.DataFrame(
        {"score": risks.loc[rows, "score"], "declined": customers.loc[rows, TARGET]}
    )


def prediction_figures(
    customers: pd.DataFrame, risks: pd.DataFrame, threshold: float
) -> dict[str, Any]:
    """Out-of-fold figures of those whose outcome is known, and counts of everybody."""
    outcomes = known_scores(customers, risks)
    risk = risks.loc[is_learned(customers), "risk"].to_numpy()
    return {
        "out_of_fold": figures(
            outcomes["declined"].to_numpy(), outcomes["score"].to_numpy(), risk, threshold
        ),
        "customers": len(risks),
        "at_risk": int((risks["risk"] >= threshold).sum()),
        "mean_risk": risks["risk"].mean(),
        "mean_interval_width": (risks["risk_high"] - risks["risk_low"]).mean(),
    }
