"""Promises of planning by partitions: one plan, whatever they are and wherever they are held."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.offers import partitions
from one_click.offers.limits import Limits
from one_click.offers.partitions import Doubtful, Partition, Prices, partitions_of, together
from one_click.offers.planning import QUICK, Effort, Planner, planner_of

SMALL = 32  # customers of a block here
EFFORTS = {
    "exact": Effort(nodes=2),
    "of a small core": Effort(nodes=2, core=9, exact=0),
    "quick": replace(QUICK, core=9),
}
FREE = Prices(np.zeros(3), np.zeros(3))


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(partitions, "BLOCK", SMALL)


def store(seed: int, customers: int, digits: int = 6) -> tuple[np.ndarray, Limits]:
    """Three offers, the first two of one effect, a budget and a cap that bind."""
    draws = np.random.default_rng(seed)
    cost = np.array([0.1, 0.12, 0.4])
    at_risk = np.round(draws.random(customers) * 6, digits)
    net_gain = at_risk[:, None] * np.array([0.06, 0.06, 0.15]) - cost
    net_gain[(net_gain < 0.02) | (draws.random(net_gain.shape) < 0.3)] = np.nan
    use = np.vstack([cost, [1.0, 0.0, 0.0]])
    return net_gain, Limits(use, customers * np.array([0.06, 0.1]))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    customers=st.integers(1, 300),
    number=st.integers(1, 12),
    digits=st.sampled_from([1, 6]),
    effort=st.sampled_from(sorted(EFFORTS)),
)
def test_the_plan_is_the_same_whatever_the_number_of_partitions(
    seed, customers, number, digits, effort
):
    """To the last bit: offers, what they bring, the bound, and the prices tried on the way."""
    net_gain, limits = store(seed, customers, digits)
    one = planner_of(net_gain, limits.use)
    some = Planner(partitions_of(net_gain, number=number), limits.use)
    plans = [planner.plan(limits.most, EFFORTS[effort]) for planner in (one, some)]
    assert (plans[0].offer == plans[1].offer).all()
    assert (plans[0].net_gain, plans[0].bound) == (plans[1].net_gain, plans[1].bound)
    assert one.dual.at.tobytes() == some.dual.at.tobytes()


@pytest.mark.parametrize("number", [1, 2, 5, 100])
def test_partitions_are_all_customers_in_their_order_by_whole_blocks(number):
    net_gain, _ = store(0, 5 * SMALL + 3)
    parts = partitions_of(net_gain, number=number)
    assert [part.start % SMALL for part in parts] == [0] * len(parts)
    assert len(parts) == min(number, 6)
    ends = [part.start + part.size for part in parts]
    assert [part.start for part in parts] == [0, *ends[:-1]]
    assert ends[-1] == len(net_gain)
    offers = np.concatenate([part.offered(FREE)[0] for part in parts])
    best = np.where(np.isnan(net_gain), -1, net_gain).argmax(axis=1)
    assert (offers == np.where(np.isnan(net_gain).all(axis=1), -1, best)).all()


def test_partitions_may_be_held_elsewhere():
    """A runner gets a method and handles; what comes back has been through another process."""
    net_gain, limits = store(1, 200)
    held = dict(enumerate(map(pickle.dumps, partitions_of(net_gain, number=3))))

    def elsewhere(method, handles, *arguments):
        there = [pickle.loads(held[handle]) for handle in handles]
        told = pickle.loads(pickle.dumps((method, arguments)))
        return pickle.loads(pickle.dumps([told[0](part, *told[1]) for part in there]))

    away = Planner(list(held), limits.use, elsewhere).plan(limits.most)
    here = planner_of(net_gain, limits.use).plan(limits.most)
    assert (away.offer == here.offer).all()
    assert (away.net_gain, away.bound) == (here.net_gain, here.bound)


def test_who_is_least_clear_is_the_same_in_whatever_order_partitions_answer():
    """Ties by the customer's place: of four alike the first ones are taken."""
    lead, ones = np.array([0.3, 0.1, 0.1, 0.1]), np.ones(4)
    part = Doubtful(np.array([0, 3, 1, 2]), np.zeros(4, dtype=np.int16), lead, ones[None, :])
    for parts in ([part.first(4), part.first(0)], [part.first(0), part.first(4)]):
        assert together(parts, 3).customer.tolist() == [1, 2, 3]


def test_what_a_partition_tells_by_hand():
    """At prices of 0.2 and 0.5: 1.0 - 0.2, 0.9 - 0.5, nothing of what is not worth its price."""
    net_gain = np.array([[1.0, 0.4], [np.nan, 0.9], [0.1, 0.3], [np.nan, np.nan]])
    part, prices = Partition(SMALL, net_gain), Prices(np.array([0.2, 0.5]), np.zeros(2))
    facts = part.facts()
    assert (facts.size, facts.eligible, facts.finite) == (4, 3, 5)
    assert facts.best.tolist() == [1.0, 0.9]
    values, counts = part.relaxed(prices)
    assert values == pytest.approx([0.8 + 0.4])
    assert counts.tolist() == [1, 1]
    offers, gains = part.offered(prices)
    assert offers.tolist() == [0, 1, -1, -1]
    assert gains == pytest.approx([1.9])
    least = part.doubtful(prices, 2)
    assert least.customer.tolist() == [SMALL + 2, SMALL + 1]
    assert least.lead == pytest.approx([0.1, 0.4])
    assert least.offer.tolist() == [-1, 1]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), effort=st.sampled_from(sorted(EFFORTS)), core=st.integers(1, 40))
def test_of_customers_alike_the_first_ones_get_the_offers_in_their_order(seed, effort, core):
    """However small the core is, and wherever they are: two hundred customers are of four kinds."""
    draws = np.random.default_rng(seed)
    kinds = np.array([[0.5, 0.48, np.nan], [0.3, 0.28, 0.6], [np.nan, 0.2, 0.4], [0.1, 0.08, 0.2]])
    kind = draws.integers(0, 4, 200)
    cost = np.array([0.1, 0.12, 0.4])
    limits = Limits(np.vstack([cost, [1.0, 0.0, 0.0]]), np.array([8.0 + seed % 20, 30.0]))
    terms = replace(EFFORTS[effort], core=core)
    plan = planner_of(kinds[kind], limits.use).plan(limits.most, terms)
    assert limits.hold(limits.left(plan.offer))
    for one in range(4):
        offers = np.where(plan.offer < 0, 9, plan.offer)[kind == one]
        assert offers.tolist() == sorted(offers)


def test_of_nobody_there_is_a_plan_too():
    net_gain = np.empty((0, 3))
    limits = Limits(np.ones((1, 3)), np.array([5.0]))
    plan = Planner(partitions_of(net_gain), limits.use).plan(limits.most)
    assert (plan.net_gain, plan.bound, len(plan.offer)) == (0, 0, 0)
