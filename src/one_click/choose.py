"""One candidate kept: compared over the same folds, calibrated, given a threshold.

Enters: the tuned pipelines and the training rows. Leaves: the chosen pipeline, fitted on all
training rows; its out-of-fold scores, which calibrate it; the choice; the comparison.

An ensemble is put together from tuned candidates and compared like any of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd
from joblib import Parallel, cpu_count, delayed
from sklearn.base import BaseEstimator, clone
from sklearn.model_selection import RepeatedStratifiedKFold
from threadpoolctl import threadpool_limits

from one_click import files
from one_click.calibrate import calibrated
from one_click.columns import ID
from one_click.measures import LOSSES, RANKING, best_threshold, corrected_interval
from one_click.models import load_model, save_model
from one_click.params import Choice, Folds, load
from one_click.pipeline import PARALLEL, build_fixed, fit_problem, scores, training_rows
from one_click.stage import InputError, run

Positions = list[tuple[np.ndarray, np.ndarray]]


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


def comparison_folds(folds: Folds, target: np.ndarray) -> Positions:
    """Training and test positions of `splits` x `repeats` folds, not those of the search."""
    cv = RepeatedStratifiedKFold(
        n_splits=folds.splits, n_repeats=folds.repeats, random_state=folds.seed + 1
    )
    return list(cv.split(np.zeros(len(target)), target))


def combined(specs: dict, models: dict[str, BaseEstimator]) -> dict[str, BaseEstimator]:
    """The ensembles of the config, made of tuned candidates; none of them fitted."""
    made = {}
    for name, spec in specs.items():
        members = spec["_members_"]
        more = {"estimators": [(member, clone(models[member])) for member in members]}
        if isinstance(members, dict):
            more["weights"] = list(members.values())
        made[name] = build_fixed(spec, f"ensembles.{name}", **more)
    return made


def out_of_fold_scores(
    models: dict[str, BaseEstimator], features: pd.DataFrame, target: np.ndarray, folds: Positions
) -> dict[str, list[np.ndarray]]:
    """Scores of each fold's test rows, by candidate, from a clone fitted on its training rows."""
    jobs = [(name, train, test) for name in models for train, test in folds]
    with threadpool_limits(1):
        done = Parallel(n_jobs=cpu_count(), backend=PARALLEL)(
            delayed(_fold_scores)(name, models[name], features, target, train, test)
            for name, train, test in jobs
        )
    found: dict[str, list[np.ndarray]] = {name: [] for name in models}
    for (name, _, _), result in zip(jobs, done, strict=True):
        found[name].append(result)
    return found


def _fold_scores(
    name: str,
    model: BaseEstimator,
    features: pd.DataFrame,
    target: np.ndarray,
    train: np.ndarray,
    test: np.ndarray,
) -> np.ndarray:
    try:
        fitted = clone(model).fit(features.iloc[train], target[train])
        return scores(fitted, features.iloc[test])
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
    pooled = {name: made for name, made in ensembles.items() if hasattr(made, "from_scores")}
    fitted = {name: made for name, made in ensembles.items() if name not in pooled}
    found = out_of_fold_scores(models | fitted, features, target, folds)
    for name, made in pooled.items():
        members = [found[member] for member, _ in made.estimators]
        found[name] = [
            made.from_scores(list(by_member)) for by_member in zip(*members, strict=True)
        ]
    return {name: found[name] for name in [*models, *ensembles]}


def cross_fitted_risks(
    method: str, scored: list[np.ndarray], target: np.ndarray, folds: Positions, splits: int
) -> list[np.ndarray]:
    """Risk of each fold's test rows, calibrated by the other folds of its repeat."""
    risks = []
    for fold, score in enumerate(scored):
        first = fold - fold % splits
        others = [other for other in range(first, first + splits) if other != fold]
        known = np.concatenate([scored[other] for other in others])
        declined = np.concatenate([target[folds[other][1]] for other in others])
        risks.append(calibrated(method, known, declined, score)[0])
    return risks


def metric_by_fold(
    choice: Choice,
    found: dict[str, list[np.ndarray]],
    target: np.ndarray,
    folds: Positions,
    splits: int,
) -> pd.DataFrame:
    """The metric of the choice by fold (rows) and candidate (columns)."""
    by_candidate = {}
    for name, scored in found.items():
        if choice.metric in RANKING:
            metric, values = RANKING[choice.metric], scored
        else:
            metric = LOSSES[choice.metric]
            values = cross_fitted_risks(choice.calibration, scored, target, folds, splits)
        by_candidate[name] = [
            metric(target[test], value) for (_, test), value in zip(folds, values, strict=True)
        ]
    return pd.DataFrame(by_candidate)


def compared(
    by_fold: pd.DataFrame,
    complexity: dict[str, int],
    ratio: float,
    choice: Choice,
    ensembles: Collection[str] = (),
) -> tuple[str, pd.DataFrame]:
    """Compare candidates pair by pair with the best one, and choose by the rule.

    Parameters
    ----------
    by_fold
        Metric by fold (rows) and candidate (columns).
    complexity
        Rank by candidate; a lower one is simpler.
    ratio
        Rows of a fold's test part over those of its training part.
    choice
        `best` keeps the best mean, of equal ones the simplest. `simplest_indistinguishable`
        keeps the simplest among those whose corrected interval of the difference from the best
        holds zero and whose mean is at most `margin` behind it. `ensemble_unless_worse` keeps the
        best ensemble whose interval holds zero, and the best where there is none: of models that
        cannot be told apart, the one that happens to lead is picked by noise, their mean is not.
    ensembles
        Names of the candidates that are ensembles.

    Returns
    -------
    chosen, comparison
        A name; one row a candidate, best first: `value` of the metric, `behind_best` (0 or more,
        for losses too), both with their corrected intervals.
    """
    sign = -1 if choice.metric in LOSSES else 1
    means = sign * by_fold.mean()
    best = min(by_fold, key=lambda name: (-means[name], complexity[name]))
    rows = []
    for name in by_fold:
        mean, low, high = corrected_interval(by_fold[name], ratio, choice.confidence)
        behind, least, most = corrected_interval(
            sign * (by_fold[best] - by_fold[name]), ratio, choice.confidence
        )
        rows.append(
            {
                "candidate": name,
                "value": mean,
                "value_low": low,
                "value_high": high,
                "behind_best": behind,
                "behind_best_low": least,
                "behind_best_high": most,
                "indistinguishable": bool(least <= 0 <= most),
                "complexity": complexity[name],
            }
        )
    table = pd.DataFrame(rows).sort_values(["behind_best", "complexity"], kind="stable")
    table = table.reset_index(drop=True)
    near = table[table["indistinguishable"]]
    if choice.rule == "simplest_indistinguishable":
        near = near[near["behind_best"] <= choice.margin]
        return near.sort_values("complexity", kind="stable")["candidate"].iloc[0], table
    averaged = near[near["candidate"].isin(ensembles)]["candidate"]
    if choice.rule == "ensemble_unless_worse" and len(averaged):
        return averaged.iloc[0], table
    return best, table


def chosen_model(
    models: dict[str, BaseEstimator],
    features: pd.DataFrame,
    target: np.ndarray,
    params: SimpleNamespace,
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
    found = scores_of_all(models, ensembles, features, target, folds)
    by_fold = metric_by_fold(params.choice, found, target, folds, splits)
    specs = params.candidates | params.ensembles
    complexity = {name: specs[name]["_complexity_"] for name in found}
    ratio = len(folds[0][1]) / len(folds[0][0])
    name, comparison = compared(by_fold, complexity, ratio, params.choice, params.ensembles)

    first = folds[:splits]
    risks = cross_fitted_risks(
        params.choice.calibration, found[name][:splits], target, first, splits
    )
    declined = np.concatenate([target[test] for _, test in first])
    threshold = best_threshold(declined, np.concatenate(risks), params.choice.threshold)
    out_of_fold = pd.concat(
        pd.DataFrame({"row": test, "repeat": fold // splits, "fold": fold}).assign(
            declined=target[test], score=score
        )
        for fold, ((_, test), score) in enumerate(zip(folds, found[name], strict=True))
    )
    return Chosen(name, (models | ensembles)[name], threshold, out_of_fold, comparison)


def main() -> None:
    params = load("folds", "candidates", "ensembles", "choice")
    customers = pd.read_parquet(files.CUSTOMERS)
    ids = customers.loc[customers["part"] == "train", ID].to_numpy()
    features, target = training_rows(customers)
    models = {name: load_model(files.tuned_model(name)) for name in params.candidates}
    chosen = chosen_model(models, features, target, params)
    model = chosen.model
    if chosen.name in params.ensembles:
        model = model.fit(features, target)
    out_of_fold = chosen.out_of_fold.rename(columns={"row": ID})
    files.write_parquet(files.OUT_OF_FOLD, out_of_fold.assign(**{ID: ids[out_of_fold[ID]]}))
    save_model(files.CHOSEN, model)
    files.write_json(
        files.CHOICE,
        {
            "candidate": chosen.name,
            "calibration": params.choice.calibration,
            "threshold": chosen.threshold,
            "threshold_rule": params.choice.threshold,
        },
        digits=None,
    )
    rows = chosen.comparison.set_index("candidate").to_dict("index")
    files.write_json(
        files.CHOOSE_METRICS,
        {"chosen": chosen.name, "metric": params.choice.metric, "candidates": rows},
    )
    files.write_csv(files.CHOOSE_PLOT, chosen.comparison)


if __name__ == "__main__":
    run(main)
