"""Summaries of the training rows: shares of a class sum to one."""

import pytest

from one_click.columns import CATEGORIES
from one_click.study import summaries


def test_shares_of_a_category_sum_to_one_within_each_class(rows):
    found = summaries.categories_by_class(rows, 0.95)
    assert set(found) == set(CATEGORIES)
    for values in found.values():
        for of_class in ("declined", "stayed"):
            assert sum(v[of_class]["share"] for v in values.values()) == pytest.approx(1)
        assert sum(value["rows"] for value in values.values()) == len(rows)
