"""One candidate kept: compared over the same folds, calibrated, given a threshold.

Enters: the tuned pipelines and the training rows. Leaves: the chosen pipeline, fitted on all
training rows; its out-of-fold scores, which calibrate it; the choice; the comparison.
"""

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from joblib import Parallel, cpu_count, delayed
from sklearn.base import clone
from sklearn.model_selection import RepeatedStratifiedKFold
from threadpoolctl import threadpool_limits

from one_click import files
from one_click.calibrate import calibrated
from one_click.columns import ID
from one_click.measures import RANKING, best_threshold, corrected_interval
from one_click.models import load_model, save_model
from one_click.params import Choice, Folds, load
from one_click.pipeline import PARALLEL, scores, training_rows
from one_click.stage import run


def comparison_folds(
    folds: Folds, features: pd.DataFrame, target: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Training and test positions of `splits` x `repeats` folds, not those of the search."""
    cv = RepeatedStratifiedKFold(
        n_splits=folds.splits, n_repeats=folds.repeats, random_state=folds.seed + 1
    )
    return list(cv.split(features, target))


def out_of_fold_scores(
    models: dict, features: pd.DataFrame, target: np.ndarray, folds: list
) -> dict[str, list[np.ndarray]]:
    """Scores of each fold's test rows, by candidate, from a clone fitted on its training rows."""
    jobs = [(name, train, test) for name in models for train, test in folds]
    with threadpool_limits(1):
        done = Parallel(n_jobs=cpu_count(), backend=PARALLEL)(
            delayed(_fold_scores)(models[name], features, target, train, test)
            for name, train, test in jobs
        )
    found: dict[str, list[np.ndarray]] = {name: [] for name in models}
    for (name, _, _), result in zip(jobs, done, strict=True):
        found[name].append(result)
    return found


def _fold_scores(
    model: Pipeline,
    features: pd.DataFrame,
    target: np.ndarray,
    train: np.ndarray,
    test: np.ndarray,
) -> np.ndarray:
    fitted = clone(model).fit(features.iloc[train], target[train])
    return scores(fitted, features.iloc[test])


def compared(
    by_fold: pd.DataFrame, complexity: dict[str, int], ratio: float, choice: Choice
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
        `best` keeps the highest mean, of equal ones the simplest. `simplest_indistinguishable`
        keeps the simplest among those whose corrected interval of the difference from the best
        holds zero and whose mean is at most `margin` below it.

    Returns
    -------
    chosen, comparison
        A name; one row a candidate, best first.
    """
    means = by_fold.mean()
    best = min(by_fold, key=lambda name: (-means[name], complexity[name]))
    rows = []
    for name in by_fold:
        mean, low, high = corrected_interval(by_fold[name], ratio, choice.confidence)
        behind, least, most = corrected_interval(
            by_fold[best] - by_fold[name], ratio, choice.confidence
        )
        rows.append(
            {
                "candidate": name,
                "score": mean,
                "score_low": low,
                "score_high": high,
                "behind_best": behind,
                "behind_best_low": least,
                "behind_best_high": most,
                "indistinguishable": bool(least <= 0 <= most),
                "complexity": complexity[name],
            }
        )
    table = pd.DataFrame(rows).sort_values(["score", "complexity"], ascending=[False, True])
    table = table.reset_index(drop=True)
    eligible = table["candidate"] == best
    if choice.rule == "simplest_indistinguishable":
        eligible |= table["indistinguishable"] & (table["behind_best"] <= choice.margin)
    chosen = table[eligible].sort_values("complexity", kind="stable")["candidate"].iloc[0]
    return chosen, table


def main() -> None:
    params = load("metric", "folds", "candidates", "choice")
    customers = pd.read_parquet(files.CUSTOMERS)
    ids = customers.loc[customers["part"] == "train", ID].to_numpy()
    features, target = training_rows(customers)
    folds = comparison_folds(params.folds, features, target)
    models = {name: load_model(files.tuned_model(name)) for name in params.candidates}
    found = out_of_fold_scores(models, features, target, folds)
    metric = RANKING[params.metric]
    by_fold = pd.DataFrame(
        {
            name: [metric(target[test], s) for (_, test), s in zip(folds, scored, strict=True)]
            for name, scored in found.items()
        }
    )
    complexity = {name: spec["_complexity_"] for name, spec in params.candidates.items()}
    ratio = len(folds[0][1]) / len(folds[0][0])
    chosen, table = compared(by_fold, complexity, ratio, params.choice)

    out_of_fold = pd.concat(
        pd.DataFrame({ID: ids[test], "repeat": fold // params.folds.splits, "fold": fold}).assign(
            declined=target[test], score=score
        )
        for fold, ((_, test), score) in enumerate(zip(folds, found[chosen], strict=True))
    )
    first = out_of_fold[out_of_fold["repeat"] == 0]
    declined, score = first["declined"].to_numpy(), first["score"].to_numpy()
    risk = np.empty(len(score))
    for rows in (first["fold"] == fold for fold in first["fold"].unique()):
        risk[rows], _, _ = calibrated(
            params.choice.calibration, score[~rows], declined[~rows], score[rows]
        )
    threshold = best_threshold(declined, risk, params.choice.threshold)
    files.write_parquet(files.OUT_OF_FOLD, out_of_fold)
    save_model(files.CHOSEN, models[chosen])
    files.write_json(
        files.CHOICE,
        {
            "candidate": chosen,
            "calibration": params.choice.calibration,
            "threshold": threshold,
            "threshold_rule": params.choice.threshold,
        },
        digits=None,
    )
    rows = table.set_index("candidate").to_dict("index")
    files.write_json(files.CHOOSE_METRICS, {"chosen": chosen, "candidates": rows})
    files.write_csv(files.CHOOSE_PLOT, table)


if __name__ == "__main__":
    run(main)
