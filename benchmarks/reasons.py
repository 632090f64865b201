"""What reasons cost: `python benchmarks/reasons.py [--customers 1000] [--models logistic svc]`.

Each model learns the customers of the last `dvc repro` with the parts that conf.lock.yaml chose and
explains customers put together from their values, revenues moved by up to a thirtieth. Prints
seconds of the processor for a thousand customers and the model for new ones
(`predict.new_order_pairs` pairs of orders; second opinions have fewer): as they are explained, and
by hybrids alone. The next columns are of the columns as they are, categories by their number, where
shap's tree explainer is exact: ours, and shap's with the same background.

The last two are of forests: how far `ERROR_CUSTOMERS` customers' values lie from the exact ones
against all of a reference, as they are explained and by hybrids of the whole forest; the square
root of the mean square, over several references.
"""

import argparse
import time
import warnings

import numpy as np
import pandas as pd
import shap
from omegaconf import OmegaConf
from sklearn.base import clone
from threadpoolctl import threadpool_limits

import one_click  # noqa: F401, kernels are fixed before NumPy is imported
from one_click import artefacts
from one_click.columns import FEATURES, REVENUES, TARGET
from one_click.customers.parts import is_learned
from one_click.reasons.shapley import (
    along_orders,
    drawn_orders,
    evenly_by_score,
    pair_contributions,
    prepared,
)
from one_click.risk.model.pipeline import build_pipeline
from one_click.risk.model.scoring import scores
from one_click.settings.risk import Features

MODELS = (
    "logistic", "spline_logistic", "svc_linear", "svc", "knn", "random_forest", "extra_trees",
    "hist_gradient_boosting", "lightgbm",
)  # fmt: skip
TREES, FORESTS = MODELS[5:], MODELS[5:7]
REFERENCES, REFERENCE, ERROR_CUSTOMERS = 4, 200, 50
PLAIN = {"features": "raw", "encoder": "ordinal"}


class Parts:
    """The parts of conf.lock.yaml, some of them others of conf/, with one candidate."""

    def __init__(self, lock: dict, model: str, others: dict[str, str]) -> None:
        for group in ("features", "selector", "encoder", "scaler", "sampler"):
            choice = others.get(group)
            setattr(self, group, of_conf(group, choice) if choice else lock[group])
        self.features = Features(**self.features)
        self.candidates = {model: {k: middle(v) for k, v in of_conf("model", model).items()}}


def of_conf(group: str, choice: str) -> dict:
    """A file of conf/."""
    return OmegaConf.to_container(OmegaConf.load(artefacts.CONF / group / f"{choice}.yaml"))


def middle(value: object) -> object:
    """The middle of what is searched; nested specs too."""
    if not isinstance(value, dict):
        return value
    if "choices" in value:
        return value["choices"][len(value["choices"]) // 2]
    if "low" in value:
        between = np.sqrt(value["low"] * value["high"])
        return round(between) if isinstance(value["low"], int) else float(between)
    return {name: middle(inner) for name, inner in value.items()}


def seconds(work: object) -> float:
    """Of the processor."""
    start = time.process_time()
    work()
    return time.process_time() - start


def mixed(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    """Customers of whom each value is of another one."""
    draws = np.random.default_rng(0)
    asked = rows.iloc[draws.integers(0, len(rows), count)].reset_index(drop=True)
    asked = asked.apply(lambda column: column.to_numpy()[draws.permutation(count)])
    moves = draws.uniform(0.97, 1.03, (count, len(REVENUES)))
    return asked.assign(**(asked[list(REVENUES)] * moves).round())


def errors(model: object, rows: pd.DataFrame, pairs: int) -> np.ndarray:
    """Of a forest's values as they are made, and by hybrids: distance from the exact ones."""
    asked, squares = mixed(rows, ERROR_CUSTOMERS), []
    for seed in range(REFERENCES):
        reference = rows.sample(REFERENCE, random_state=seed)
        background = reference.iloc[evenly_by_score(scores(model, reference), pairs)]
        orders = drawn_orders(len(FEATURES), pairs, seed)
        one_by_one = (reference.iloc[[place]] for place in range(REFERENCE))  # each meets all trees
        exact = sum(pair_contributions(model, asked, one, orders[:1])[0] for one in one_by_one)
        both = pd.concat([asked, reference])
        for way in (pair_contributions, along_orders):
            values = way(model, both, background, orders).mean(axis=0)
            centred = values[:ERROR_CUSTOMERS] - values[ERROR_CUSTOMERS:].mean(axis=0)
            squares.append(np.square(centred - exact / REFERENCE).mean())
    return np.sqrt(np.reshape(squares, (REFERENCES, 2)).mean(axis=0))


def main() -> None:
    """Explain the same customers by each model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000, help="how many are explained")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=MODELS)
    arguments = parser.parse_args()
    count = arguments.customers
    warnings.simplefilter("ignore")
    lock = OmegaConf.to_container(OmegaConf.load(artefacts.CONF_LOCK))
    customers = pd.read_parquet(artefacts.CUSTOMERS)
    learned = customers[is_learned(customers)]
    rows, target = learned[list(FEATURES)], learned[TARGET].to_numpy()
    asked = mixed(rows, count)
    pairs, per = lock["predict"]["new_order_pairs"], 1_000 / count
    names = ("explained", "by hybrids", "plain: ours", "plain: shap's", "error", "by hybrids")
    print(f"{'':<24}" + "".join(f"{name:>15}" for name in names))
    for name in arguments.models:
        figures, distances = [], ""
        for others in ({}, PLAIN) if name in TREES else ({},):
            model = clone(build_pipeline(Parts(lock, name, others), name)).fit(rows, target)
            explainer, _ = prepared(model, rows.iloc[:200], pairs, seed=0)
            given = (model, asked, explainer.background, explainer.orders)
            figures.append(seconds(lambda given=given: pair_contributions(*given)))
            if not others:
                figures.append(seconds(lambda given=given: along_orders(*given)))
                if name in FORESTS:
                    distances = "".join(f"{error:>15.4f}" for error in errors(model, rows, pairs))
                continue
            few, base = (np.asarray(model[:-1].transform(r)) for r in (asked[:100], given[2]))
            tree = shap.TreeExplainer(model[-1], base, feature_perturbation="interventional")
            work = lambda t=tree, few=few: t.shap_values(few, check_additivity=False)  # noqa: E731
            figures.append(seconds(work) * count / len(few))
        shown = "".join(f"{figure * per:>15.2f}" for figure in figures)
        print(f"{name:<24}{shown}{distances}", flush=True)


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
