"""A broken comparison is noticed, and a sound one is let be."""

import numpy as np
import pandas as pd
import pytest
from helpers.outcomes import RULES, planned

from one_click.columns import ID, PROFIT
from one_click.outcomes import checks


@pytest.fixture
def rows() -> pd.DataFrame:
    return planned(400, 0.2, 5)


def test_a_sound_wave_passes(rows):
    verdicts = [
        checks.sample_ratio(rows, RULES.share),
        checks.assignment(rows, RULES),
        checks.balance(rows),
        checks.lost(rows),
        checks.strangers(rows, rows),
    ]
    assert all(check.holds for check in verdicts)
    assert checks.spoilt(verdicts) == set()


def test_a_control_group_of_another_size_is_noticed(rows):
    control = rows[~rows["treated"]]
    thinned = rows.drop(control.index[: len(control) // 2])
    check = checks.sample_ratio(thinned, RULES.share)
    assert not check.holds
    assert check.figures["p"] < checks.UNLIKELY
    assert checks.spoilt([check]) == {checks.ALL}


def test_a_customer_of_several_waves_was_drawn_once(rows):
    many = pd.concat([rows] * 5)
    once = checks.sample_ratio(rows, RULES.share).figures
    assert checks.sample_ratio(many, RULES.share).figures == once


def test_customers_moved_between_the_groups_are_noticed(rows):
    moved = rows.assign(treated=rows["treated"].where(rows.index > 2, ~rows["treated"]))
    check = checks.assignment(moved, RULES)
    assert (check.holds, check.figures["moved"], check.spoils) == (False, 3, checks.ALL)


def test_groups_that_differed_from_the_start_spoil_the_plain_comparison(rows):
    apart = rows.assign(risk=rows["risk"] + 0.2 * rows["treated"])
    check = checks.balance(apart)
    assert (check.holds, check.spoils) == (False, checks.PLAIN)
    assert check.figures["standardised_difference"]["risk"] > 0.5
    assert check.figures["standardised_difference"][PROFIT] is None  # all have the same


def test_a_group_that_is_lost_more_often_is_noticed(rows):
    control = rows.index[~rows["treated"]]
    check = checks.lost(
        rows.assign(declined=rows["declined"].where(~rows.index.isin(control[:30])))
    )
    assert not check.holds
    assert (check.figures["offers"], check.figures["controls"]) == (0, 30)
    evenly = rows.assign(declined=rows["declined"].where(rows.index % 5 > 0))
    assert checks.lost(evenly).holds


def test_the_control_group_must_not_be_sent_anything(rows):
    logged = rows.assign(sent=rows["treated"])
    assert checks.contamination(logged).holds
    assert checks.delivery(logged).holds
    control = logged.index[~logged["treated"]]
    few, many = (
        logged.assign(sent=logged["sent"] | logged.index.isin(control[:n])) for n in (2, 20)
    )
    assert checks.contamination(few).holds
    assert not checks.contamination(many).holds
    nothing = checks.delivery(logged.assign(sent=False))
    assert (nothing.holds, nothing.spoils) == (False, checks.SENT)


def test_customers_of_no_wave_are_a_warning(rows):
    outcome = pd.DataFrame({ID: [*rows[ID], "stranger"]})
    check = checks.strangers(rows, outcome)
    assert (check.holds, check.spoils, check.figures["customers"]) == (False, checks.NOTHING, 1)
    assert checks.spoilt([check]) == set()


def test_a_sound_wave_is_rarely_called_broken():
    """Of the control group's size, 1 of 1,000 by chance."""
    draws = np.random.default_rng(0).binomial(400, RULES.share, 300)
    rows = planned(400, 0.0, 0)
    failed = 0
    for count in draws:
        treated = np.arange(400) >= count
        failed += not checks.sample_ratio(rows.assign(treated=treated), RULES.share).holds
    assert failed <= 2
