"""Promises of the hold-out: stable, of the share asked for, and honest about what it can show."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from one_click.columns import PROFIT
from one_click.offers.control_group import balance, in_holdout
from one_click.settings.offers import HoldOut

RULES = HoldOut(share=0.2, salt="salt", alpha=0.05, power=0.8)


def rules(**changed) -> HoldOut:
    return HoldOut(**(vars(RULES) | changed))


def test_the_hold_out_is_the_same_on_every_machine_and_in_every_month():
    """Of ids "0" to "19"; a change here draws other customers and spoils waves under way."""
    ids = pd.Series([str(number) for number in range(20)])
    assert np.flatnonzero(in_holdout(ids, RULES)).tolist() == [5, 7, 13, 16]


@given(st.lists(st.text(min_size=1), min_size=1, unique=True))
def test_an_id_alone_decides(ids):
    """Neither neighbours nor order."""
    held = in_holdout(pd.Series(ids), RULES)
    assert [in_holdout(pd.Series([one]), RULES)[0] for one in ids] == held.tolist()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_the_share_is_that_asked_for(share):
    """Ten thousand ids in a row, within four standard errors; in each stratum too."""
    ids = pd.Series(range(10_000))
    held = in_holdout(ids.astype(str), rules(share=share))
    for stratum in (np.ones(10_000, dtype=bool), ids % 4 == 1, ids > 7_000):
        error = (share * (1 - share) / stratum.sum()) ** 0.5
        assert abs(held[stratum].mean() - share) <= 4 * error


def test_a_larger_share_holds_out_the_same_and_more():
    ids = pd.Series(range(1_000)).astype(str)
    less, more = (in_holdout(ids, rules(share=share)) for share in (0.1, 0.3))
    assert (less <= more).all()
    assert less.sum() < more.sum()


def test_another_salt_draws_others():
    ids = pd.Series(range(10_000)).astype(str)
    both = in_holdout(ids, RULES) & in_holdout(ids, rules(salt="pepper"))
    assert both.mean() == pytest.approx(0.04, abs=0.01)


def test_balance_by_hand():
    """Four customers, one in each stratum; the one held out has the highest risk and profit."""
    people = pd.DataFrame({"risk": [0.2, 0.4, 0.6, 0.8], PROFIT: [1.0, 3.0, 2.0, 4.0]})
    found = balance(people, np.array([False, False, False, True]))
    assert (found["customers"], found["held_out"]) == (4, 1)
    assert found["strata"]["higher_risk_higher_profit"] == {"customers": 1, "held_out": 1}
    assert found["strata"]["lower_risk_lower_profit"] == {"customers": 1, "held_out": 0}
    assert sum(one["customers"] for one in found["strata"].values()) == 4
    apart = found["standardised_difference"]
    assert apart["risk"] == pytest.approx((0.8 - 0.4) / people["risk"].std())
    assert apart["profit"] == pytest.approx((4 - 2) / people[PROFIT].std())


def test_balance_of_nobody_and_of_people_alike():
    none = balance(pd.DataFrame({"risk": [], PROFIT: []}, dtype=float), np.zeros(0, dtype=bool))
    assert none["standardised_difference"] == {"risk": None, "profit": None}
    alike = pd.DataFrame({"risk": [0.5] * 3, PROFIT: [1.0] * 3})
    found = balance(alike, np.array([True, False, False]))
    assert found["standardised_difference"] == {"risk": None, "profit": None}
