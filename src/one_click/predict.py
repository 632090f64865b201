"""A risk for every customer, none of it learned by heart.

Enters: the chosen pipeline (its parameters are used, not its fit) and all customers. Leaves:
`data/risks.parquet`; the fold models, so that reasons explain the very score that ranks a customer;
the model for new customers, fitted on all rows that are learned from, with its card.

A customer that a model has learned from is scored by the fold model that has not seen it, and
calibrated by the scores and outcomes of the other folds (whose models, as is usual in
cross-fitting, have learned from it). One repeat of folds calibrates here, where
`choose` has several and takes the mean: each more would cost its fold models again. A twin that
stands aside goes with the fold of its learned copy, so that its model has not seen the copy either.
Others aside are scored as new customers are.
"""

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from joblib import Parallel, cpu_count, delayed
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from one_click import files
from one_click.calibrate import calibrated
from one_click.card import model_card
from one_click.columns import FEATURES, ID, TARGET
from one_click.measures import figures
from one_click.models import NEW, fold_name, load_model, save_model
from one_click.params import Folds, load
from one_click.pipeline import PARALLEL, scores
from one_click.stage import run


def assigned_folds(customers: pd.DataFrame, folds: Folds) -> np.ndarray:
    """Fold of each customer: one that has not seen it, or -1 for the model on all rows."""
    learned = (customers["part"] != "aside").to_numpy()
    target = customers.loc[learned, TARGET].to_numpy()
    cv = StratifiedKFold(folds.splits, shuffle=True, random_state=folds.seed + 2)
    fold = np.full(len(customers), -1)
    positions = np.flatnonzero(learned)
    for number, (_, test) in enumerate(cv.split(target, target)):
        fold[positions[test]] = number
    of_copy = pd.Series(fold, index=customers[ID])
    twins = (customers["part"] == "aside") & customers["twin_of"].notna()
    fold[twins] = of_copy.reindex(customers.loc[twins, "twin_of"]).fillna(-1)
    return fold


def fitted_models(
    pipeline: Pipeline, customers: pd.DataFrame, fold: np.ndarray
) -> tuple[list[Pipeline], Pipeline]:
    """A clone fitted outside each fold, and one on all rows that are learned from."""
    learned = (customers["part"] != "aside").to_numpy()
    trained = [learned & (fold != number) for number in range(fold.max() + 1)] + [learned]
    features, target = customers[list(FEATURES)], customers[TARGET].to_numpy()
    with threadpool_limits(1):
        *fold_models, model = Parallel(n_jobs=cpu_count(), backend=PARALLEL)(
            delayed(clone(pipeline).fit)(features[rows], target[rows]) for rows in trained
        )
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
    learned = (customers["part"] != "aside").to_numpy()
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
        rows, known = fold == number, learned & (fold != number)
        if rows.any():
            risk[:, rows] = calibrated(calibration, score[known], target[known], score[rows])
    risks["score"] = score
    risks["risk"], risks["risk_low"], risks["risk_high"] = risk
    risks["origin"] = [NEW if number < 0 else fold_name(number) for number in fold]
    return risks


def main() -> None:
    params = load("folds")
    customers = pd.read_parquet(files.CUSTOMERS)
    choice = files.read_json(files.CHOICE)
    fold = assigned_folds(customers, params.folds)
    fold_models, model = fitted_models(load_model(files.CHOSEN), customers, fold)
    risks = risk_by_customer(customers, fold, fold_models, model, choice["calibration"])
    learned = (customers["part"] != "aside").to_numpy()
    known = pd.DataFrame(
        {"score": risks.loc[learned, "score"], "declined": customers.loc[learned, TARGET]}
    )
    save_model(files.FOLD_MODELS, fold_models)
    save_model(files.MODEL, model)
    files.write_parquet(files.CALIBRATION, known.sort_values(["score", "declined"]))
    files.write_json(files.MODEL_CARD, model_card(customers, choice), digits=None)
    files.write_parquet(files.RISKS, risks)
    out_of_fold = figures(
        known["declined"].to_numpy(),
        known["score"].to_numpy(),
        risks.loc[learned, "risk"].to_numpy(),
        choice["threshold"],
    )
    at_risk = int((risks["risk"] >= choice["threshold"]).sum())
    files.write_json(
        files.PREDICT_METRICS,
        {
            "out_of_fold": out_of_fold,
            "customers": len(risks),
            "at_risk": at_risk,
            "mean_risk": risks["risk"].mean(),
            "mean_interval_width": (risks["risk_high"] - risks["risk_low"]).mean(),
        },
    )


if __name__ == "__main__":
    run(main)
