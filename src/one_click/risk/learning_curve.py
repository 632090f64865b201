"""What fewer rows cost: the chosen pipeline learned from samples, over the folds of `choose`."""

import time
from collections.abc import Sequence

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from sklearn.base import clone

from one_click.folds import Positions, comparison_folds, sampled
from one_click.risk.judging.calibration import calibrated
from one_click.risk.judging.measures import LOSSES, RANKING
from one_click.risk.model.convergence import convergence_counted
from one_click.risk.model.scoring import scores
from one_click.running.parallel import side_by_side
from one_click.running.progress import bar
from one_click.settings.risk import Choice, Folds
from one_click.statistics import corrected_interval

LEAST = 60  # rows of the smallest sample: fewer may lack a class in some fold
SIZES = 6
Rows = tuple[pd.DataFrame, np.ndarray]  # features and target
METRICS = {"roc_auc": RANKING["roc_auc"], "log_loss": LOSSES["log_loss"]}  # of scores, of risks


def sample_sizes(rows: int) -> list[int]:
    """All rows, half of them, a quarter and so on; the smallest first."""
    sizes = [rows // 2**halvings for halvings in range(SIZES)]
    return sorted(size for size in sizes if size >= min(LEAST, rows))


def _fold_scores(
    pipeline: Pipeline, rows: Rows, train: np.ndarray, test: np.ndarray
) -> tuple[np.ndarray, float]:
    features, target = rows
    start = time.process_time()
    model = clone(pipeline).fit(features.iloc[train], target[train])
    seconds = time.process_time() - start
    return scores(model, features.iloc[test]), seconds


def scores_by_size(
    pipeline: Pipeline,
    rows: Rows,
    folds: Positions,
    samples: dict[int, list[np.ndarray]],
) -> dict[int, list[tuple[np.ndarray, float]]]:
    """Scores of each fold's test rows and seconds of the fit, by size of the sample.

    Parameters
    ----------
    samples
        By size, positions that are learned from in each fold.
    """
    jobs = [(size, fold) for size in samples for fold in range(len(folds))]
    tasks = [(pipeline, rows, samples[size][fold], folds[fold][1]) for size, fold in jobs]
    with convergence_counted("learning curve"):
        results = side_by_side(_fold_scores, bar("learning curve", tasks, unit="fits"))
    by_size: dict[int, list[tuple[np.ndarray, float]]] = {size: [] for size in samples}
    for (size, _), result in zip(jobs, results, strict=True):
        by_size[size].append(result)
    return by_size


def curve_by_fold(
    pipeline: Pipeline,
    rows: Rows,
    folds: Folds,
    calibration: str,
    sizes: Sequence[int],
) -> pd.DataFrame:
    """Metrics of each fold's test rows, by so many rows learned from; the same folds for each size.

    A smaller sample is within a larger one. Scores are calibrated by the sample's own rows, as
    models of so many rows that have not seen them score them: a sample calibrates by itself.

    Returns
    -------
    table
        A row a size and fold: `rows`, `fold`, `roc_auc`, `log_loss`, `fit_seconds` of one core.
    """
    target = rows[1]
    positions = comparison_folds(folds, target)
    samples = {
        size: [train[sampled(target[train], size, folds.seed)] for train, _ in positions]
        for size in sizes
    }
    table = []
    for size, results in scores_by_size(pipeline, rows, positions, samples).items():
        out_of_fold = np.empty((folds.repeats, len(target)))
        for fold, (_, test) in enumerate(positions):
            out_of_fold[fold // folds.splits, test] = results[fold][0]
        for fold, (_, test) in enumerate(positions):
            own, known = samples[size][fold], out_of_fold[fold // folds.splits]
            score, seconds = results[fold]
            risk = calibrated(calibration, known[own], target[own], score)[0]
            values = {"roc_auc": score, "log_loss": risk}
            figures = {name: METRICS[name](target[test], value) for name, value in values.items()}
            table.append({"rows": size, "fold": fold, **figures, "fit_seconds": seconds})
    return pd.DataFrame(table)


def learning_curve(by_fold: pd.DataFrame, folds: Folds, choice: Choice) -> pd.DataFrame:
    """Means over folds with corrected intervals, and what each size loses against all rows.

    Returns
    -------
    table
        A row a size, the smallest first: `rows`, `fit_seconds`, and of each metric its mean, `_low`
        and `_high`, `_worse` than by all rows (a loss that is higher, a ROC-AUC that is lower),
        `_worse_low`, `_worse_high`.
    """
    test_to_train = 1 / (folds.splits - 1)
    wide = by_fold.pivot(index="fold", columns="rows")
    table = []
    for size in sorted(by_fold["rows"].unique()):
        row = {"rows": size, "fit_seconds": wide["fit_seconds"][size].mean()}
        for metric in METRICS:
            values, whole = wide[metric][size], wide[metric][by_fold["rows"].max()]
            worse = whole - values if metric in RANKING else values - whole
            for name, column in ((metric, values), (f"{metric}_worse", worse)):
                figures = corrected_interval(column.to_numpy(), test_to_train, choice.confidence)
                row |= dict(zip((name, f"{name}_low", f"{name}_high"), figures, strict=True))
        table.append(row)
    return pd.DataFrame(table)
