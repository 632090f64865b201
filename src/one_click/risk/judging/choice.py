"""One candidate kept: compared over the same folds, calibrated, given a threshold."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from one_click.folds import comparison_folds
from one_click.risk.judging.comparison import (
    combined,
    cross_fitted_risks,
    metric_by_fold,
    scores_of_all,
)
from one_click.risk.judging.measures import best_threshold
from one_click.risk.judging.ranking import compared
from one_click.settings.risk import Choice, Choosing


@dataclass
class Chosen:
    """What `chosen_model` keeps, and why.

    `model` is not fitted on all rows where it is an ensemble. `out_of_fold` has a row a customer
    and repeat: `row`, `repeat`, `fold`, `declined`, `score`. `comparison` has a row a candidate.
    """

    name: str
    model: BaseEstimator
    threshold: float
    out_of_fold: pd.DataFrame
    comparison: pd.DataFrame


def chosen_model(
    models: dict[str, BaseEstimator],
    features: pd.DataFrame,
    target: np.ndarray,
    params: Choosing,
) -> Chosen:
    """Compare tuned candidates and the ensembles of them on training rows; keep one.

    Parameters
    ----------
    models
        Tuned pipelines by candidate.
    params
        Sections `folds`, `candidates`, `ensembles`, `choice` of the config.
    """
    ensembles = combined(params.ensembles, models)
    folds, splits = comparison_folds(params.folds, target), params.folds.splits
    scores = scores_of_all(models, ensembles, features, target, folds)
    by_fold = metric_by_fold(params.choice, scores, target, folds, splits)
    specs = params.candidates | params.ensembles
    complexity = {name: specs[name]["_complexity_"] for name in scores}
    ratio = len(folds[0][1]) / len(folds[0][0])
    name, comparison = compared(by_fold, complexity, ratio, params.choice, params.ensembles)

    first = folds[:splits]
    risks = cross_fitted_risks(
        params.choice.calibration, scores[name][:splits], target, first, splits
    )
    declined = np.concatenate([target[test] for _, test in first])
    threshold = best_threshold(declined, np.concatenate(risks), params.choice.threshold)
    out_of_fold = pd.concat(
        pd.DataFrame({"row": test, "repeat": fold // splits, "fold": fold}).assign(
            declined=target[test], score=score
        )
        for fold, ((_, test), score) in enumerate(zip(folds, scores[name], strict=True))
    )
    return Chosen(name, (models | ensembles)[name], threshold, out_of_fold, comparison)


def choice_of(winner: Chosen, choice: Choice) -> dict[str, Any]:
    """What later stages need to know of the choice."""
    return {
        "candidate": winner.name,
        "calibration": choice.calibration,
        "threshold": winner.threshold,
        "threshold_rule": choice.threshold,
    }


def choice_figures(winner: Chosen, choice: Choice) -> dict[str, Any]:
    """The comparison by candidate, and which of them is kept."""
    rows = winner.comparison.set_index("candidate").to_dict("index")
    return {"chosen": winner.name, "metric": choice.metric, "candidates": rows}


def chosen_figures(winner: Chosen, choice: Choice) -> dict[str, Any]:
    """The candidate that is kept, and its cross-validated value of the metric of the choice."""
    value = winner.comparison.set_index("candidate").at[winner.name, "value"]
    return {"candidate": winner.name, "cv": {"metric": choice.metric, "value": value}}
