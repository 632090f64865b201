"""The honest measure: the whole procedure inside every outer fold.

    python -m one_click.benchmark --tables FOLDER --output FILE.csv [--folds FILE.csv] [--repeats R]

Tuning, choice and calibration see the training rows of a fold alone; its test rows are scored once.
Leaves a row a customer, repeat and fold, and prints each metric's mean, spread and corrected
interval. A run that was interrupted goes on where it stopped, as long as nothing it depends on has
changed. The choices are those of conf.lock.yaml.
"""

import argparse
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from joblib import cpu_count

from one_click.calibrate import calibrated_by_repeats
from one_click.choose import chosen_model
from one_click.columns import FEATURES, ID, TARGET
from one_click.measures import (
    LOSSES,
    RANKING,
    calibration_error_by_chance,
    corrected_interval,
    expected_calibration_error,
)
from one_click.outer_folds import REPEATS, SEED, SPLITS, Ledger, customers_and_folds, run_folds
from one_click.params import load
from one_click.pipeline import scores
from one_click.stage import run
from one_click.tune import candidate_search, tuned

SECTIONS = (
    "features",
    "selector",
    "encoder",
    "scaler",
    "sampler",
    "metric",
    "folds",
    "search",
    "candidates",
    "ensembles",
    "choice",
)
CONFIDENCE = 0.95


def predictions(
    params: SimpleNamespace,
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
    known, outcome = features.iloc[train].reset_index(drop=True), target[train]
    models = {
        name: tuned(candidate_search(params, name), known, outcome, name)[0]
        for name in params.candidates
    }
    chosen = chosen_model(models, known, outcome, params)
    model = chosen.model
    if chosen.name in params.ensembles:
        model = model.fit(known, outcome)
    score = scores(model, features.iloc[test])
    risk, low, high = calibrated_by_repeats(params.choice.calibration, chosen.out_of_fold, score)
    found = pd.DataFrame({"score": score, "risk": risk, "risk_low": low, "risk_high": high})
    found.attrs["chosen"] = chosen.name
    return found


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
    ranked = {name: metric(declined, fold["score"]) for name, metric in RANKING.items()}
    return ranked | {name: loss(declined, fold["risk"]) for name, loss in LOSSES.items()}


def fold_job(
    params: SimpleNamespace, customers: pd.DataFrame, folds: pd.DataFrame, key: tuple[int, int]
) -> tuple[pd.DataFrame, int, int, float, str]:
    """One fold of the procedure: its rows, repeat, fold, seconds, the chosen candidate."""
    repeat, fold = key
    started = time.perf_counter()
    test = np.flatnonzero(folds[repeat] == fold)
    train = np.flatnonzero(folds[repeat] != fold)
    target = customers[TARGET].to_numpy()
    found = predictions(params, customers[list(FEATURES)], target, train, test)
    chosen = found.attrs.pop("chosen")
    found.insert(0, "declined", target[test])
    found.insert(0, "fold", fold)
    found.insert(0, "repeat", repeat)
    found.insert(0, ID, customers[ID].to_numpy()[test])
    return found, repeat, fold, time.perf_counter() - started, chosen


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="one_click.benchmark", description="The whole procedure inside every outer fold."
    )
    parser.add_argument("--tables", type=Path, required=True, help="folder of the raw tables")
    parser.add_argument("--output", type=Path, required=True, help="CSV of predictions")
    parser.add_argument("--folds", type=Path, help="CSV: customer_id, a column of folds a repeat")
    parser.add_argument("--repeats", type=int, help=f"of {SPLITS} folds; {REPEATS} by default")
    arguments = parser.parse_args()
    params = load(*SECTIONS, "cleaning", "split")
    customers, folds = customers_and_folds(
        params, arguments.tables, arguments.folds, arguments.repeats
    )
    started = time.perf_counter()
    ledger = run_folds((fold_job, params), customers, folds, arguments.output)
    print_measures(ledger, time.perf_counter() - started)


def print_measures(ledger: Ledger, wall: float) -> None:
    """The table of metrics, what was chosen, and seconds."""
    results, seconds = ledger.results, ledger.seconds["seconds"]
    table = measured(results)
    chance = np.mean(
        [
            calibration_error_by_chance(repeat["risk"].to_numpy(), 100, SEED)
            for _, repeat in results.groupby("repeat")
        ]
    )
    with pd.option_context("display.width", 100):
        print(table.to_string(float_format="%.4f", na_rep="-"))
    chosen = ledger.seconds["chosen"].value_counts()
    print(f"ECE of a perfectly calibrated model by chance: {chance:.4f}")
    print("chosen: " + ", ".join(f"{name} in {count} folds" for name, count in chosen.items()))
    print(
        f"seconds a fold, on one core: mean {seconds.mean():.1f}, largest {seconds.max():.1f}; "
        f"this run: {wall:.0f} on {cpu_count()} cores"
    )


if __name__ == "__main__":
    run(main)
