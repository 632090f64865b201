"""A risk for every customer, none of it learned by heart.

A customer that a model has learned from is scored, in each repeat of the folds, by the model that
has not seen it, and calibrated by the scores and outcomes of the other folds (whose models, as is
usual in cross-fitting, have learned from it). Score and risk are means over the repeats. A twin
that stands aside goes with the fold of its learned copy; others aside are scored as new customers
are: by the model on all rows, calibrated by each repeat.
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
from one_click.risk.origins import NEW, UNSEEN


def fitted(pipeline: Pipeline, customers: pd.DataFrame) -> Pipeline:
    """A clone of its own, fitted: on one core tasks share what they are given."""
    return clone(pipeline).fit(customers[list(FEATURES)], customers[TARGET].to_numpy())


def risk_by_customer(
    customers: pd.DataFrame, folds: np.ndarray, score: np.ndarray, calibration: str
) -> pd.DataFrame:
    """Calibrate each customer's scores without its own outcome; means over the repeats.

    Parameters
    ----------
    folds
        Fold of each customer in each repeat, shape (repeats, n); -1 for the model on all rows.
    score
        By a model that has not seen the customer, shape (repeats, n).

    Returns
    -------
    risks
        `customer_id`, `score`, `risk`, `risk_low`, `risk_high`, `origin`, and the score by a single
        model, `score_by_one`, as new customers have theirs; in the order given.
    """
    learned, target = is_learned(customers).to_numpy(), customers[TARGET].to_numpy()
    risk = np.empty((len(folds), 3, len(customers)))
    for repeat, (fold, own) in enumerate(zip(folds, score, strict=True)):
        for number in np.unique(fold):
            rows, others = fold == number, learned & (fold != number)
            risk[repeat][:, rows] = calibrated(calibration, own[others], target[others], own[rows])
    middle, low, high = risk.mean(axis=0)
    return pd.DataFrame(
        {
            ID: customers[ID],
            "score": score.mean(axis=0),
            "risk": middle,
            "risk_low": np.minimum(low, middle),  # a mean rounds
            "risk_high": np.maximum(high, middle),
            "origin": np.where(folds[0] < 0, NEW, UNSEEN),
            "score_by_one": score[0],
        }
    )


def known_scores(customers: pd.DataFrame, score: np.ndarray) -> pd.DataFrame:
    """`repeat`, `score`, `declined` of those who are learned from: what calibrates new ones.

    Parameters
    ----------
    score
        By the model of each repeat that has not seen the customer, shape (repeats, n).
    """
    rows = is_learned(customers).to_numpy()
    declined = customers.loc[rows, TARGET].to_numpy()
    return pd.concat(
        pd.DataFrame({"repeat": repeat, "score": own[rows], "declined": declined})
        for repeat, own in enumerate(score)
    ).sort_values(["repeat", "score", "declined"], ignore_index=True)


def prediction_figures(
    customers: pd.DataFrame, risks: pd.DataFrame, threshold: float
) -> dict[str, Any]:
    """Out-of-fold figures of those whose outcome is known, and counts of everybody."""
    rows = is_learned(customers)
    return {
        "out_of_fold": figures(
            customers.loc[rows, TARGET].to_numpy(),
            risks.loc[rows, "score"].to_numpy(),
            risks.loc[rows, "risk"].to_numpy(),
            threshold,
        ),
        "customers": len(risks),
        "at_risk": int((risks["risk"] >= threshold).sum()),
        "mean_risk": risks["risk"].mean(),
        "mean_interval_width": (risks["risk_high"] - risks["risk_low"]).mean(),
    }
