"""One candidate, tuned: `python -m one_click.tune CANDIDATE`.

Enters: training rows, the sections of the pipeline and the candidate's spec. Leaves: the pipeline
with the best parameters, fitted on all training rows; the score by fold; the table of trials.
"""

import argparse
import warnings

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from joblib import cpu_count, parallel_config
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import BaseCrossValidator, GridSearchCV, StratifiedKFold
from threadpoolctl import threadpool_limits

from one_click import files
from one_click.models import save_model
from one_click.params import Folds, load
from one_click.pipeline import (
    PARALLEL,
    arguments,
    build_pipeline,
    estimator_class,
    searched_arguments,
    training_rows,
)
from one_click.search import search_space
from one_click.stage import InputError, run


def search_folds(folds: Folds) -> BaseCrossValidator:
    """The folds of every candidate's search."""
    return StratifiedKFold(folds.splits, shuffle=True, random_state=folds.seed)


def make_search(search: dict, pipeline: Pipeline, candidate: dict, name: str, metric: str, cv):
    """The search of the config over the candidate's space; a grid of one where nothing is open."""
    space = search_space(searched_arguments(candidate), search, f"candidates.{name}")
    common = {"scoring": metric, "cv": cv, "refit": True, "n_jobs": -1, "error_score": "raise"}
    if not space:
        return GridSearchCV(pipeline, {}, **common)
    try:
        cls = estimator_class(search.get("_target_"))
    except InputError as error:
        raise InputError(f"search.{error}") from None
    space = {f"model__{argument}": values for argument, values in space.items()}
    try:
        return cls(pipeline, space, **common, **arguments(search))
    except TypeError as error:
        raise InputError(f"search: {error}: correct conf/search/") from None


def tuned(
    search, features: pd.DataFrame, target: np.ndarray, name: str
) -> tuple[Pipeline, dict, pd.DataFrame]:
    """Run the search on training rows.

    Returns
    -------
    pipeline, metrics, trials
        The best pipeline, fitted on all rows given; its score and spread over folds; one row a
        trial: parameters, score by fold, mean, spread. Seconds are not in it: they differ from run
        to run, and would make every run a change.
    """
    if (rarest := np.bincount(target, minlength=2).min()) < search.cv.get_n_splits():
        raise InputError(
            f"folds.splits: {search.cv.get_n_splits()} folds need as many training rows of each "
            f"class, there are {rarest}: lower it or give more rows"
        )
    try:
        with (
            threadpool_limits(1),
            parallel_config(PARALLEL, n_jobs=cpu_count()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore", ConvergenceWarning)
            search.fit(features, target)
    except (ValueError, TypeError) as error:
        problem = " ".join(str(error).split())
        raise InputError(f"candidates.{name}: {problem}: correct conf/ or `set`") from None
    best = search.best_index_
    results = search.cv_results_
    by_fold = [f"split{fold}_test_score" for fold in range(search.n_splits_)]
    metrics = {
        "score": results["mean_test_score"][best],
        "score_std": np.std([results[fold][best] for fold in by_fold], ddof=1),
        "trials": len(results["params"]),
        "parameters": {k.removeprefix("model__"): v for k, v in search.best_params_.items()},
    }
    trials = pd.DataFrame(
        {key.replace("param_model__", ""): results[key] for key in results if key[:6] == "param_"}
        | {"score": results["mean_test_score"], "score_std": results["std_test_score"]}
        | {fold.removesuffix("_test_score"): results[fold] for fold in by_fold}
    ).sort_values("score", ascending=False, kind="stable")
    return search.best_estimator_, metrics, trials


def main() -> None:
    parser = argparse.ArgumentParser(prog="one_click.tune", description=__doc__)
    parser.add_argument("candidate", help="a name among `candidates` of params.yaml")
    name = parser.parse_args().candidate
    params = load(
        "metric", "features", "encoder", "scaler", "sampler", "folds", "search", "candidates"
    )
    if name not in params.candidates:
        raise InputError(f"candidate {name!r} is not in {files.CONF_LOCK}; add it to params.yaml")
    candidate = params.candidates[name]
    pipeline = build_pipeline(
        params.features, params.encoder, params.scaler, params.sampler, candidate, name
    )
    cv = search_folds(params.folds)
    search = make_search(params.search, pipeline, candidate, name, params.metric, cv)
    features, target = training_rows(pd.read_parquet(files.CUSTOMERS))
    model, metrics, trials = tuned(search, features, target, name)
    save_model(files.tuned_model(name), model)
    files.write_json(files.TUNE_METRICS / f"{name}.json", metrics)
    files.write_csv(files.TUNE_PLOTS / f"{name}.csv", trials)


if __name__ == "__main__":
    run(main)
