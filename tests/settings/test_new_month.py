"""Promises of the settings of drift: a nonsense is refused by name."""

from dataclasses import replace

import pytest
from helpers.drift import RULES

from one_click.running.errors import InputError


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("shifted", 0, "drift.shifted"),
        ("far", 0.04, "at least drift.shifted"),
        ("absent_far", 0.01, "at least drift.absent_shifted"),
        ("absent_shifted", 0, "between 0 and 1"),
        ("alpha", 1, "between 0 and 1"),
        ("least_rows", 1, "at least 2"),
    ],
)
def test_a_bound_out_of_order_is_refused(key, value, told):
    with pytest.raises(InputError, match=told):
        replace(RULES, **{key: value})
