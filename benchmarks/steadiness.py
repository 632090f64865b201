"""How steady reasons are, by models and orders: `python benchmarks/steadiness.py [--pairs 4 10]`.

For customers at risk of the last `dvc repro`: the share of whom two disjoint sets of models that
have not seen them name the same leading theme, and the same leading column; sets of one model, of
two, and so on. One cross-fit a number of pairs of orders, whose seconds are told.
"""

import argparse
import time
from dataclasses import replace

import numpy as np
import pandas as pd

import one_click  # noqa: F401, kernels are fixed before NumPy is imported
from one_click import artefacts
from one_click.columns import ID
from one_click.folds import assigned_folds
from one_click.reasons.cross_fitting import cross_fitted
from one_click.reasons.steadiness import steadiness
from one_click.risk.model.model_files import model_of
from one_click.risk.origins import NEW, unseen_name
from one_click.running import writing
from one_click.running.lock import load
from one_click.stages.predict import Settings


def main() -> None:
    """Cross-fit once a number of pairs; print a row a size of the sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, nargs="+", default=[4, 10], help="of orders, a model")
    arguments = parser.parse_args()
    settings = load(Settings)
    customers = pd.read_parquet(artefacts.CUSTOMERS)
    risks = pd.read_parquet(artefacts.RISKS)
    at_risk = risks.loc[risks["risk"] >= writing.read_json(artefacts.CHOICE)["threshold"], ID]
    pipeline = model_of(artefacts.CHOSEN, artefacts.CHOSEN.read_bytes())
    repeats = settings.predict.repeats
    folds = np.array([assigned_folds(customers, settings.folds, n) for n in range(repeats)])
    print(f"{len(at_risk)} customers at risk, {repeats} models that have not seen each")
    print(f"{'pairs':>6}{'models a set':>14}{'theme':>8}{'column':>8}{'column in theme':>17}")
    for pairs in arguments.pairs:
        start = time.perf_counter()
        terms = replace(settings.predict, order_pairs=pairs)
        contributions = cross_fitted(pipeline, customers, folds, terms).contributions
        seconds = time.perf_counter() - start
        new = contributions.loc[contributions["model"] == NEW, ID]
        contributions = contributions[~contributions[ID].isin(new)]
        for size in range(1, repeats // 2 + 1):
            names = [unseen_name(repeat) for repeat in range(2 * size)]
            some = contributions[contributions["model"].isin(names)]
            row = steadiness(some, at_risk)
            print(
                f"{pairs:>6}{size:>14}{row['theme']:>8.3f}{row['column']:>8.3f}"
                f"{row['column_in_theme']:>17.3f}"
            )
        print(f"{seconds:.0f} s with {pairs} pairs", flush=True)


if __name__ == "__main__":
    main()
