"""Outer folds: whom they hold, what is done, and a run over those that are not.

Customers that stand aside are in no fold, so no twin stands on both sides of one.
"""

import hashlib
import multiprocessing
import sys
from collections.abc import Callable
from functools import partial
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
    if table[ID].duplicated().any():
        twice = table.loc[table[ID].duplicated(), ID].tolist()
        raise InputError(f"{path}: {ID}: {_some(twice)} stand twice; give each customer once")
    table = table.set_index(ID)
    if repeats is not None and repeats > table.shape[1]:
        raise InputError(
            f"--repeats {repeats}: {path} has {table.shape[1]} repeats; ask for so many at most"
        )
    table = table.iloc[:, :repeats]
    for name, column in table.items():
        if not pd.api.types.is_integer_dtype(column):
            raise InputError(f"{path}: {name}: not all whole numbers; give each customer a fold")
    if left := sorted(set(table.index) - set(customers[ID]) - set(aside)):
        raise InputError(f"{path}: {ID}: {_some(left)}: not in the tables; take them out")
    if absent := sorted(set(customers[ID]) - set(table.index)):
        raise InputError(f"{path}: {ID}: {_some(absent)}: no fold; add them")
    if unused := len(set(table.index) & set(aside)):
        print(f"{path}: {unused} customers stand aside by `cleaning` and are not scored")
    folds = table.loc[customers[ID]].set_axis(customers.index)
    folds.columns = range(folds.shape[1])
    for repeat in folds:
        if folds[repeat].nunique() < 2:
            raise InputError(f"{path}: repeat {repeat + 1}: one fold alone; give two or more")
    return folds


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
            self.seconds = pd.read_csv(self.seconds_path)
            self.results = pd.read_csv(output)
            if set(self.seconds["stamp"]) != {stamp}:
                raise InputError(
                    f"{output}: made from other tables, folds, choices or code; "
                    "delete it or name another file"
                )
        elif output.exists():
            raise InputError(f"{output}: not made by this command; name another file")

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
        files.write_text(self.seconds_path, self.seconds.to_csv(index=False, lineterminator="\n"))


def stamp_of(customers: pd.DataFrame, folds: pd.DataFrame) -> str:
    """Hash of the customers, the folds, the choices and the code."""
    digest = hashlib.sha256()
    digest.update(customers[[ID, *FEATURES, TARGET]].to_csv(index=False).encode())
    digest.update(folds.to_csv(index=False).encode())
    digest.update(files.CONF_LOCK.read_bytes())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


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
    ledger = Ledger(output, stamp_of(customers, folds))
    waiting = [
        (repeat, fold)
        for repeat in folds
        for fold in sorted(folds[repeat].unique())
        if (repeat, fold) not in ledger.done()
    ]
    if done := len(ledger.done()):
        print(f"{output}: {done} folds are there, {len(waiting)} to go")
    function, first = job
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    # A worker of this pool starts no workers of its own: joblib runs one after the other there.
    with threadpool_limits(1), context.Pool(min(cpu_count(), len(waiting) or 1)) as pool:
        finished = pool.imap_unordered(partial(function, first, customers, folds), waiting)
        for fold in tqdm(finished, total=len(waiting), unit=" folds", disable=None):
            ledger.add(*fold)
    return ledger
