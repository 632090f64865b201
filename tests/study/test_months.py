"""Changes between months, and what goes with profit."""

import numpy as np
import pandas as pd
import pytest

from one_click.columns import PROFIT, TARGET
from one_click.study import months


def test_changes_are_of_the_same_customers_and_steps_follow_time(rows):
    assert months.SERIES["revenue"][0] == "revenue_two_months_ago"
    assert months.SERIES["revenue"][-1] == "revenue_this_month"
    assert len(months.STEPS) == 3
    found = months.changes(rows, 0.95)["minutes_this_month_less_minutes_previous_month"]
    mine = rows[rows[TARGET] == 1]
    change = (mine["minutes_this_month"] - mine["minutes_previous_month"]).dropna()
    assert found["declined"]["mean"] == pytest.approx(change.mean())
    assert found["declined"]["rows"] == len(change)


def test_rank_correlation_by_hand():
    first = pd.Series(np.arange(10.0))
    swapped = pd.Series([1.0, 0, 2, 3, 4, 5, 6, 7, 9, 8])
    found = months.rank_correlation(first, swapped, 0.95)
    assert found["effect"] == pytest.approx(1 - 6 * 4 / (10 * 99))
    assert found["low"] < found["effect"] < found["high"] < 1
    assert months.rank_correlation(first, pd.Series(np.ones(10)), 0.95) is None


def test_profit_that_follows_a_feature_is_found_and_nothing_else(rows):
    drawn = rows.assign(**{PROFIT: rows["tenure_days"].fillna(0) / 100})
    found = months.profit_associations(drawn, 0.95)
    assert found["tenure_days"]["effect"] > 0.99
    assert found["tenure_days"]["p_holm"] < 1e-10
    assert found["contact_allowed"]["p_holm"] > 0.05
