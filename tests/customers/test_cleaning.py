"""Promises of the cleaning: which rows leave or stand aside, and why."""

import numpy as np
import pandas as pd
import pytest
from helpers.joined import STANDARD, cleaning, customers, with_copies

from one_click.columns import (
    BY_NAME,
    FEATURES,
    ID,
    PROFIT,
    REVENUES,
    TARGET,
)
from one_click.customers.cleaning import cleaned, revenue_slips


@pytest.mark.parametrize(
    ("rule", "left"),
    [("revenue_every_month", ["2", "3", "5"]), ("revenue_any_month", ["3"])],
)
def test_customers_who_are_not_regular_leave_and_are_listed(rule, left):
    """1 and 4 buy each month, 2 misses one, 3 never buys, one month of 5 is missing."""
    everyone = customers(
        5,
        revenue_two_months_ago=[1, 0, 0, 0.01, 1],
        revenue_previous_month=[1, 1, 0, 1, np.nan],
        revenue_this_month=[1, 1, 0, 1, 1],
    )
    kept, counts = cleaned(everyone, cleaning(regular=rule))
    assert sorted(kept[ID]) == sorted(set("12345") - set(left))
    assert counts["left"] == {rule: len(left)}
    assert counts["left_ids"] == {rule: left}


SLIP_AT_3 = {
    "revenue_two_months_ago": [100.0, 100, 80, 100, 100],
    "revenue_previous_month": [100.0, 100, 140, 100, 100],
    "revenue_this_month": [100.0, 1000, 1000.5, 90, 100],
}


def with_slip(rule: str):
    """Medians are 100: 1000 is ten of them, no more; 1000.5 of customer 3 is a slip."""
    kept, counts = cleaned(customers(5, **SLIP_AT_3), cleaning(revenue_slip=rule))
    assert counts["revenue_slips"] == 1
    assert counts["left"] == {"revenue_every_month": 0}
    kept = kept.set_index(ID).sort_index()
    others = list("1245")
    for name, values in SLIP_AT_3.items():
        assert kept.loc[others, name].tolist() == [values[int(i) - 1] for i in others]
    assert kept.loc[others, "aside"].isna().all()
    return kept.loc["3", [*REVENUES, "aside"]].tolist(), counts["aside"]


def test_a_slip_stands_aside_and_its_revenue_counts_as_missing():
    """Scored, not learned from; nor is it scored with a revenue that is wrong."""
    (two_ago, previous, this, aside), counted = with_slip("aside")
    assert (two_ago, previous) == (80, 140)
    assert np.isnan(this)
    assert aside == "revenue_slip"
    assert counted == {"revenue_slip": 1, "twin": 0}


def test_a_slip_is_repaired_by_the_mean_of_the_other_months():
    (two_ago, previous, this, aside), counted = with_slip("repair")
    assert (two_ago, previous, this) == (80, 140, 110)
    assert pd.isna(aside)
    assert counted == {"revenue_slip": 0, "twin": 0}


def test_a_slip_is_kept():
    (two_ago, previous, this, aside), counted = with_slip("keep")
    assert (two_ago, previous, this) == (80, 140, 1000.5)
    assert pd.isna(aside)
    assert counted == {"revenue_slip": 0, "twin": 0}


def test_two_slips_of_a_customer_are_one_customer_and_repaired_by_the_third_month():
    slips = {name: [100.0, 100, 5000, 100, 100] for name in REVENUES[1:]}
    kept, counts = cleaned(customers(5, **slips), cleaning(revenue_slip="repair"))
    assert counts["revenue_slips"] == 1
    assert kept.set_index(ID).loc["3", list(REVENUES)].tolist() == [100, 100, 100]


def test_a_repair_leaves_an_empty_month_empty():
    """What is missing is no slip."""
    months = {name: [100.0] * 5 for name in REVENUES}
    months[REVENUES[1]][2] = np.nan
    rules = cleaning(revenue_slip="repair", regular="revenue_any_month")
    kept, counts = cleaned(customers(5, **months), rules)
    assert counts["revenue_slips"] == 0
    assert kept[REVENUES[1]].isna().sum() == 1


def test_of_three_copies_the_first_id_is_learned_and_the_others_stand_aside():
    """Whatever the order of rows; profit is theirs and may differ."""
    everyone = with_copies(customers(7), (3, 5), (3, 7))
    for order in ([0, 1, 2, 3, 4, 5, 6], [6, 4, 2, 0, 1, 3, 5]):
        kept, counts = cleaned(everyone.iloc[order], STANDARD)
        assert counts["left"] == {"revenue_every_month": 0}
        assert counts["aside"] == {"revenue_slip": 0, "twin": 2}
        kept = kept.set_index(ID).sort_index()
        assert kept["twin_of"].dropna().to_dict() == {"5": "3", "7": "3"}
        assert kept["aside"].dropna().to_dict() == {"5": "twin", "7": "twin"}
        assert kept[PROFIT].tolist() == everyone[PROFIT].tolist()


def test_twins_are_dropped_and_listed():
    everyone = with_copies(customers(7), (3, 5), (3, 7), (2, 6))
    kept, counts = cleaned(everyone, cleaning(twins="drop"))
    assert sorted(kept[ID]) == list("1234")
    assert kept["twin_of"].isna().all()
    assert counts["left"] == {"revenue_every_month": 0, "twin": 3}
    assert counts["left_ids"] == {"revenue_every_month": [], "twin": list("567")}
    assert counts["aside"] == {"revenue_slip": 0, "twin": 0}


@pytest.mark.parametrize("name", [*FEATURES, TARGET])
def test_customers_who_differ_in_one_feature_or_the_target_are_no_twins(name):
    everyone = with_copies(customers(4), (1, 3))
    assert cleaned(everyone, STANDARD)[1]["aside"]["twin"] == 1
    column = BY_NAME[name]
    if column.kind == "category":
        other = column.values[1].code
    else:
        other = {"number": 55.5, "consent": False, "label": 0}[column.kind]
    everyone.loc[2, name] = other
    assert cleaned(everyone, STANDARD)[1]["aside"]["twin"] == 0


def test_twins_may_share_a_missing_value():
    everyone = with_copies(customers(4, promo_share=[np.nan, 0.1, 0.2, 0.3]), (1, 3))
    everyone["service_type"] = pd.Series([None, "premium", None, "premium"], dtype=object)
    assert cleaned(everyone, STANDARD)[0]["twin_of"].dropna().tolist() == ["1"]


@pytest.mark.parametrize("rule", ["aside", "repair", "keep"])
def test_the_copy_of_a_slip_is_a_twin(rule):
    """Found before the slip is taken out; both stand aside where a slip does."""
    everyone = with_copies(customers(7, revenue_this_month=[100.0, 9999] + 5 * [100.0]), (2, 4))
    kept, counts = cleaned(everyone, cleaning(revenue_slip=rule))
    aside = kept.set_index(ID)["aside"].dropna().to_dict()
    assert aside == ({"2": "revenue_slip"} if rule == "aside" else {}) | {"4": "twin"}
    assert counts["revenue_slips"] == 2
    assert counts["aside"] == {"revenue_slip": int(rule == "aside"), "twin": 1}


def test_a_month_in_which_most_bought_nothing_makes_no_slips():
    """The median is that of those who bought."""
    store = customers(12)
    store["revenue_this_month"] = [0.0] * 8 + [100.0, 110.0, 120.0, 5_000.0]
    slips = revenue_slips(store, 10)["revenue_this_month"]
    assert slips.tolist() == [False] * 11 + [True]
