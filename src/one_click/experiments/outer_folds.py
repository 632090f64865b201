"""Outer folds: whom they hold, what is done, and a run over those that are not.

Customers that stand aside or are spare are in no fold, so no twin stands on both sides of one.
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
from typing import Any, Protocol

import pandas as pd
from joblib import cpu_count
from threadpoolctl import threadpool_limits

import one_click
from one_click import artefacts
from one_click.columns import FEATURES, ID, TARGET
from one_click.customers.parts import is_learned
from one_click.customers.preparation import prepared
from one_click.experiments.ledger import Ledger
from one_click.folds import REPEATS, outer_folds
from one_click.running.errors import InputError
from one_click.running.progress import bar
from one_click.settings.customers import Cleaning, Learn, Split

SOURCE = Path(one_click.__file__).parent
LEARNING = (  # the code that the measure depends on
    "allowed.py", "columns.py", "folds.py", "statistics.py", "customers", "risk", "running",
    "settings/customers.py", "settings/risk.py",
)  # fmt: skip


class Preparation(Protocol):
    """Settings by which customers are prepared."""

    cleaning: Cleaning
    split: Split
    learn: Learn


def customers_and_folds(
    params: Preparation, tables: Path, path: Path | None, repeats: int | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Customers that are learned from, and their folds: of a file, or made by a fixed seed.

    Raises
    ------
    InputError
        Where tables or folds are faulty, or fewer than one repeat is asked for.
    """
    if repeats is not None and repeats < 1:
        raise InputError(f"--repeats {repeats}: at least 1")
    everyone = prepared(tables, params.cleaning, params.split, params.learn)[0]
    learned = is_learned(everyone)
    customers = everyone[learned].reset_index(drop=True)
    if path:
        return customers, read_folds(path, customers, everyone.loc[~learned, ID], repeats)
    return customers, outer_folds(customers, repeats or REPEATS)


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
        table = pd.read_csv(path, dtype={ID: "str"})
    except FileNotFoundError:
        raise InputError(f"{path}: not found; name a file of folds") from None
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: not readable as CSV: {error}: correct it") from None
    if ID not in table or table.shape[1] < 2:
        raise InputError(f"{path}: give {ID} and a column of fold numbers a repeat")
    if index := [name for name in table if str(name).startswith("Unnamed")]:
        raise InputError(f"{path}: {', '.join(index)}: a column without a name; take it out")
    if table[ID].isna().any():
        raise InputError(f"{path}: {ID}: an empty cell; name the customer of each row")
    if table[ID].duplicated().any():
        twice = table.loc[table[ID].duplicated(), ID].tolist()
        raise InputError(f"{path}: {ID}: {_some(twice)} stand twice; give each customer once")
    table = table.set_index(ID)
    if repeats is not None and repeats > table.shape[1]:
        raise InputError(
            f"--repeats {repeats}: {path} has {table.shape[1]} repeats; ask for so many at most"
        )
    table = table.iloc[:, :repeats]
    if strangers := sorted(set(table.index) - set(customers[ID]) - set(aside)):
        raise InputError(f"{path}: {ID}: {_some(strangers)}: not in the tables; take them out")
    if absent := sorted(set(customers[ID]) - set(table.index)):
        raise InputError(f"{path}: {ID}: {_some(absent)}: no fold; add them")
    if count := len(set(table.index) & set(aside)):
        print(f"{path}: {count} customers stand aside by `cleaning` and are not scored")
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
    text = ", ".join(map(str, ids[:5]))
    return text if len(ids) <= 5 else f"{text} and {len(ids) - 5} more"


def stamp_of(customers: pd.DataFrame, folds: pd.DataFrame, job: Callable) -> str:
    """Hash of the customers, the folds, the choices, the code and the libraries' versions."""
    digest = hashlib.sha256()
    digest.update(customers[[ID, *FEATURES, TARGET]].to_csv(index=False).encode())
    digest.update(folds.to_csv(index=False).encode())
    digest.update(artefacts.CONF_LOCK.read_bytes())
    sources = [
        path
        for name in LEARNING
        for path in sorted((SOURCE / name).rglob("*.py") if "." not in name else [SOURCE / name])
    ]
    for source in [*sources, Path(inspect.getfile(job))]:
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
    keys = [
        (repeat, fold)
        for repeat in folds
        for fold in sorted(folds[repeat].unique())
        if (repeat, fold) not in ledger.done()
    ]
    if count := len(ledger.done()):
        print(f"{output}: {count} folds are there, {len(keys)} to go")
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    with (
        threadpool_limits(1),
        ProcessPoolExecutor(cpu_count(), context, _one_core) as pool,
        bar("outer", total=len(keys), unit="folds") as progress,
    ):
        futures = [pool.submit(function, first, customers, folds, key) for key in keys]
        try:
            for future in as_completed(futures):
                ledger.add(*future.result())
                progress.update()
        except BrokenProcessPool:
            raise InputError(
                f"{output}: a worker was killed (out of memory?); what is done is kept, "
                "the same command goes on"
            ) from None
        except BaseException:
            for future in futures:
                future.cancel()
            for process in multiprocessing.active_children():
                process.terminate()
            raise
    return ledger
