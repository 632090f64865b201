"""Four raw tables become one row a customer: nothing is averaged, multiplied or mixed up."""

import pandas as pd
import pytest
from helpers.joined import COLUMN_NAMES, customers, with_copies

from one_click.columns import (
    BY_NAME,
    COLUMNS,
    ID,
    PROFIT,
    RAW_ID,
    TABLES,
    TARGET,
)
from one_click.customers.joining import in_order_of_content, joined
from one_click.customers.reading import read_tables


def test_the_table_of_the_tests_is_that_of_joined(folder):
    """Otherwise the tests of single rules would prove nothing."""
    drawn, read = customers(3), joined(read_tables(folder).frames)
    assert list(drawn) == list(read) == COLUMN_NAMES
    assert {n: t.kind for n, t in drawn.dtypes.items()} == {
        n: t.kind for n, t in read.dtypes.items()
    }


def two_customers() -> dict[str, pd.DataFrame]:
    """Raw frames of customers 1 and 2; each table in another order, months in none."""
    of_customers = [c for c in COLUMNS if c.table == "customers"]
    rows = {
        column.raw: [column.values[0].code, column.values[1].code] if column.values else [1.5, 2.5]
        for column in of_customers
    }
    months = {table: TABLES[table].period for table in ("revenue", "minutes")}
    return {
        "customers": pd.DataFrame({RAW_ID: ["2", "1"], **rows}),
        "revenue": pd.DataFrame(
            [
                ("1", "previous_month", 12.0),
                ("2", "this_month", 23.0),
                ("1", "two_months_ago", 11.0),
                ("2", "two_months_ago", 21.0),
                ("2", "previous_month", 22.0),
                ("1", "this_month", 13.0),
            ],
            columns=[RAW_ID, months["revenue"], BY_NAME["revenue_this_month"].raw],
        ),
        "minutes": pd.DataFrame(
            [
                ("1", "this_month", 15.0),
                ("2", "previous_month", 24.0),
                ("1", "previous_month", 14.0),
                ("2", "this_month", 25.0),
            ],
            columns=[RAW_ID, months["minutes"], BY_NAME["minutes_this_month"].raw],
        ),
        "profit": pd.DataFrame({RAW_ID: ["1", "2"], BY_NAME[PROFIT].raw: [-0.5, 7.0]}),
    }


def test_joined_gives_each_customer_its_own_cells_and_months_as_columns():
    """Orders differ from table to table; nothing is averaged, multiplied or mixed up."""
    wide = joined(two_customers()).set_index(ID)
    assert sorted(wide.index) == ["1", "2"]
    for name, first, second in [
        ("revenue_two_months_ago", 11, 21),
        ("revenue_previous_month", 12, 22),
        ("revenue_this_month", 13, 23),
        ("minutes_previous_month", 14, 24),
        ("minutes_this_month", 15, 25),
        (PROFIT, -0.5, 7),
        ("pages_per_visit", 2.5, 1.5),
        (TARGET, 1, 0),
        ("contact_allowed", True, False),
        ("service_type", "premium", "standard"),
        ("favourite_category", "textile", "children"),
    ]:
        assert wide[name].loc[["1", "2"]].tolist() == [first, second], name


def test_joined_refuses_a_month_that_stands_twice():
    """`pivot`, not `pivot_table`: a double would be averaged in silence."""
    frames = two_customers()
    frames["revenue"] = pd.concat([frames["revenue"], frames["revenue"].iloc[[0]]])
    with pytest.raises(ValueError, match="duplicate"):
        joined(frames)


def test_rows_stand_in_the_order_of_their_content():
    """First by the first feature, last by profit; by id where all is equal."""
    everyone = customers(4, service_type=["standard", "premium", "premium", "premium"])
    everyone = with_copies(everyone, (2, 4), (2, 3)).assign(monthly_profit=[1.0, 9, 5, 5])
    for order in ([0, 1, 2, 3], [3, 2, 1, 0]):
        assert in_order_of_content(everyone.iloc[order])[ID].tolist() == list("3421")
