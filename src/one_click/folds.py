"""Every split there is: test rows; folds to search, to compare, to predict, to measure by.

All are stratified and shuffled. No twin stands on both sides of one: a second copy is set aside
before any split (`customers.cleaning`), and is scored in the fold of its learned copy.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from one_click.columns import ID, LEARNED, TARGET
from one_click.running.errors import InputError

if TYPE_CHECKING:
    from sklearn.model_selection import StratifiedKFold

    from one_click.settings.risk import Folds

Positions = list[tuple[np.ndarray, np.ndarray]]
SPLITS, SEED, REPEATS = 5, 1000, 5  # of the outer measure


def stratified(splits: int, seed: int) -> "StratifiedKFold":
    """So many stratified, shuffled folds."""
    from sklearn.model_selection import StratifiedKFold

    return StratifiedKFold(splits, shuffle=True, random_state=seed)


def assigned_parts(target: pd.Series, share: float, seed: int) -> np.ndarray:
    """Mark rows "train" or "test", stratified by the target and shuffled.

    Raises
    ------
    InputError
        Where a class has too few rows to stand in both parts.
    """
    from sklearn.model_selection import train_test_split

    try:
        _, test = train_test_split(
            np.arange(len(target)), test_size=share, random_state=seed, stratify=target
        )
    except ValueError:
        raise InputError(
            f"tables: {len(target)} rows to learn from cannot be split by split.test_share {share}:"
            " a part would lack a class: give more rows or another share"
        ) from None
    part = np.full(len(target), "train", dtype=object)
    part[test] = "test"
    return part


def sampled(target: np.ndarray, rows: int, seed: int) -> np.ndarray:
    """Positions of so many rows at most, drawn class by class; fewer rows are among more.

    Parameters
    ----------
    target
        Shape (n,): 0 or 1.

    Returns
    -------
    positions
        In rising order, shape (min(rows, n),); each class has its share, rounded.
    """
    order = np.random.default_rng(seed).permutation(len(target))
    declined = order[target[order] == 1]
    stayed = order[target[order] == 0]
    rows = min(rows, len(target))
    of_declined = round(rows * len(declined) / len(target))
    return np.sort(np.concatenate([declined[:of_declined], stayed[: rows - of_declined]]))


def search_folds(folds: "Folds") -> "StratifiedKFold":
    """The folds of every candidate's search."""
    return stratified(folds.splits, folds.seed)


def comparison_folds(folds: "Folds", target: np.ndarray) -> Positions:
    """Training and test positions of `splits` x `repeats` folds, not those of the search."""
    from sklearn.model_selection import RepeatedStratifiedKFold

    cv = RepeatedStratifiedKFold(
        n_splits=folds.splits, n_repeats=folds.repeats, random_state=folds.seed + 1
    )
    return list(cv.split(np.zeros(len(target)), target))


def assigned_folds(customers: pd.DataFrame, folds: "Folds", repeat: int = 0) -> np.ndarray:
    """Fold of each customer in a repeat: whose model has not seen it; -1: the model on all rows."""
    learned = customers["part"].isin(LEARNED).to_numpy()
    target = customers.loc[learned, TARGET].to_numpy()
    cv = stratified(folds.splits, folds.seed + 2 + repeat)
    fold = np.full(len(customers), -1)
    positions = np.flatnonzero(learned)
    for number, (_, test) in enumerate(cv.split(target, target)):
        fold[positions[test]] = number
    of_copy = pd.Series(fold, index=customers[ID])
    twins = (customers["part"] == "aside") & customers["twin_of"].notna()
    fold[twins] = of_copy.reindex(customers.loc[twins, "twin_of"]).fillna(-1)
    return fold


def outer_folds(customers: pd.DataFrame, repeats: int) -> pd.DataFrame:
    """Fold of each customer (rows) in each repeat (columns), stratified, by a fixed seed."""
    target = customers[TARGET].to_numpy()
    folds = pd.DataFrame(index=customers.index)
    for repeat in range(repeats):
        cv = stratified(SPLITS, SEED + repeat)
        for fold, (_, test) in enumerate(cv.split(target, target)):
            folds.loc[customers.index[test], repeat] = fold
    return folds.astype(int)
