"""Our sampled contributions beside shap's: `python benchmarks/explain.py [--customers 30]`.

The model for new customers of the last `dvc repro` explains the same customers by as many orders:
ours (hybrids of all customers in one call), shap's permutation explainer on the same background
customers (one customer after another). Prints seconds, rows and calls of the model, the ratio of
seconds, and how far each lies from a reference: ours by many times the orders.
"""

import argparse
import time

import numpy as np
import pandas as pd
import shap

import one_click  # noqa: F401, kernels are fixed before NumPy is imported
from one_click import artefacts
from one_click.columns import CATEGORIES, FEATURES
from one_click.customers.parts import is_learned
from one_click.reasons.shapley import drawn_orders, evenly_by_score, pair_contributions
from one_click.risk.model.model_files import model_of
from one_click.risk.model.scoring import scores


class Counted:
    """A model that counts what it is asked."""

    def __init__(self, model: object):
        self.model = model
        self.rows = self.calls = 0

    def decision_function(self, customers: pd.DataFrame) -> np.ndarray:
        """Scores of the model."""
        self.rows += len(customers)
        self.calls += 1
        return scores(self.model, customers)


class Codes:
    """Customers as numbers and back: shap's maskers put numbers together."""

    def __init__(self, customers: pd.DataFrame):
        self.types = customers.dtypes
        self.levels = {name: pd.factorize(customers[name], sort=True)[1] for name in CATEGORIES}

    def numbers(self, customers: pd.DataFrame) -> np.ndarray:
        """Categories by the place of their value."""
        codes = {
            name: pd.Index(self.levels[name]).get_indexer(customers[name]) for name in CATEGORIES
        }
        return customers.assign(**codes).to_numpy(dtype=float)

    def customers(self, numbers: np.ndarray) -> pd.DataFrame:
        """The customers that numbers stand for."""
        rows = pd.DataFrame(numbers, columns=list(FEATURES))
        for name in CATEGORIES:
            rows[name] = np.asarray(self.levels[name])[rows[name].astype(int)]
        return rows.astype(self.types)


def ours(model: Counted, asked: pd.DataFrame, background: pd.DataFrame, seed: int) -> np.ndarray:
    """Contributions by a pair of orders a background customer."""
    orders = drawn_orders(len(FEATURES), len(background), seed)
    return pair_contributions(model, asked, background, orders).mean(axis=0)


def theirs(model: Counted, asked: pd.DataFrame, background: pd.DataFrame) -> np.ndarray:
    """Shap's permutation explainer: an order and its reverse, over all the background, a pair."""
    codes = Codes(pd.concat([asked, background]))
    masker = shap.maskers.Independent(codes.numbers(background), max_samples=len(background))
    explainer = shap.explainers.PermutationExplainer(
        lambda numbers: model.decision_function(codes.customers(numbers)), masker, seed=0
    )
    evaluations = 2 * len(FEATURES) + 1  # one pair over so many background customers: as many rows
    return explainer(codes.numbers(asked), max_evals=evaluations, silent=True).values


def main() -> None:
    """Explain the same customers in both ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=30, help="how many are explained")
    parser.add_argument("--pairs", type=int, default=10, help="pairs of orders")
    parser.add_argument("--reference", type=int, default=200, help="pairs of the reference")
    arguments = parser.parse_args()
    customers = pd.read_parquet(artefacts.CUSTOMERS)
    features = customers.loc[is_learned(customers), list(FEATURES)].dropna()
    model = Counted(model_of(artefacts.MODEL, artefacts.MODEL.read_bytes()))
    score = scores(model.model, features)
    background = features.iloc[evenly_by_score(score, arguments.pairs)]
    asked = features.iloc[evenly_by_score(score, arguments.customers)]
    wide = background.loc[np.repeat(background.index, arguments.reference // arguments.pairs)]
    truth = ours(model, asked, wide, seed=1)
    print(f"{len(asked)} customers, {len(background)} pairs of orders and background customers")
    print(f"{'':<22}{'seconds':>9}{'rows':>9}{'calls':>7}{'mean distance':>15}")
    seconds = []
    for name, explain in (
        ("ours", lambda: ours(model, asked, background, seed=0)),
        ("shap, permutation", lambda: theirs(model, asked, background)),
    ):
        model.rows = model.calls = 0
        start = time.perf_counter()
        values = explain()
        seconds.append(time.perf_counter() - start)
        distance = np.abs(values - truth).mean()
        print(f"{name:<22}{seconds[-1]:>9.2f}{model.rows:>9}{model.calls:>7}{distance:>15.4f}")
    print(f"shap's seconds over ours: {seconds[1] / seconds[0]:.1f}")


if __name__ == "__main__":
    main()
