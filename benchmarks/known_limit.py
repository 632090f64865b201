"""How near the procedure comes to what can be known, on a generated store with an exact truth.

    python benchmarks/known_limit.py [--customers 20000] [--seed 11]

Draws a store with the true probability of each decline, runs the procedure of conf.lock.yaml on
three quarters of it, and holds what it says of the rest against the truth: ROC-AUC and log-loss of
both, and in how many of twenty bins of risk the mean true probability lies in the mean risk
interval, up to two standard errors.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from one_click.columns import FEATURES, ID, TABLES, TARGET
from one_click.commands.measure_procedure import Settings
from one_click.customers.generated import draw_store, table_csv
from one_click.customers.parts import is_learned
from one_click.customers.preparation import prepared
from one_click.risk.judging.measures import LOSSES, RANKING, expected_calibration_error
from one_click.risk.nested import predictions
from one_click.running.lock import load
from one_click.running.stage import run

BINS = 20


def drawn(customers: int, seed: int, params: Settings) -> pd.DataFrame:
    """Learned-from customers of a generated store, with their `truth`."""
    tables, truth = draw_store(customers, seed)
    with tempfile.TemporaryDirectory() as folder:
        for key, frame in tables.items():
            (Path(folder) / TABLES[key].file).write_bytes(table_csv(key, frame))
        everyone = prepared(Path(folder), params.cleaning, params.split)[0]
    joined = everyone.merge(truth, on=ID, validate="1:1")
    return joined[is_learned(joined)].reset_index(drop=True)


def main() -> None:
    """Draw, run, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    params = load(Settings)
    customers = drawn(arguments.customers, arguments.seed, params)
    test = np.random.default_rng(arguments.seed).random(len(customers)) < 0.25
    features, target = customers[list(FEATURES)], customers[TARGET].to_numpy()
    started = time.perf_counter()
    found = predictions(params, features, target, np.flatnonzero(~test), np.flatnonzero(test))
    seconds = time.perf_counter() - started
    truth, declined = customers.loc[test, "probability"].to_numpy(), target[test]
    print(f"{(~test).sum()} to learn from, {test.sum()} to test; chosen: {found.attrs['chosen']}")
    print(f"{seconds:.0f} seconds")
    for metric, measure in RANKING.items():
        ours, best = measure(declined, found["score"]), measure(declined, truth)
        print(f"{metric:18} {ours:.4f}, the truth {best:.4f}, short of it by {best - ours:.4f}")
    for metric, measure in LOSSES.items():
        ours, best = measure(declined, found["risk"]), measure(declined, truth)
        print(f"{metric:18} {ours:.4f}, the truth {best:.4f}, above it by {ours - best:.4f}")
    print(
        f"ece                {expected_calibration_error(declined, found['risk'].to_numpy()):.4f}"
    )
    print(f"mean width of the risk interval: {(found['risk_high'] - found['risk_low']).mean():.4f}")
    bins = pd.qcut(found["risk"].rank(method="first"), BINS, labels=False)
    by_bin = found.assign(truth=truth, bin=bins).groupby("bin")
    means = by_bin[["risk_low", "risk_high", "truth"]].mean()
    noise = by_bin["truth"].std() / np.sqrt(by_bin.size())
    inside = (means["risk_low"] - 2 * noise <= means["truth"]) & (
        means["truth"] <= means["risk_high"] + 2 * noise
    )
    print(f"bins of risk with the mean truth in the mean interval: {inside.sum()} of {BINS}")


if __name__ == "__main__":
    run(main)
