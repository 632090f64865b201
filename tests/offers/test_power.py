"""What a wave can show: as the textbook has it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from one_click.offers.power import power
from one_click.settings.offers import HoldOut

RULES = HoldOut(share=0.2, salt="salt", alpha=0.05, power=0.8)


def test_the_detectable_difference_is_that_of_the_textbook():
    """Cohen's h = (z of alpha / 2 + z of power) x root(1 / n1 + 1 / n2)."""
    found = power(300, 100, 0.8, 0.05, RULES)
    h = (norm.ppf(0.975) + norm.ppf(0.8)) * (1 / 300 + 1 / 100) ** 0.5
    share = 0.8 - found["detectable"]
    assert 2 * (np.arcsin(0.8**0.5) - np.arcsin(share**0.5)) == pytest.approx(h, rel=1e-3)
    assumed = 2 * (np.arcsin(0.8**0.5) - np.arcsin(0.75**0.5))
    assert found["waves"] == int(np.ceil((h / assumed) ** 2))


@given(
    offers=st.integers(20, 5000), controls=st.integers(20, 5000), base=st.floats(0.2, 0.95),
    part=st.floats(0.01, 0.5),
)  # fmt: skip
def test_what_is_assumed_shows_in_one_wave_just_where_it_is_detectable(
    offers, controls, base, part
):
    found = power(offers, controls, base, base * part, RULES)
    if found["detectable"] is None or found["detectable"] > base * part * 1.001:
        assert found["waves"] > 1
    if found["detectable"] is not None and found["detectable"] < base * part * 0.999:
        assert found["waves"] == 1


@pytest.mark.parametrize(
    ("offers", "controls", "base"), [(0, 10, 0.5), (10, 0, 0.5), (0, 0, None), (5, 5, 0.0)]
)
def test_without_two_groups_there_is_nothing_to_compare(offers, controls, base):
    found = power(offers, controls, base, 0.1, RULES)
    assert (found["detectable"], found["waves"]) == (None, None)


def test_too_few_can_show_nothing():
    """Five against five: not even a share of zero would show, against three in ten."""
    found = power(5, 5, 0.3, 0.1, RULES)
    assert found["detectable"] is None
    assert found["waves"] > 10
    assert power(5, 5, 0.3, 0.0, RULES)["waves"] is None
