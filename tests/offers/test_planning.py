"""Promises of a plan within limits: the best one, by trying every plan; a bound that holds."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.offers.limits import Limits
from one_click.offers.partitions import Prices
from one_click.offers.planning import Effort, best_plan, planner_of

GAINS = st.lists(
    st.tuples(*[st.one_of(st.just(np.nan), st.integers(1, 300).map(lambda n: n / 100))] * 3),
    min_size=1,
    max_size=4,
).map(np.array)
LIMITS = st.builds(
    lambda cost, channel, budget, cap: Limits(
        np.array([cost, channel], dtype=float), np.array([budget, cap])
    ),
    st.tuples(*[st.integers(0, 20).map(lambda number: number / 20)] * 3),
    st.tuples(*[st.integers(0, 1)] * 3),
    st.integers(1, 60).map(lambda number: number / 20),
    st.sampled_from([0, 1, 2, np.inf]),
)


def gain_of(net_gain: np.ndarray, offer: np.ndarray) -> float:
    made = np.flatnonzero(offer >= 0)
    return net_gain[made, offer[made]].sum()


def within(offer: np.ndarray, limits: Limits) -> bool:
    return bool((limits.left(offer) >= -1e-9).all())


def greedy(net_gain: np.ndarray, limits: Limits, rank: np.ndarray) -> np.ndarray:
    """Offers taken in falling order of `rank` as long as the limits last."""
    plan, left = np.full(len(net_gain), -1), limits.most.copy()
    for flat in np.argsort(-np.nan_to_num(rank, nan=-np.inf), axis=None, kind="stable"):
        row, offer = np.unravel_index(flat, rank.shape)
        use = limits.use[:, offer]
        if not np.isnan(net_gain[row, offer]) and plan[row] < 0 and (use <= left).all():
            plan[row] = offer
            left -= use
    return plan


def store(size: int, seed: int, digits: int = 6) -> tuple[np.ndarray, Limits]:
    """Customers of a store with six offers, a budget and four caps, of which most bind."""
    draws = np.random.default_rng(seed)
    cost = np.array([0.1, 0.15, 0.3, 0.12, 0.9, 0.05])
    effect = np.array([0.05, 0.06, 0.09, 0.05, 0.18, 0.02])
    at_risk = np.round(draws.random(size) * draws.normal(4, 1, size).clip(0) * 1.5, digits)
    net_gain = at_risk[:, None] * effect - cost
    net_gain[(net_gain < 0.05) | (draws.random(net_gain.shape) < 0.3)] = np.nan
    use = np.vstack([cost, np.eye(6)[[0, 4, 2, 5]]])
    return net_gain, Limits(use, size * np.array([0.04, 0.1, 0.02, 0.1, 0.1]))


@settings(max_examples=60, deadline=None)
@given(net_gain=GAINS, limits=LIMITS, core=st.sampled_from([1, 1000]))
def test_a_plan_is_the_best_of_all_plans(net_gain, limits, core):
    """Four customers and three offers have 256 plans: each is tried, with any first core."""
    best = 0.0
    for offers in product((-1, 0, 1, 2), repeat=len(net_gain)):
        tried = np.array(offers)
        gain = gain_of(net_gain, tried)
        if gain > best and within(tried, limits):
            best = gain
    plan = best_plan(net_gain, limits, Effort(core=core))
    assert within(plan.offer, limits)
    assert gain_of(net_gain, plan.offer) == pytest.approx(best, abs=1e-5)
    assert plan.net_gain == pytest.approx(gain_of(net_gain, plan.offer))
    assert plan.bound >= best - 1e-9


@settings(max_examples=50, deadline=None)
@given(net_gain=GAINS, limits=LIMITS)
def test_a_plan_is_never_worse_than_a_greedy_one(net_gain, limits):
    """Neither by net gain nor by net gain over cost."""
    found = best_plan(net_gain, limits).net_gain
    for rank in (net_gain, net_gain / np.maximum(limits.use[0], 1e-9)):
        assert found >= gain_of(net_gain, greedy(net_gain, limits, rank)) - 1e-6


@settings(max_examples=50, deadline=None)
@given(net_gain=GAINS, limits=LIMITS)
def test_the_lagrangian_bound_is_never_below_the_integer_plan(net_gain, limits):
    planner = planner_of(net_gain, limits.use)
    if planner.eligible:
        prices = planner.dual.prices(limits.most, 1e-9)
        assert (prices >= 0).all()
        (value,), _ = planner.partitions[0].relaxed(Prices(prices @ limits.use, np.zeros(3)))
        bound = value + prices @ np.where(prices > 0, limits.most, 0)
        assert bound >= planner.plan(limits.most).net_gain - 1e-9


def test_the_plan_of_a_store_is_that_of_dynamic_programming():
    """1300 customers, costs in twentieths: the best plan for each budget, customer by customer.

    A solver that stops within a hundredth of a percent leaves money and customers waiting.
    """
    draws = np.random.default_rng(10)
    units, effect = np.array([2, 3, 6, 18]), np.array([0.05, 0.06, 0.09, 0.18])
    net_gain = (draws.random(1300) * draws.random(1300) * 18)[:, None] * effect - units / 20
    net_gain[(net_gain < 0.05) | (draws.random(net_gain.shape) < 0.3)] = np.nan
    best = np.zeros(800 + 1)
    for gains_of_one in net_gain:
        without = best.copy()
        for unit, gain in zip(units, gains_of_one, strict=True):
            if not np.isnan(gain):
                best[unit:] = np.maximum(best[unit:], without[:-unit] + gain)
    plan = best_plan(net_gain, Limits(units[None, :] / 20, np.array([40.0])))
    made = np.flatnonzero(plan.offer >= 0)
    assert units[plan.offer[made]].sum() <= 800
    assert plan.net_gain == pytest.approx(best[-1], abs=1e-4)


@pytest.mark.parametrize("digits", [6, 1])
def test_two_hundred_thousand_are_planned_within_a_hundred_thousandth_of_the_bound(
    digits,
):
    """Whether no two customers are alike, or thousands are; no plan brings more than the bound."""
    net_gain, limits = store(200_000, 1, digits)
    plan = best_plan(net_gain, limits)
    assert within(plan.offer, limits)
    assert plan.net_gain == pytest.approx(gain_of(net_gain, plan.offer), rel=1e-12)
    assert plan.gap < 1e-5


def test_what_is_known_of_one_budget_serves_the_next():
    """Plans of one planner are as good as those of a new one each."""
    net_gain, limits = store(300, 2, 2)
    planner = planner_of(net_gain, limits.use)
    gains = []
    for budget in (0.0, 2.0, 5.0, 12.0, np.inf, 5.0):
        most = np.append(budget, limits.most[1:])
        again, new = planner.plan(most), best_plan(net_gain, Limits(limits.use, most))
        assert again.net_gain == pytest.approx(new.net_gain, rel=1e-3)
        assert again.net_gain <= new.bound + 1e-9
        gains.append(again.net_gain)
    assert gains[:5] == sorted(gains[:5])
    assert gains[5] == pytest.approx(gains[2], rel=1e-3)


def test_no_budget_gives_no_offer_not_even_one_that_costs_nothing():
    plan = best_plan(np.ones((3, 1)), Limits(np.zeros((1, 1)), np.zeros(1)))
    assert (plan.offer == -1).all()
    assert (plan.net_gain, plan.bound, plan.gap) == (0, 0, 0)


def test_of_customers_alike_the_first_ones_get_the_offers():
    net_gain = np.array([[0.5, np.nan], [0.5, 0.3], [0.5, np.nan], [0.5, 0.3], [0.5, np.nan]])
    plan = best_plan(net_gain, Limits(np.ones((1, 2)), np.array([2.0])))
    assert plan.net_gain == pytest.approx(1.0)
    pairs = [plan.offer[[0, 2, 4]].tolist(), plan.offer[[1, 3]].tolist()]
    for got in pairs:
        assert got == sorted(got, reverse=True)  # who got something (0) stands before who did not


def test_a_limit_is_kept_by_more_than_the_solver_keeps_it():
    """A solver allows itself a millionth: three offers of a third and a bit do not fit into 1."""
    net_gain, cost = np.ones((3, 1)), np.array([[(1 + 3e-7) / 3]])
    plan = best_plan(net_gain, Limits(cost, np.ones(1)))
    assert (plan.offer >= 0).sum() == 2


def test_planning_prints_nothing(capfd):
    """HiGHS 1.12 has a line of debugging that no option turns off."""
    for seed in range(2):
        net_gain, limits = store(600, seed)
        best_plan(net_gain, limits)
    assert capfd.readouterr() == ("", "")
