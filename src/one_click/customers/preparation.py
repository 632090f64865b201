"""The whole way from the raw tables to the customers' table, with its figures."""

import hashlib
from math import ceil
from pathlib import Path

import numpy as np
import pandas as pd

from one_click.columns import (
    BY_NAME,
    DECLINED,
    FEATURES,
    ID,
    LEARNED,
    PROFIT,
    STAYED,
    TABLES,
    TARGET,
)
from one_click.customers.cleaning import cleaned
from one_click.customers.everyone import read_everyone
from one_click.customers.joining import CONTENT
from one_click.customers.parts import is_learned
from one_click.customers.sql import CONSENT_COLUMN, UNANSWERED, UNKNOWN
from one_click.folds import assigned_parts, sampled
from one_click.running.errors import InputError
from one_click.settings.customers import Cleaning, Learn, Split


def with_parts(customers: pd.DataFrame, split: Split) -> pd.DataFrame:
    """Replace `aside` by `part`: train, test or aside."""
    learned = customers["aside"].isna()
    target = customers.loc[learned, TARGET]
    if target.empty:
        raise InputError(
            "tables: no customer is regular and without a slip: see cleaning in params.yaml"
        )
    if target.nunique() < 2:
        raise InputError("tables: after cleaning one class is left: see cleaning in params.yaml")
    part = pd.Series("aside", index=customers.index, dtype=object)
    part[learned] = assigned_parts(target, split.test_share, split.seed)
    ordered = [ID, TARGET, *FEATURES, PROFIT, "twin_of"]
    return customers[ordered].assign(part=part)


def with_spare_rows(customers: pd.DataFrame, learn: Learn) -> pd.DataFrame:
    """Leave a sample of the training rows, and of the test rows as large a share of them.

    The others become "spare": no outcome of theirs is used, and they are scored as new customers.
    A training row of a sample is never a test row of all rows.
    """
    counts = customers["part"].value_counts()
    if learn.rows is None or learn.rows >= counts["train"]:
        return customers
    part = customers["part"].to_numpy(dtype=object, copy=True)
    for name in LEARNED:
        own = np.flatnonzero(part == name)
        rows = round(counts[name] * learn.rows / counts["train"])
        part[own] = "spare"
        target = customers[TARGET].to_numpy()[own]
        part[own[sampled(target, rows, learn.seed)]] = name
    return customers.assign(part=part)


def check_enough(customers: pd.DataFrame, split: Split, folds: int) -> None:
    """Check that each class can be learned from and tested on.

    Parameters
    ----------
    customers
        With `part`.
    folds
        Into which the training rows will be split: each needs a row of each class.

    Raises
    ------
    InputError
        Where there are too few rows of a class, with the least that is needed.
    """
    target = BY_NAME[TARGET]
    mend = "a larger learn.rows" if (customers["part"] == "spare").any() else "more rows"
    for value in (STAYED, DECLINED):
        of_class = customers.loc[customers[TARGET] == (value == DECLINED), "part"]
        train, test = (of_class == "train").sum(), (of_class == "test").sum()
        if train < folds or not test:
            raise InputError(
                f"{TABLES[target.table].file}: column «{target.raw}»: {train + test} customers of "
                f"«{value.raw}» are too few to learn from; folds.splits {folds} and "
                f"split.test_share {split.test_share:g} need {least_of_class(split, folds)} of "
                f"each class at least: give {mend}"
            )


def least_of_class(split: Split, folds: int) -> int:
    """Customers that a class needs, so that each fold and the test rows have one of it."""
    rows = folds + 1
    while rows - ceil(rows * split.test_share) < folds:
        rows += 1
    return rows


def content_hash(customers: pd.DataFrame) -> str:
    """SHA-256 of the rows' cells, the same for every dialect and order of the raw tables."""
    columns = [ID, *CONTENT, PROFIT]
    rows = customers.sort_values(ID)[columns].to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(rows.encode()).hexdigest()


def prepared(
    folder: Path, cleaning: Cleaning, split: Split, learn: Learn | None = None
) -> tuple[pd.DataFrame, dict]:
    """Read the tables of a folder and prepare the customers.

    Parameters
    ----------
    learn
        How many training rows are learned from; None for all.

    Returns
    -------
    customers, metrics
        The customers' table; what was read, mended, left and set aside.
    """
    raw = read_everyone(folder)
    everyone = raw.customers.drop(columns=[UNANSWERED, UNKNOWN])
    customers, counts = cleaned(everyone, cleaning)
    customers = with_parts(customers, split)
    if learn is not None:
        customers = with_spare_rows(customers, learn)
    learned = customers[is_learned(customers)]
    spare = int((customers["part"] == "spare").sum())
    missing = everyone[list(FEATURES)].isna().sum()
    missing[CONSENT_COLUMN.name] = raw.customers[UNANSWERED].sum()  # read as a refusal
    metrics = {
        **counts,
        "customers": {
            "read": len(everyone),
            "kept": len(customers),
            "learned_or_tested": len(learned),
            **{part: int((customers["part"] == part).sum()) for part in LEARNED},
            **({"spare": spare} if spare else {}),
        },
        "declined": {"read": everyone[TARGET].sum(), "learned_or_tested": learned[TARGET].sum()},
        "missing": {name: int(count) for name, count in missing.items() if count},
        "spelling_mended": raw.mended,
        "encoding": raw.encodings,
        "data_hash": content_hash(everyone),
    }
    return customers, metrics
