"""How often drift says "as learned" of fresh stores of the same law, and finds shifts of a size.

    python benchmarks/drift.py [--stores 200] [--customers 420 1300 5000] [--known 20260 1 2 3]

Run in the project's folder after `make repro`. The chosen pipeline learns each known store (a seed
of the generated one) once. Each fresh store is read, scored by that model and compared, as drawn
and then shifted:

number      a column moved up by half a standard deviation
category    a value's share moved up by 15 points
absent      5 % of a column emptied
score       the share above the known median score moved up by 15 points

The columns take turns over the stores. Prints a line a size and known store, shares with Wilson's
95 % intervals: how often "as learned" is said of the stores as drawn ("none"), and how often a
shift is found, in that very column. Then what a fifth of a column missing costs the ranking of the
first known store, the reason of `drift.absent_far`.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from sklearn.base import clone
from sklearn.metrics import roc_auc_score

from one_click import artefacts
from one_click.columns import (
    BY_NAME,
    CATEGORIES,
    FEATURES,
    ID,
    NUMBERS,
    REVENUES,
    TABLES,
    TARGET,
    category_codes,
)
from one_click.customers.everyone import with_flags
from one_click.customers.generated import draw_store, table_csv
from one_click.customers.parts import is_learned
from one_click.customers.preparation import prepared
from one_click.customers.reading import RawTables, read_tables
from one_click.folds import stratified
from one_click.new_month.drift import ALIKE, compared
from one_click.new_month.scoring import new_customers
from one_click.new_month.tallies import SCORE, Reference
from one_click.risk.model.model_files import model_of
from one_click.risk.model.scoring import scores
from one_click.running.lock import load
from one_click.running.stage import run
from one_click.settings.customers import Cleaning, Split
from one_click.settings.new_month import Drift
from one_click.statistics import share_interval

CUSTOMERS_KNOWN = 1_300
FIRST_FRESH_SEED = 1_000_000
SPLITS, SEED = 5, 0
DEVIATIONS, POINTS, EMPTIED, FIFTH = 0.5, 0.15, 0.05, 0.2
SHIFTS = ("none", "number", "category", "absent", SCORE)
CATEGORY_VALUES = [(name, code) for name in CATEGORIES for code in category_codes(name)]


@dataclass
class Settings:
    """How customers are cleaned, parted and compared."""

    cleaning: Cleaning
    split: Split
    drift: Drift


@dataclass(frozen=True)
class Known:
    """A store that was learned from: customers with out-of-fold scores, and the final model."""

    customers: pd.DataFrame
    model: Pipeline


def write_store(folder: str, customers: int, seed: int) -> Path:
    """Write the four tables of a generated store."""
    for key, frame in draw_store(customers, seed)[0].items():
        (Path(folder) / TABLES[key].file).write_bytes(table_csv(key, frame))
    return Path(folder)


def known_store(pipeline: Pipeline, seed: int, params: Settings) -> Known:
    """Learn a store; score each customer by one model that has not seen it, nor its twin."""
    with tempfile.TemporaryDirectory() as folder:
        tables = write_store(folder, CUSTOMERS_KNOWN, seed)
        everyone = prepared(tables, params.cleaning, params.split)[0]
    learned = is_learned(everyone).to_numpy()
    features, target = everyone[list(FEATURES)], everyone[TARGET].to_numpy()
    model = clone(pipeline).fit(features[learned], target[learned])
    score = scores(model, features)
    rows = np.flatnonzero(learned)
    for train, test in stratified(SPLITS, SEED).split(rows, target[rows]):
        fold_model = clone(pipeline).fit(features.iloc[rows[train]], target[rows[train]])
        score[rows[test]] = scores(fold_model, features.iloc[rows[test]])
    of_copy = everyone["twin_of"].map(pd.Series(score, index=everyone[ID]))
    return Known(everyone.assign(score=of_copy.fillna(pd.Series(score))), model)


def moved(customers: pd.DataFrame, name: str, known: pd.Series, rng: np.random.Generator):
    """A column of numbers moved up by a part of the known standard deviation, on its grid."""
    values = customers[name] + DEVIATIONS * known.std()
    if (known.dropna() % 1 == 0).all():
        values = np.floor(values + rng.random(len(values)))
    return customers.assign(**{name: values.clip(upper=BY_NAME[name].high)})


def with_more(customers: pd.DataFrame, name: str, code: str, rng: np.random.Generator):
    """A category in which a value's share is larger by some points."""
    value = code == category_codes(name)[1] if customers[name].dtype == bool else code
    others = np.flatnonzero(customers[name] != value)
    changed = rng.permutation(others)[: round(POINTS * len(customers))]
    column = customers[name].copy()
    column.iloc[changed] = value
    return customers.assign(**{name: column})


def emptied(customers: pd.DataFrame, name: str, rng: np.random.Generator):
    """A column with a part of its values missing."""
    rows = rng.permutation(len(customers))[: round(EMPTIED * len(customers))]
    column = customers[name].copy()
    column.iloc[rows] = None
    return customers.assign(**{name: column})


def riskier(customers: pd.DataFrame, median: float, rng: np.random.Generator):
    """Customers drawn again, so that more of them have a score above the known median."""
    high = (customers[SCORE] > median).to_numpy()
    chance = np.where(high, (0.5 + POINTS) / high.mean(), (0.5 - POINTS) / (1 - high.mean()))
    return customers.iloc[
        rng.choice(len(customers), len(customers), p=chance / chance.sum())
    ].reset_index(drop=True)


def shifts(
    fresh: pd.DataFrame, known: pd.DataFrame, store: int
) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Each kind of shift of a fresh store: its name, the column, the customers."""
    rng = np.random.default_rng(store)
    number = NUMBERS[store % len(NUMBERS)]
    category, code = CATEGORY_VALUES[store % len(CATEGORY_VALUES)]
    may_miss = [name for name in FEATURES if fresh[name].dtype != bool]
    absent = may_miss[store % len(may_miss)]
    yield "number", number, moved(fresh, number, known[number], rng)
    yield "category", category, with_more(fresh, category, code, rng)
    yield "absent", absent, emptied(fresh, absent, rng)
    yield SCORE, SCORE, riskier(fresh, known[SCORE].median(), rng)


def trials(known: Known, raw: RawTables, store: int, params: Settings) -> list[tuple]:
    """Each shift of a fresh store ("none": as drawn): the column, the verdict, whether right."""
    medians = known.customers[list(REVENUES)].median()
    fresh = new_customers(with_flags(raw), params.cleaning, medians)[0]
    fresh[SCORE] = scores(known.model, fresh[list(FEATURES)])
    reference = Reference.of(known.customers)
    figures = compared(reference, reference.tally(fresh, {}), params.drift)
    rows = [("none", figures["column"], figures["verdict"] == "use")]
    for shift, name, shifted in shifts(fresh, known.customers, store):
        figures = compared(reference, reference.tally(shifted, {}), params.drift)
        rows.append((shift, name, figures["columns"][name]["state"] != ALIKE))
    return rows


def told(right: pd.Series) -> str:
    """A share with its interval."""
    return "{share:.3f} [{low:.3f}, {high:.3f}]".format(
        **share_interval(right.sum(), len(right), 0.95)
    )


def cost_of_missing(pipeline: Pipeline, customers: pd.DataFrame) -> pd.Series:
    """Loss of the mean ROC-AUC over folds where a fifth of a column is missing, by column."""
    features, target = customers[list(FEATURES)], customers[TARGET].to_numpy()
    rng = np.random.default_rng(SEED)
    folds = list(stratified(SPLITS, SEED).split(target, target))
    models = [clone(pipeline).fit(features.iloc[train], target[train]) for train, _ in folds]

    def area(rows: pd.DataFrame) -> float:
        parts = zip(models, folds, strict=True)
        areas = [roc_auc_score(target[t], scores(m, rows.iloc[t])) for m, (_, t) in parts]
        return float(np.mean(areas))

    whole, losses = area(features), {}
    for name in (name for name in FEATURES if features[name].dtype != bool):
        kept = features[name].where(rng.random(len(features)) >= FIFTH, None)
        losses[name] = whole - area(features.assign(**{name: kept.astype(features[name].dtype)}))
    return pd.Series(losses)


def main() -> None:
    """Learn, draw, compare; print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stores", type=int, default=200)
    parser.add_argument("--customers", type=int, nargs="+", default=[420, 1_300, 5_000])
    parser.add_argument("--known", type=int, nargs="+", default=[20260, 1, 2, 3])
    arguments = parser.parse_args()
    params = load(Settings)
    pipeline = model_of(artefacts.CHOSEN, artefacts.CHOSEN.read_bytes())
    known = {seed: known_store(pipeline, seed, params) for seed in arguments.known}
    print("customers  known " + " ".join(f"{shift:21}" for shift in SHIFTS).rstrip(), flush=True)
    for customers in arguments.customers:
        rows = []
        for store in range(arguments.stores):
            with tempfile.TemporaryDirectory() as folder:
                raw = read_tables(write_store(folder, customers, FIRST_FRESH_SEED + store), False)
            for seed, learned in known.items():
                rows += [(seed, *trial) for trial in trials(learned, raw, store, params)]
        table = pd.DataFrame(rows, columns=["known", "shift", "column", "right"])
        for seed, of_store in table.groupby("known", sort=False):
            cells = [told(of_store.loc[of_store["shift"] == shift, "right"]) for shift in SHIFTS]
            print(f"{customers:9} {seed:6} " + " ".join(cells), flush=True)
        by_column = table[table["shift"] != "none"].groupby(["shift", "column"])["right"]
        least = by_column.mean().sort_values().head(1)
        (shift, column), share = least.index[0], least.iloc[0]
        print(f"{customers:9} least often found: {shift} of {column}, {share:.2f}", flush=True)
    learned_rows = known[arguments.known[0]].customers
    learned_rows = learned_rows[is_learned(learned_rows)]
    losses = cost_of_missing(pipeline, learned_rows)
    print(f"a fifth of a column missing costs at most {losses.max():.4f} of ROC-AUC", end=" ")
    print(f"({losses.idxmax()})")


if __name__ == "__main__":
    run(main)
