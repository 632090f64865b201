"""Promises of who is known: told by id and values, and told what unseen models said."""

import pandas as pd
import pytest

from one_click.columns import ID
from one_click.new_month.known import is_known, scored_by_one, with_earlier
from one_click.risk.origins import NEW


@pytest.fixture(scope="module")
def everyone(customers):
    """Customers of the stages: the first stands aside, the second has no pages."""
    rows = customers.head(6).assign(origin=[NEW, *["fold_0"] * 5])
    return rows.assign(pages_per_visit=rows["pages_per_visit"].where(rows.index != 1))


def test_the_same_customers_are_known_but_for_those_that_no_model_learned(everyone):
    shuffled = everyone.drop(columns="origin")[::-1]
    known = is_known(shuffled, everyone)
    assert known.index.equals(shuffled.index)
    assert known.to_dict() == {5: True, 4: True, 3: True, 2: True, 1: True, 0: False}


def test_an_id_with_other_values_and_values_with_another_id_are_new(everyone):
    month = everyone.drop(columns="origin").copy()
    month.loc[2, "tenure_days"] += 30
    month.loc[3, "service_type"] = None
    month.loc[4, ID] = "0" + month.loc[4, ID]
    assert is_known(month, everyone).tolist() == [False, True, False, False, False, True]


def test_known_customers_keep_what_the_stages_said_of_them():
    table = pd.DataFrame({ID: [3, 1, 2], "score": [0.3, 0.1, 0.2], "reason_1": ["a", None, "b"]})
    earlier = pd.DataFrame(
        {ID: [1, 3, 9], "reason_1": ["z", None, "y"], "score": [9.1, 9.3, 9.9], "more": [0, 0, 0]}
    )
    mixed = with_earlier(table, earlier, pd.Series([True, False, False]))
    assert mixed[ID].tolist() == [3, 1, 2]
    assert mixed["score"].tolist() == [9.3, 0.1, 0.2]
    assert mixed["reason_1"].isna().tolist() == [True, True, False]
    assert list(mixed) == list(table)


def test_a_single_models_score_takes_the_place_of_a_mean():
    customers = pd.DataFrame({ID: [3, 1], "score": [0.3, 0.1], "score_by_one": [0.5, 0.2]})
    assert scored_by_one(customers)["score"].tolist() == [0.5, 0.2]
