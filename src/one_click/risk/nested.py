"""The honest measure: the whole procedure inside every outer fold.

Nested cross-validation: tuning, choice and calibration see the training rows of a fold alone; its
test rows are scored once.
"""

import time

import numpy as np
import pandas as pd

from one_click.columns import FEATURES, ID, TARGET
from one_click.risk.judging.calibration import calibrated_by_repeats
from one_click.risk.judging.choice import chosen_model
from one_click.risk.judging.measures import LOSSES, RANKING, expected_calibration_error
from one_click.risk.model.scoring import scores
from one_click.risk.tuning.tuned import candidate_search, tuned
from one_click.settings.risk import Procedure
from one_click.statistics import corrected_interval

CONFIDENCE = 0.95


def predictions(
    params: Procedure,
    features: pd.DataFrame,
    target: np.ndarray,
    train: np.ndarray,
    test: np.ndarray,
) -> pd.DataFrame:
    """Run the procedure on training rows and score the test rows.

    Returns
    -------
    predictions
        `score`, `risk`, `risk_low`, `risk_high` of each test row.
    """
    training, outcome = features.iloc[train].reset_index(drop=True), target[train]
    models = {
        name: tuned(candidate_search(params, name), training, outcome, name)[0]
        for name in params.candidates
    }
    winner = chosen_model(models, training, outcome, params)
    model = winner.model
    if winner.name in params.ensembles:
        model = model.fit(training, outcome)
    score = scores(model, features.iloc[test])
    risk, low, high = calibrated_by_repeats(params.choice.calibration, winner.out_of_fold, score)
    table = pd.DataFrame({"score": score, "risk": risk, "risk_low": low, "risk_high": high})
    table.attrs["chosen"] = winner.name
    return table


def measured(results: pd.DataFrame) -> pd.DataFrame:
    """Each metric's mean over folds, spread and corrected interval; the ECE is pooled by repeat.

    Parameters
    ----------
    results
        As in the output file; folds of a repeat divide the customers among them.

    Returns
    -------
    table
        A row a metric: `mean`, `spread` (standard deviation over folds; of the ECE over repeats),
        `low`, `high` (NaN for the ECE, whose repeats are no independent draws).
    """
    by_fold = pd.DataFrame(
        [fold_metrics(fold) for _, fold in results.groupby(["repeat", "fold"], sort=True)]
    )
    sizes = results.groupby(["repeat", "fold"]).size()
    share = float((sizes / results.groupby("repeat").size()).mean())
    rows = {}
    for name, values in by_fold.items():
        mean, low, high = corrected_interval(values.to_numpy(), share / (1 - share), CONFIDENCE)
        rows[name] = {"mean": mean, "spread": values.std(ddof=1), "low": low, "high": high}
    pooled = [
        expected_calibration_error(repeat["declined"].to_numpy(), repeat["risk"].to_numpy())
        for _, repeat in results.groupby("repeat")
    ]
    spread = np.std(pooled, ddof=1) if len(pooled) > 1 else np.nan
    rows["ece"] = {"mean": np.mean(pooled), "spread": spread, "low": np.nan, "high": np.nan}
    return pd.DataFrame(rows).T


def fold_metrics(fold: pd.DataFrame) -> dict[str, float]:
    """Ranking metrics of the score and losses of the risk of one fold's test rows."""
    declined = fold["declined"].to_numpy()
    figures = {name: metric(declined, fold["score"]) for name, metric in RANKING.items()}
    return figures | {name: loss(declined, fold["risk"]) for name, loss in LOSSES.items()}


def fold_job(
    params: Procedure, customers: pd.DataFrame, folds: pd.DataFrame, key: tuple[int, int]
) -> tuple[pd.DataFrame, int, int, float, str]:
    """One fold of the procedure: its rows, repeat, fold, seconds, the chosen candidate."""
    repeat, fold = key
    start = time.perf_counter()
    test = np.flatnonzero(folds[repeat] == fold)
    train = np.flatnonzero(folds[repeat] != fold)
    target = customers[TARGET].to_numpy()
    rows = predictions(params, customers[list(FEATURES)], target, train, test)
    candidate = rows.attrs.pop("chosen")
    rows.insert(0, "declined", target[test])
    rows.insert(0, "fold", fold)
    rows.insert(0, "repeat", repeat)
    rows.insert(0, ID, customers[ID].to_numpy()[test])
    return rows, repeat, fold, time.perf_counter() - start, candidate
