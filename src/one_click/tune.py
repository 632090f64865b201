"""One candidate, tuned: `python -m one_click.tune CANDIDATE`.

Enters: training rows, the sections of the pipeline and the candidate's spec. Leaves: the pipeline
with the best parameters, fitted on all training rows; the score by fold; the table of trials.
"""

import argparse
import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from joblib import cpu_count, parallel_config
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import BaseCrossValidator, StratifiedKFold
from threadpoolctl import threadpool_limits

from one_click import files
from one_click.models import save_model
from one_click.params import Folds, load
from one_click.pipeline import PARALLEL, build_pipeline, fit_problem, training_rows
from one_click.search import make_search
from one_click.stage import InputError, run


def search_folds(folds: Folds) -> BaseCrossValidator:
    """The folds of every candidate's search."""
    return StratifiedKFold(folds.splits, shuffle=True, random_state=folds.seed)


def candidate_search(params: SimpleNamespace, name: str):
    """The search of a candidate, as the config has it, over the folds of every candidate."""
    pipeline = build_pipeline(params, name)
    cv = search_folds(params.folds)
    return make_search(params.search, pipeline, params.candidates[name], name, params.metric, cv)


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
    except Exception as error:
        problem = fit_problem(error)
        if problem is None or isinstance(error, InputError):
            raise
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
        | {rung: results[rung] for rung in ("iter", "n_resources") if rung in results}
        | {"score": results["mean_test_score"], "score_std": results["std_test_score"]}
        | {fold.removesuffix("_test_score"): results[fold] for fold in by_fold}
    )
    by = [column for column in ("iter", "score") if column in trials]  # the last rung first
    trials = trials.sort_values(by, ascending=False, kind="stable")
    return search.best_estimator_, metrics, trials


def main() -> None:
    parser = argparse.ArgumentParser(prog="one_click.tune", description=__doc__)
    parser.add_argument("candidate", help="a name among `candidates` of params.yaml")
    name = parser.parse_args().candidate
    params = load(
        "features",
        "selector",
        "encoder",
        "scaler",
        "sampler",
        "metric",
        "folds",
        "search",
        "candidates",
    )
    if name not in params.candidates:
        raise InputError(f"candidate {name!r} is not in {files.CONF_LOCK}; add it to params.yaml")
    search = candidate_search(params, name)
    features, target = training_rows(pd.read_parquet(files.CUSTOMERS))
    model, metrics, trials = tuned(search, features, target, name)
    save_model(files.tuned_model(name), model)
    files.write_json(files.TUNE_METRICS / f"{name}.json", metrics)
    files.write_csv(files.TUNE_PLOTS / f"{name}.csv", trials)


if __name__ == "__main__":
    run(main)
