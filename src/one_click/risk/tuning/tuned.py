"""One candidate, tuned by cross-validation on training rows."""

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline

from one_click.folds import search_folds
from one_click.risk.model.convergence import convergence_counted
from one_click.risk.model.pipeline import build_pipeline
from one_click.risk.model.specs import fit_problem
from one_click.risk.tuning.methods import AnySearch, make_search
from one_click.running.errors import InputError
from one_click.running.parallel import all_cores
from one_click.settings.risk import Learning


def candidate_search(params: Learning, name: str) -> AnySearch:
    """The search of a candidate, as the config has it, over the folds of every candidate."""
    pipeline = build_pipeline(params, name)
    cv = search_folds(params.folds)
    return make_search(params.search, pipeline, params.candidates[name], name, params.metric, cv)


def tuned(
    search: AnySearch, features: pd.DataFrame, target: np.ndarray, name: str
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
        with all_cores(), convergence_counted(name):
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
