"""Outer folds: whom they hold, what is done, and a run over those that are not.

Customers that stand aside are in no fold, so no twin stands on both sides of one.
"""

import hashlib
import inspect
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
from joblib import cpu_count
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from one_click import files
from one_click.columns import FEATURES, ID, TARGET
from one_click.prepare import prepared
from one_click.stage import InputError

SPLITS, SEED, REPEATS = 5, 1000, 5
RESULT = [ID, "repeat", "fold", "declined", "score", "risk", "risk_low", "risk_high"]


def customers_and_folds(
    params: SimpleNamespace, tables: Path, path: Path | None, repeats: int | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Customers that are learned from, and their folds: of a file, or made by a fixed seed.

    Raises
    ------
    InputError
        Where tables or folds are faulty, or fewer than one repeat is asked for.
    """
    if repeats is not None and repeats < 1:
        raise InputError(f"--repeats {repeats}: at least 1")
    everyone = prepared(tables, params.cleaning, params.split)[0]
    learned = everyone["part"] != "aside"
    customers = everyone[learned].reset_index(drop=True)
    if path:
        return customers, read_folds(path, customers, everyone.loc[~learned, ID], repeats)
    return customers, made_folds(customers, repeats or REPEATS)


def made_folds(customers: pd.DataFrame, repeats: int) -> pd.DataFrame:
    """Fold of each customer (rows) in each repeat (columns), stratified, by a fixed seed."""
    target = customers[TARGET].to_numpy()
    folds = pd.DataFrame(index=customers.index)
    for repeat in range(repeats):
        cv = StratifiedKFold(SPLITS, shuffle=True, random_state=SEED + repeat)
        for fold, (_, test) in enumerate(cv.split(target, target)):
            folds.loc[customers.index[test], repeat] = fold
    return folds.astype(int)


def read_folds(
    path: Path, customers: pd.DataFrame, aside: pd.Series, repeats: int | None
) -> pd.DataFrame:
    """Fold of each customer (rows) in each repeat (columns), from a file.

    Raises
    ------
    InputError
        Where the file is not a table of `customer_id` and whole numbers, misses a customer, names
        one twice or one that is not there.
    """
    try:
        table = pd.read_csv(path)
    except FileNotFoundError:
        raise InputError(f"{path}: not found; name a file of folds") from None
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: not readable as CSV: {error}: correct it") from None
    if ID not in table or table.shape[1] < 2:
        raise InputError(f"{path}: give {ID} and a column of fold numbers a repeat")
    if index := [name for name in table if str(name).startswith("Unnamed")]:
        raise InputError(f"{path}: {', '.join(index)}: a column without a name; take it out")
    if table[ID].duplicated().any():
        twice = table.loc[table[ID].duplicated(), ID].tolist()
        raise InputError(f"{path}: {ID}: {_some(twice)} stand twice; give each customer once")
    table = table.set_index(ID)
    if repeats is not None and repeats > table.shape[1]:
        raise InputError(
            f"--repeats {repeats}: {path} has {table.shape[1]} repeats; ask for so many at most"
        )
    table = table.iloc[:, :repeats]
    if left := sorted(set(table.index) - set(customers[ID]) - set(aside)):
        raise InputError(f"{path}: {ID}: {_some(left)}: not in the tables; take them out")
    if absent := sorted(set(customers[ID]) - set(table.index)):
        raise InputError(f"{path}: {ID}: {_some(absent)}: no fold; add them")
    if unused := len(set(table.index) & set(aside)):
        print(f"{path}: {unused} customers stand aside by `cleaning` and are not scored")
    folds = table.loc[customers[ID]].set_axis(customers.index)
    for name, column in folds.items():
        whole = pd.to_numeric(column, errors="coerce")
        if (whole.isna() | (whole % 1 != 0)).any():
            raise InputError(f"{path}: {name}: not all whole numbers; give each customer a fold")
        folds[name] = whole.astype(int)
        if folds[name].nunique() < 2:
            raise InputError(f"{path}: {name}: one fold alone; give two or more")
        declined = customers[TARGET].groupby(folds[name]).agg(["min", "max"])
        if (one := declined[declined["min"] == declined["max"]].index.tolist()) != []:
            raise InputError(f"{path}: {name}: fold {_some(one)}: one class alone; mix the rows")
    return folds.set_axis(range(folds.shape[1]), axis="columns")


def _some(ids: list) -> str:
    shown = ", ".join(map(str, ids[:5]))
    return shown if len(ids) <= 5 else f"{shown} and {len(ids) - 5} more"


class Ledger:
    """Folds that are done, in the output file and a file of seconds beside it.

    Parameters
    ----------
    output
        The output file; `<output>.seconds.csv` beside it says what each fold took and chose.
    stamp
        Hash of all that the result depends on.
    """

    def __init__(self, output: Path, stamp: str):
        self.output, self.stamp = output, stamp
        self.seconds_path = output.with_name(output.name + ".seconds.csv")
        self.results = pd.DataFrame(columns=RESULT)
        self.seconds = pd.DataFrame(columns=["repeat", "fold", "seconds", "chosen", "stamp"])
        if output.exists() and self.seconds_path.exists():
            try:
                self.seconds = pd.read_csv(self.seconds_path, dtype={"stamp": str})
                self.results = pd.read_csv(output)
            except ValueError as error:
                raise InputError(f"{output}: {error}: delete it or name another file") from None
            if set(self.seconds["stamp"]) - {stamp}:
                raise InputError(
                    f"{output}: made from other tables, folds, choices or code; "
                    "delete it or name another file"
                )
            keys = zip(self.results["repeat"], self.results["fold"], strict=True)
            done = self.done()
            self.results = self.results[[key in done for key in keys]]  # it was killed in between
        elif output.exists():
            raise InputError(f"{output}: not made by this command; name another file")
        else:
            self._write_seconds()

    def done(self) -> set[tuple[int, int]]:
        """Repeat and fold of what is done."""
        return set(zip(self.seconds["repeat"], self.seconds["fold"], strict=True))

    def add(self, rows: pd.DataFrame, repeat: int, fold: int, seconds: float, chosen: str) -> None:
        """Take a fold in and write both files; the seconds last, so that they promise rows."""
        self.results = pd.concat([self.results, rows]) if len(self.results) else rows
        order = ["repeat", "fold", ID]
        text = self.results.sort_values(order).to_csv(index=False, lineterminator="\n")
        files.write_text(self.output, text)
        row = [repeat, fold, round(seconds, 2), chosen, self.stamp]
        self.seconds.loc[len(self.seconds)] = row
        self._write_seconds()

    def _write_seconds(self) -> None:
        try:
            text = self.seconds.to_csv(index=False, lineterminator="\n")
            files.write_text(self.seconds_path, text)
        except OSError as error:
            raise InputError(f"{self.output}: {error.strerror}; name another file") from None


def stamp_of(customers: pd.DataFrame, folds: pd.DataFrame, job: Callable) -> str:
    """Hash of the customers, the folds, the choices, the code and the libraries' versions."""
    digest = hashlib.sha256()
    digest.update(customers[[ID, *FEATURES, TARGET]].to_csv(index=False).encode())
    digest.update(folds.to_csv(index=False).encode())
    digest.update(files.CONF_LOCK.read_bytes())
    for source in [*sorted(Path(__file__).parent.glob("*.py")), Path(inspect.getfile(job))]:
        digest.update(source.read_bytes())
    for library in ("scikit-learn", "imbalanced-learn", "venn-abers"):
        digest.update(version(library).encode())
    return digest.hexdigest()[:16]


def _one_core() -> None:
    """In a worker: no workers of its own, and Ctrl-C is the parent's to answer."""
    os.environ["LOKY_MAX_CPU_COUNT"] = "1"  # what joblib counts
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def run_folds(
    job: tuple[Callable, Any], customers: pd.DataFrame, folds: pd.DataFrame, output: Path
) -> Ledger:
    """Run the folds that are not done yet, as many at once as there are cores.

    Parameters
    ----------
    job
        A function like `fold_job`, and its first argument.
    customers, folds
        As `customers_and_folds` gives them.
    output
        The file of predictions.
    """
    function, first = job
    ledger = Ledger(output, stamp_of(customers, folds, function))
    waiting = [
        (repeat, fold)
        for repeat in folds
        for fold in sorted(folds[repeat].unique())
        if (repeat, fold) not in ledger.done()
    ]
    if done := len(ledger.done()):
        print(f"{output}: {done} folds are there, {len(waiting)} to go")
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    with (
        threadpool_limits(1),
        ProcessPoolExecutor(cpu_count(), context, _one_core) as pool,
        tqdm(total=len(waiting), unit=" folds", disable=None) as bar,
    ):
        running = [pool.submit(function, first, customers, folds, key) for key in waiting]
        try:
            for finished in as_completed(running):
                ledger.add(*finished.result())
                bar.update()
        except BrokenProcessPool:
            raise InputError(
                f"{output}: a worker was killed (out of memory?); what is done is kept, "
                "the same command goes on"
            ) from None
        except BaseException:
            for waits in running:
                waits.cancel()
            for process in multiprocessing.active_children():
                process.terminate()
            raise
    return ledger
