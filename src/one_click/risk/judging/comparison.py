"""Candidates and ensembles of them over the same folds."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone

from one_click.folds import Positions
from one_click.risk.judging.calibration import calibrated
from one_click.risk.judging.measures import LOSSES, RANKING
from one_click.risk.model.convergence import convergence_counted
from one_click.risk.model.scoring import scores
from one_click.risk.model.specs import build_fixed, check_kind, fit_problem
from one_click.running.errors import InputError
from one_click.running.parallel import side_by_side
from one_click.running.progress import bar
from one_click.settings.risk import Choice


def combined(specs: dict, models: dict[str, BaseEstimator]) -> dict[str, BaseEstimator]:
    """The ensembles of the config, made of tuned candidates; none of them fitted."""
    ensembles = {}
    for name, spec in specs.items():
        members = spec["_members_"]
        more = {"estimators": [(member, clone(models[member])) for member in members]}
        if isinstance(members, dict):
            more["weights"] = list(members.values())
        ensembles[name] = build_fixed(spec, f"ensembles.{name}", **more)
        check_kind(ensembles[name], "classifier", f"ensembles.{name}")
    return ensembles


def out_of_fold_scores(
    models: dict[str, BaseEstimator], features: pd.DataFrame, target: np.ndarray, folds: Positions
) -> dict[str, list[np.ndarray]]:
    """Scores of each fold's test rows, by candidate, from a clone fitted on its training rows."""
    jobs = [(name, train, test) for name in models for train, test in folds]
    unfitted = {name: clone(model) for name, model in models.items()}  # less to send
    tasks = [(name, unfitted[name], features, target, train, test) for name, train, test in jobs]
    with convergence_counted("comparison"):
        fold_scores = side_by_side(_fold_scores, bar("comparison", tasks, unit="fits"))
    by_candidate: dict[str, list[np.ndarray]] = {name: [] for name in models}
    for (name, _, _), score in zip(jobs, fold_scores, strict=True):
        by_candidate[name].append(score)
    return by_candidate


def _fold_scores(
    name: str,
    model: BaseEstimator,
    features: pd.DataFrame,
    target: np.ndarray,
    train: np.ndarray,
    test: np.ndarray,
) -> np.ndarray:
    try:
        estimator = clone(model).fit(features.iloc[train], target[train])
        return scores(estimator, features.iloc[test])
    except Exception as error:
        problem = fit_problem(error)
        if problem is None:
            raise
        raise InputError(f"{name}: {problem}: correct conf/ or `set`") from None


def scores_of_all(
    models: dict[str, BaseEstimator],
    ensembles: dict[str, BaseEstimator],
    features: pd.DataFrame,
    target: np.ndarray,
    folds: Positions,
) -> dict[str, list[np.ndarray]]:
    """Out-of-fold scores of candidates and ensembles; no member is fitted twice where it can be.

    An ensemble with `from_scores` is made of its members' scores; another is fitted.
    """
    pooled = {name: one for name, one in ensembles.items() if hasattr(one, "from_scores")}
    others = {name: one for name, one in ensembles.items() if name not in pooled}
    by_name = out_of_fold_scores(models | others, features, target, folds)
    for name, pool in pooled.items():
        members = [by_name[member] for member, _ in pool.estimators]
        by_name[name] = [
            pool.from_scores(list(by_member)) for by_member in zip(*members, strict=True)
        ]
    return {name: by_name[name] for name in [*models, *ensembles]}


def cross_fitted_risks(
    method: str, fold_scores: list[np.ndarray], target: np.ndarray, folds: Positions, splits: int
) -> list[np.ndarray]:
    """Risk of each fold's test rows, calibrated by the other folds of its repeat."""
    risks = []
    for fold, score in enumerate(fold_scores):
        first = fold - fold % splits
        others = [other for other in range(first, first + splits) if other != fold]
        other_scores = np.concatenate([fold_scores[other] for other in others])
        declined = np.concatenate([target[folds[other][1]] for other in others])
        risks.append(calibrated(method, other_scores, declined, score)[0])
    return risks


def metric_by_fold(
    choice: Choice,
    scores_by_name: dict[str, list[np.ndarray]],
    target: np.ndarray,
    folds: Positions,
    splits: int,
) -> pd.DataFrame:
    """The metric of the choice by fold (rows) and candidate (columns)."""
    by_candidate = {}
    for name, fold_scores in scores_by_name.items():
        if choice.metric in RANKING:
            metric, values = RANKING[choice.metric], fold_scores
        else:
            metric = LOSSES[choice.metric]
            values = cross_fitted_risks(choice.calibration, fold_scores, target, folds, splits)
        by_candidate[name] = [
            metric(target[test], value) for (_, test), value in zip(folds, values, strict=True)
        ]
    return pd.DataFrame(by_candidate)
