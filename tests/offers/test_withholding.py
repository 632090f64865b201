"""Promises of one plan for everybody: limits are kept, and groups change nobody's offer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.offers.limits import Limits
from one_click.offers.planning import planner_of
from one_click.offers.withholding import withheld_plan

SHARE = 0.4


def drawn(seed: int, customers: int = 20) -> tuple[np.ndarray, Limits, np.ndarray]:
    """Gains of three offers, a budget and a cap that bind or not, a control group by chance."""
    draws = np.random.default_rng(seed)
    gain = draws.random((customers, 3)) + 0.01
    gain[draws.random(gain.shape) < 0.3] = np.nan
    cost = draws.choice([0.0, 0.05, 0.3, 1.0], 3)
    use = np.vstack([cost, [0.0, 1.0, 0.0]])
    most = np.array([draws.choice([0.3, 2.0, 5.0, np.inf]), draws.choice([0, 1, 4, np.inf])])
    return gain, Limits(use, most), draws.random(customers) < SHARE


def plan_of(gain: np.ndarray, limits: Limits, control: np.ndarray, share: float = SHARE):
    return withheld_plan(planner_of(gain, limits.use), gain, limits, control, share)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), held_out=st.sampled_from(["chance", "all", "nobody"]))
def test_no_limit_is_overdrawn_whoever_is_held_out(seed, held_out):
    """The rule's share is 0.4, and by bad luck nobody may be in the group."""
    gain, limits, control = drawn(seed)
    control = {"chance": control, "all": control | True, "nobody": control & False}[held_out]
    plan = plan_of(gain, limits, control)
    planned, rows = plan.everybody.offer, np.flatnonzero(plan.offer >= 0)
    assert (limits.taken(plan.offer) <= limits.most + 1e-7).all()
    assert (plan.limits.taken(planned) <= plan.limits.most + 1e-7).all()
    assert (plan.offer == np.where(control, -1, planned)).all()
    assert plan.net_gain == pytest.approx(gain[rows, plan.offer[rows]].sum())
    assert np.isfinite(gain[rows, plan.offer[rows]]).all()
    assert 0 <= plan.everybody.gap <= 1
    assert plan.net_gain <= plan.everybody.net_gain + 1e-9 <= plan.everybody.bound + 2e-9


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_without_a_control_group_it_is_the_plan_of_the_limits(seed):
    gain, limits, control = drawn(seed)
    plan, alone = plan_of(gain, limits, control & False, 0.0), planner_of(gain, limits.use)
    best = alone.plan(limits.most)
    assert (plan.offer == best.offer).all()
    assert plan.net_gain == pytest.approx(best.net_gain)
    assert plan.everybody.bound == best.bound


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), who=st.integers(0, 19))
def test_who_changes_groups_changes_nobodys_offer_where_no_limit_was_overdrawn(seed, who):
    gain, limits, control = drawn(seed)
    swapped = control ^ (np.arange(len(control)) == who)
    one, other = (plan_of(gain, limits, group) for group in (control, swapped))
    raised = limits.most / (1 - SHARE)
    if all((plan.limits.most == raised).all() for plan in (one, other)):
        assert (one.everybody.offer == other.everybody.offer).all()


@settings(max_examples=25, deadline=None)
@given(
    control=st.lists(st.booleans(), min_size=30, max_size=30),
    who=st.integers(0, 29),
    cap=st.integers(1, 20),
)
def test_where_one_was_who_changes_groups_moves_the_limit_by_its_step(control, who, cap):
    """A cap of one offer: those up to some gain are planned, and the last one of them moves.

    A place of the cap stands for 1 / 0.6 customers, for twice as many where chance held out so many
    that the limit was raised by all it may be, and for as many again of those who get the offer
    where that begins.
    """
    gain = np.linspace(2.0, 1.0, 30)[:, None]
    limits = Limits(np.array([[0.0], [1.0]]), np.array([1.0, float(cap)]))
    control = np.array(control)
    swapped = control ^ (np.arange(30) == who)
    plans = [plan_of(gain, limits, group) for group in (control, swapped)]
    last = [int((plan.everybody.offer >= 0).sum()) for plan in plans]
    for plan, count in zip(plans, last, strict=True):
        assert (plan.everybody.offer[:count] == 0).all()
    others = ~control & (np.arange(30) != who)
    assert others[min(last) : max(last)].sum() <= 4 / (1 - SHARE)


def test_by_hand():
    """A cap of 3 is raised to 5 for a share of 0.4: five are planned.

    Two of them held out: three offers are made, all of the cap. One held out: four would be made,
    so that the last one is cut, and four are planned. Nobody: three are planned and made.
    """
    gain = np.linspace(2.0, 1.0, 10)[:, None]
    limits = Limits(np.array([[0.5], [1.0]]), np.array([100.0, 3.0]))
    for held_out, planned, made in (([0, 3], 5, 3), ([0], 4, 3), ([], 3, 3)):
        plan = plan_of(gain, limits, np.isin(np.arange(10), held_out))
        assert (plan.everybody.offer >= 0).sum() == planned
        assert (plan.offer >= 0).sum() == made


def test_what_is_over_is_cut_in_both_groups_and_may_get_another_offer():
    """Of a cap of 2 for calls, raised to 4, the third one is over, and so is the fourth, held out.

    Both get the letter instead, made or withheld.
    """
    gain = np.array([[3.0, 2.0, 1.5, 1.2, 1.1], [0.1] * 5]).T
    limits = Limits(np.array([[0.1, 0.1], [1.0, 0.0]]), np.array([9.0, 2.0]))
    plan = plan_of(gain, limits, np.array([False, False, False, True, True]), 0.5)
    assert plan.everybody.offer.tolist() == [0, 0, 1, 1, 1]
    assert plan.offer.tolist() == [0, 0, 1, -1, -1]
    assert plan.limits.left(plan.everybody.offer)[1] == 0
