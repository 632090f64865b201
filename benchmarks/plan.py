"""How long the plan of many customers takes, and how near it comes to the best one.

python benchmarks/plan.py [--customers 1000000] [--seeds 3]

Six offers, a budget and four caps; risks and profits at random, either all different or rounded, so
that thousands are alike. Prints seconds, the plan's gap to its bound, and what a greedy plan brings
as a share of it.
"""

import argparse
import time

import numpy as np

from one_click.offers.limits import Limits
from one_click.offers.planning import best_plan

COST = np.array([0.1, 0.15, 0.3, 0.12, 0.9, 0.05])
EFFECT = np.array([0.05, 0.06, 0.09, 0.05, 0.18, 0.02])
SHARES = np.array([0.04, 0.1, 0.02, 0.1, 0.1])  # of the limits, by customer


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


def main() -> None:
    """Draw, plan, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    print("customers  seed  values     seconds  gap       greedy / plan")
    for seed in range(arguments.seeds):
        for digits, name in ((12, "different"), (1, "alike")):
            net_gain, limits = drawn(arguments.customers, seed, digits)
            start = time.perf_counter()
            plan = best_plan(net_gain, limits)
            seconds = time.perf_counter() - start
            share = greedy_gain(net_gain, limits) / plan.net_gain
            print(
                f"{arguments.customers:9}  {seed:4}  {name:9}  {seconds:7.1f}  {plan.gap:.1e}"
                f"   {share:.4f}"
            )


if __name__ == "__main__":
    main()
