"""Quality of the raw tables: what is counted, on tables made for it."""

import numpy as np
import pandas as pd
import pytest
from helpers.generated import write_tables
from helpers.store import small_store
from helpers.study import RULES

from one_click.columns import ID, TARGET
from one_click.customers.everyone import read_everyone
from one_click.customers.generated import draw_store
from one_click.customers.joining import CONTENT
from one_click.study.quality import (
    of_column,
    of_copies,
    of_revenue,
    order_tells_target,
    quality,
    table_of_columns,
    tukey_fences,
)


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict:
    """Quality of a generated store of 1300."""
    folder = write_tables(tmp_path_factory.mktemp("tables"), draw_store(1300, 20260)[0])
    return quality(read_everyone(folder), RULES, 10)


def test_fences_and_what_lies_outside_by_hand():
    values = pd.Series([1.0, 2, 3, 4, 5, 100, -50], name="tenure_days")
    assert tukey_fences(values, 1.5) == (1.5 - 1.5 * 3, 4.5 + 1.5 * 3)
    column = of_column(values, 1.5)
    assert (column["outliers_low"], column["outliers_high"]) == (1, 1)
    assert (column["type"], column["distinct"], column["sum"]) == ("whole", 7, 65)
    assert of_column(values, 100)["outliers_high"] == 0


def test_few_values_are_counted_and_missing_ones_are_no_value():
    column = of_column(pd.Series([3.0, 4, 4, np.nan], name="contacts_this_month"), 1.5)
    assert column["counts"] == {"3": 1, "4": 2}
    assert (column["missing"], column["mode"]) == (1, 4)
    empty = of_column(pd.Series([np.nan, np.nan], name="tenure_days"), 1.5)
    assert (empty["type"], empty["missing"]) == ("empty", 2)


def test_copies_near_copies_and_contradictions_are_told_apart():
    store = small_store(60, seed=2)
    exact, other_target = store.iloc[[0]].copy(), store.iloc[[1]].copy()
    exact[ID], other_target[ID] = "1000001", "1000002"
    other_target[TARGET] = 1 - other_target[TARGET]
    copies = of_copies(pd.concat([store, exact, other_target], ignore_index=True))
    assert copies["equal_features_and_target"] == copies["equal_but_for_the_id"] == 1
    assert copies["equal_features_other_target"] == 1
    assert copies["equal_revenue_of_all_months"] == 2


def test_ids_in_order_of_the_target_give_a_warning_and_shuffled_ones_none():
    store = small_store(300, seed=1)
    sorted_by_target = store.sort_values(TARGET, ignore_index=True)
    telling = order_tells_target(sorted_by_target.assign(**{ID: np.arange(300).astype(str)}), RULES)
    assert telling["id"]["auc"] == 1
    assert telling["id"]["warning"]
    assert telling["rows_in_order_of_id"]
    draws = np.random.default_rng(2)
    shuffled = sorted_by_target.assign(**{ID: draws.permutation(300).astype(str)})
    order = order_tells_target(shuffled, RULES)
    assert not order["id"]["warning"]
    assert order["row_order"]["warning"]


def test_a_month_is_told_with_and_without_its_slip():
    store = small_store(100, seed=0)
    store.loc[0, "revenue_this_month"] = 500_000.0
    month = of_revenue(store, 10)["revenue_this_month"]
    assert month["slips"] == 1
    difference = month["with_slips"]["sum"] - month["without_slips"]["sum"]
    assert difference == pytest.approx(500_000)
    assert month["without_slips"]["max"] < 20_000


def test_the_generated_stores_blemishes_are_counted(found):
    assert all(table["ids_absent"] == 0 for table in found["tables"].values())
    assert found["copies"]["equal_features_and_target"] == 11
    assert found["order"]["id"]["warning"]
    assert found["revenue"]["revenue_this_month"]["slips"] == 1
    assert found["spelling_mended"]


def test_the_table_has_a_row_a_column(found):
    table = table_of_columns(found["columns"])
    assert set(table["column"]) == {*CONTENT, "monthly_profit"} - {TARGET}
    assert "counts" not in table
