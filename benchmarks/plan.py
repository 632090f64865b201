"""What the plan of many customers costs, how near it comes to the best one, and other budgets.

python benchmarks/plan.py [--customers 200000 1000000 4000000] [--seeds 2] [--alike]

Six offers, a budget and four caps; risks and profits at random, either all different or rounded
(`--alike`), so that thousands are alike. Each number of customers is planned in a process of its
own. Prints seconds of a processor, megabytes that the planner takes at most beside what it is
given, the gap to the bound, what a greedy plan brings as a share of the plan, and the seconds of 21
budgets, one after another; then the exponent with which the seconds of a plan grow.
"""

import argparse
import multiprocessing
import time
import tracemalloc
from itertools import pairwise

import numpy as np

from one_click.offers.limits import Limits
from one_click.offers.planning import QUICK, planner_of

COST = np.array([0.1, 0.15, 0.3, 0.12, 0.9, 0.05])
EFFECT = np.array([0.05, 0.06, 0.09, 0.05, 0.18, 0.02])
SHARES = np.array([0.04, 0.1, 0.02, 0.1, 0.1])  # of the limits, by customer
MOST_GREEDY = 200_000  # customers: taking offer by offer is slow
BUDGETS = np.linspace(0.1, 2.1, 21)  # times the budget


def drawn(customers: int, seed: int, digits: int) -> tuple[np.ndarray, Limits]:
    """Net gains, NaN where an offer is not to be made, and limits of which most bind."""
    draws = np.random.default_rng(seed)
    at_risk = draws.random(customers) * draws.normal(4, 1, customers).clip(0) * 1.5
    net_gain = np.round(at_risk, digits)[:, None] * EFFECT - COST
    net_gain[(net_gain < 0.05) | (draws.random(net_gain.shape) < 0.3)] = np.nan
    use = np.vstack([COST, np.eye(len(COST))[[0, 4, 2, 5]]])
    return net_gain, Limits(use, customers * SHARES)


def greedy_gain(net_gain: np.ndarray, limits: Limits) -> float:
    """What offers bring that are taken in falling order of net gain over cost."""
    worth = np.where(np.isnan(net_gain), -np.inf, net_gain / COST).ravel()
    order = np.argsort(-worth, kind="stable")[: int(np.isfinite(worth).sum())]
    free, left, total = np.ones(len(net_gain), dtype=bool), limits.most.copy(), 0.0
    for row, offer in zip(*np.unravel_index(order, net_gain.shape), strict=True):
        if free[row] and (limits.use[:, offer] <= left).all():
            free[row] = False
            left -= limits.use[:, offer]
            total += net_gain[row, offer]
    return total


def measured(customers: int, seed: int, digits: int) -> dict[str, float]:
    """Seconds, megabytes and gaps of one store."""
    few, limits = drawn(100, seed, digits)
    planner_of(few, limits.use).plan(limits.most)  # what is imported is not counted
    net_gain, limits = drawn(customers, seed, digits)
    start = time.process_time()
    planner = planner_of(net_gain, limits.use)
    plan = planner.plan(limits.most)
    seconds = time.process_time() - start
    start = time.process_time()
    for times in BUDGETS:
        planner.plan(np.append(times * limits.most[0], limits.most[1:]), QUICK)
    budgets = time.process_time() - start
    del planner
    tracemalloc.start()
    planner_of(net_gain, limits.use).plan(limits.most)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    greedy = greedy_gain(net_gain, limits) / plan.net_gain if customers <= MOST_GREEDY else np.nan
    return {
        "seconds": seconds,
        "megabytes": peak / 1e6,
        "gap": plan.gap,
        "greedy": greedy,
        "budgets": budgets,
    }


def main() -> None:
    """Draw, plan, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, nargs="+", default=[1_300, 200_000, 1_000_000])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--alike", action="store_true")
    arguments = parser.parse_args()
    means = {}
    print("customers  seed  seconds  megabytes  gap      greedy / plan  seconds of 21 budgets")
    for customers in arguments.customers:
        rows = []
        for seed in range(arguments.seeds):
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                row = pool.apply(measured, (customers, seed, 1 if arguments.alike else 12))
            rows.append(row["seconds"])
            print(
                f"{customers:9}  {seed:4}  {row['seconds']:7.2f}  {row['megabytes']:9.0f}"
                f"  {row['gap']:.1e}  {row['greedy']:13.4f}  {row['budgets']:7.2f}",
                flush=True,
            )
        means[customers] = float(np.mean(rows))
    sizes = sorted(means)
    for less, more in pairwise(sizes):
        exponent = np.log(means[more] / means[less]) / np.log(more / less)
        print(f"exponent of the seconds from {less} to {more}: {exponent:.2f}")


if __name__ == "__main__":
    main()
