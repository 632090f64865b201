"""Measure the whole procedure by nested cross-validation.

Tuning, choice and calibration see the training rows of a fold alone; its test rows are scored once.
Leaves a row a customer, repeat and fold, and prints each metric's mean, spread and corrected
interval. A run that was interrupted goes on where it stopped, as long as nothing it depends on has
changed. The choices are those of conf.lock.yaml.
"""

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import cpu_count

from one_click.experiments.ledger import Ledger
from one_click.experiments.outer_folds import customers_and_folds, run_folds
from one_click.folds import REPEATS, SEED, SPLITS
from one_click.risk.judging.measures import calibration_error_by_chance
from one_click.risk.nested import fold_job, measured
from one_click.running.arguments import command_parser, given_path
from one_click.running.lock import load
from one_click.settings.customers import Cleaning, Learn, Split
from one_click.settings.risk import Procedure


@dataclass
class Settings(Procedure):
    """The procedure that is measured, and whom it learns from."""

    cleaning: Cleaning
    split: Split
    learn: Learn


def main() -> None:
    parser = command_parser(
        "measure-procedure", __doc__, "--tables data/sample --output measure.csv --repeats 1"
    )
    parser.add_argument("--tables", type=given_path, required=True, help="folder of the raw tables")
    parser.add_argument("--output", type=given_path, required=True, help="CSV of predictions")
    parser.add_argument(
        "--folds", type=given_path, help="CSV: customer_id, a column of folds a repeat"
    )
    parser.add_argument("--repeats", type=int, help=f"of {SPLITS} folds; {REPEATS} by default")
    arguments = parser.parse_args()
    params = load(Settings)
    customers, folds = customers_and_folds(
        params, arguments.tables, arguments.folds, arguments.repeats
    )
    start = time.perf_counter()
    ledger = run_folds((fold_job, params), customers, folds, arguments.output)
    print_measures(ledger, time.perf_counter() - start)


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
    choices = ledger.seconds["chosen"].value_counts()
    print(f"ECE of a perfectly calibrated model by chance: {chance:.4f}")
    print("chosen: " + ", ".join(f"{name} in {count} folds" for name, count in choices.items()))
    print(
        f"seconds a fold, on one core: mean {seconds.mean():.1f}, largest {seconds.max():.1f}; "
        f"this run: {wall:.0f} on {cpu_count()} cores"
    )
