"""The procedure against plain recipes and stock models, over the same folds.

    python benchmarks/peers.py --tables FOLDER --output FOLDER [--folds FILE.csv] [--repeats R]
                               [--also NAME=FILE.csv ...]

Every peer gets the columns as they are (no derived ones), one-hot where it needs numbers, and gives
its own probability. Leaves a file of predictions a peer, in the form of `one_click.risk.nested`, so
that an interrupted run goes on; `--also` takes such a file from elsewhere, as `automl.py` makes it.
Prints a table in Markdown: means over folds, and what the procedure is ahead by, with the corrected
interval of the difference fold by fold.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from catboost import CatBoostClassifier
from joblib import cpu_count
from lightgbm import LGBMClassifier
from scipy.stats import loguniform
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RandomizedSearchCV, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.svm import SVC

from one_click.columns import CATEGORIES, FEATURES, ID, NUMBERS, TARGET
from one_click.commands.measure_procedure import Settings
from one_click.experiments.ledger import RESULT
from one_click.experiments.outer_folds import customers_and_folds, run_folds
from one_click.risk.nested import CONFIDENCE, fold_job, fold_metrics, measured
from one_click.running.errors import InputError
from one_click.running.lock import load
from one_click.running.stage import run
from one_click.statistics import corrected_interval

PROCEDURE = "this procedure"
LOWER_IS_BETTER = ("brier", "log_loss", "ece")
COLUMNS = {
    "roc_auc": "ROC-AUC",
    "average_precision": "PR-AUC",
    "brier": "Brier",
    "log_loss": "log-loss",
    "ece": "ECE",
}


def encoded(scaler, model):
    """A pipeline: numbers scaled, categories one-hot."""
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return make_pipeline(
        make_column_transformer((scaler, list(NUMBERS)), (one_hot, list(CATEGORIES))), model
    )


def tuned_svc():
    """Tuned at random for ROC-AUC; Platt's probability."""
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    space = {"svc__C": loguniform(0.01, 100), "svc__gamma": loguniform(1e-4, 1)}
    search = RandomizedSearchCV(
        encoded(StandardScaler(), SVC()), space, n_iter=20, cv=folds, scoring="roc_auc",
        random_state=0,
    )  # fmt: skip
    return CalibratedClassifierCV(search, cv=folds, ensemble=False)


PEERS: dict[str, Callable] = {
    "logistic, min-max": lambda: encoded(MinMaxScaler(), LogisticRegression(max_iter=2000)),
    "SVC, standard, tuned at random": tuned_svc,
    "KNN 25, standard": lambda: encoded(StandardScaler(), KNeighborsClassifier(25)),
    "ExtraTrees 300": lambda: encoded("passthrough", ExtraTreesClassifier(300, random_state=0)),
    "CatBoost": lambda: CatBoostClassifier(
        cat_features=list(CATEGORIES), verbose=0, random_seed=0, thread_count=1,
        allow_writing_files=False,
    ),
    "LightGBM": lambda: LGBMClassifier(random_state=0, n_jobs=1, verbose=-1),
}  # fmt: skip


def plain(features: pd.DataFrame) -> pd.DataFrame:
    """Columns as they are, categories typed; the tables hold no missing value."""
    return features.astype(dict.fromkeys(NUMBERS, "float64")).assign(
        **{name: features[name].astype(str).astype("category") for name in CATEGORIES}
    )


def peer_job(name: str, customers: pd.DataFrame, folds: pd.DataFrame, key: tuple[int, int]):
    """One fold of a peer, as `one_click.risk.nested` takes it: its score is its probability."""
    repeat, fold = key
    started = time.perf_counter()
    test = (folds[repeat] == fold).to_numpy()
    features, target = plain(customers[list(FEATURES)]), customers[TARGET].to_numpy()
    fitted = PEERS[name]().fit(features[~test], target[~test])
    risk = fitted.predict_proba(features[test])[:, 1]
    rows = pd.DataFrame({ID: customers.loc[test, ID], "repeat": repeat, "fold": fold})
    rows["declined"] = target[test]
    for column in ("score", "risk", "risk_low", "risk_high"):
        rows[column] = risk
    return rows[RESULT], repeat, fold, time.perf_counter() - started, name


def metrics_by_fold(results: pd.DataFrame) -> pd.DataFrame:
    """A row a fold: its metrics."""
    folds = results.groupby(["repeat", "fold"], sort=True)
    return pd.DataFrame({key: fold_metrics(rows) for key, rows in folds}).T


def ahead(ours: pd.DataFrame, theirs: pd.DataFrame, metric: str, ratio: float) -> str:
    """How far the first is ahead of the second, with its corrected interval."""
    shared = ours.index.intersection(theirs.index)
    difference = (ours.loc[shared, metric] - theirs.loc[shared, metric]).to_numpy()
    if metric in LOWER_IS_BETTER:
        difference = -difference
    mean, low, high = corrected_interval(difference, ratio, CONFIDENCE)
    return f"{mean:+.4f} ({low:+.4f} to {high:+.4f})"


def table(results: dict[str, pd.DataFrame], seconds: dict[str, float]) -> str:
    """The comparison in Markdown, the procedure first."""
    by_fold = {name: metrics_by_fold(rows) for name, rows in results.items()}
    ours = results[PROCEDURE]
    share = (
        float((ours.groupby(["repeat", "fold"]).size() / len(ours)).mean())
        * ours["repeat"].nunique()
    )
    ratio = share / (1 - share)
    ahead_by = ("roc_auc", "log_loss")
    heads = [*COLUMNS.values(), "s a fold", *(f"ahead in {COLUMNS[m]}" for m in ahead_by)]
    lines = [f"| model | {' | '.join(heads)} |", f"| --- {'| --- ' * len(heads)}|"]
    for name, rows in results.items():
        means = measured(rows)["mean"]
        cells = [f"{means[metric]:.4f}" for metric in COLUMNS] + [f"{seconds[name]:.1f}"]
        cells += [
            "" if name == PROCEDURE else ahead(by_fold[PROCEDURE], by_fold[name], metric, ratio)
            for metric in ahead_by
        ]
        folds = rows.groupby(["repeat", "fold"]).ngroups
        label = name if folds == len(by_fold[PROCEDURE]) else f"{name} ({folds} folds)"
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def others(named: list[str], customers: pd.DataFrame, folds: pd.DataFrame):
    """Predictions made elsewhere, NAME=FILE.csv, with their mean seconds a fold.

    Raises
    ------
    InputError
        Where a file is not there, lacks a column, or is of other customers or folds.
    """
    found, seconds = {}, {}
    for item in named:
        name, _, path = item.partition("=")
        if not name or not Path(path).exists():
            raise InputError(f"--also {item}: write NAME=FILE.csv, of a file that is there")
        found[name] = pd.read_csv(path, dtype={ID: "str"})
        if missing := set(RESULT) - set(found[name]):
            raise InputError(f"{path}: no column {', '.join(sorted(missing))}")
        position = pd.Series(customers.index, index=customers[ID])
        rows = found[name]
        known = rows[ID].isin(position.index) & rows["repeat"].isin(folds.columns)
        if not known.all() or any(
            (folds.loc[position[part[ID]], repeat].to_numpy() != part["fold"]).any()
            for repeat, part in rows.groupby("repeat")
        ):
            raise InputError(f"{path}: of other customers or folds; make it over these")
        took = Path(f"{path}.seconds.csv")
        seconds[name] = pd.read_csv(took)["seconds"].mean() if took.exists() else np.nan
    return found, seconds


def main() -> None:
    """Run what is not done yet, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True, help="folder of predictions")
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--also", nargs="*", default=[], metavar="NAME=FILE.csv")
    arguments = parser.parse_args()
    params = load(Settings)
    customers, folds = customers_and_folds(
        params, arguments.tables, arguments.folds, arguments.repeats
    )
    elsewhere, took = others(arguments.also, customers, folds)
    arguments.output.mkdir(parents=True, exist_ok=True)
    results, seconds = {}, {}
    jobs = {PROCEDURE: (fold_job, params)} | {name: (peer_job, name) for name in PEERS}
    for name, job in jobs.items():
        print(f"{name} ...", flush=True)
        path = arguments.output / (name.replace(", ", "_").replace(" ", "_") + ".csv")
        ledger = run_folds(job, customers, folds, path)
        results[name], seconds[name] = ledger.results, ledger.seconds["seconds"].mean()
    results, seconds = results | elsewhere, seconds | took
    repeats, splits = folds.shape[1], folds[0].nunique()
    print(f"\n{len(customers)} customers, {repeats} x {splits} folds, {cpu_count()} cores\n")
    print(table(results, seconds))


if __name__ == "__main__":
    run(main)
