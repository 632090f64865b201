"""What was assumed and what waves show: counts add up, and what they contradict gives way."""

from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from helpers.outcomes import OFFERS
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.outcomes.learning import (
    Belief,
    assumed,
    contradicted,
    shown,
    updated,
    weight_of,
)
from one_click.outcomes.proposal import counted, lesson_of
from one_click.settings.offers import Effect, Learned

EFFECT = Effect(0.02, 0.05, 0.08)


def counts(offers: int, fell: int, controls: int, controls_fell: int) -> Learned:
    return Learned(1, offers, fell, controls, controls_fell, EFFECT)


def rows_of(*waves: Learned) -> pd.DataFrame:
    """Customers with these counts, a wave each."""
    frames = []
    for number, wave in enumerate(waves):
        for treated, rows, fell in (
            (True, wave.offers, wave.offers_declined),
            (False, wave.controls, wave.controls_declined),
        ):
            fate = {"treated": treated, "declined": np.arange(rows) < fell}
            frames.append(pd.DataFrame({"wave": str(number)} | fate))
    return pd.concat(frames, ignore_index=True)


SIZES = st.integers(1, 40)
WAVES = st.tuples(SIZES, SIZES, st.floats(0, 1), st.floats(0, 1)).map(
    lambda w: counts(w[0], round(w[0] * w[2]), w[1], round(w[1] * w[3]))
)


@settings(deadline=None, max_examples=30)
@given(st.lists(WAVES, min_size=1, max_size=4))
def test_waves_one_after_another_and_all_at_once_teach_the_same(waves):
    offer = OFFERS["call"]
    for wave in waves:
        offer = replace(offer, learned=counted(rows_of(wave), offer))
    together = counted(rows_of(*waves), OFFERS["call"])
    assert offer.learned == together
    assert together.waves == len(waves)
    assert together.assumed == OFFERS["call"].effect


def test_a_wave_without_one_of_the_groups_says_nothing():
    rows = rows_of(counts(10, 4, 5, 4))
    assert counted(rows[rows["treated"]], OFFERS["call"]) is None
    belief, figures = lesson_of(OFFERS["call"], None)
    assert figures["effect"] == asdict(OFFERS["call"].effect)
    assert figures["evidence"] is None
    assert belief == assumed(OFFERS["call"].effect)


def test_precisions_add_up_where_nothing_is_contradicted():
    belief = updated(Belief(0.0, 0.2), Belief(-0.2, 0.2))
    assert belief.mean == pytest.approx(-0.1)
    assert belief.deviation == pytest.approx(0.2 / np.sqrt(2))


@pytest.mark.parametrize("base", [0.6, 0.9, 0.97, 1.0])
@pytest.mark.parametrize(("offers", "controls"), [(25, 2), (20, 5), (114, 16)])
def test_small_waves_do_not_teach_an_effect_that_is_not_there(base, offers, controls):
    """95 % of what is shown holds none, and many waves together come to none."""
    draws = np.random.default_rng(0)
    total, inside = np.zeros(2), 0
    for _ in range(500):
        fell = draws.binomial(offers, base), draws.binomial(controls, base)
        total += fell
        belief = shown(counts(offers, int(fell[0]), controls, int(fell[1])))
        inside += abs(belief.mean) <= 1.96 * belief.deviation
    assert inside >= 0.9 * 500
    many = shown(counts(500 * offers, int(total[0]), 500 * controls, int(total[1])))
    assert abs(many.mean) < 0.04


def test_what_counts_show_is_near_the_truth_and_as_sure_as_its_draws():
    draws = np.random.default_rng(1)
    beliefs = [
        shown(counts(200, int(draws.binomial(200, 0.4)), 60, int(draws.binomial(60, 0.5))))
        for _ in range(1_000)
    ]
    means = np.array([belief.mean for belief in beliefs])
    assert means.mean() == pytest.approx(np.log(0.4 / 0.5), abs=0.02)
    assert np.mean([belief.deviation for belief in beliefs]) == pytest.approx(means.std(), rel=0.1)


def test_an_assumption_that_is_contradicted_gives_way():
    prior, far, near = assumed(EFFECT), Belief(np.log(0.4), 0.1), Belief(np.log(0.9), 0.1)
    assert contradicted(prior, far)
    assert not contradicted(prior, near)
    assert weight_of(prior, near) < 0.05
    assert updated(prior, far).effect().expected > 0.5
    harm = updated(prior, Belief(0.7, 0.1))
    assert harm.effect().expected == 0
    assert harm.chance_above(0.01) < 0.01


@given(st.floats(-1, 1), st.floats(0.02, 0.5), st.floats(-0.3, 0), st.floats(0.005, 0.1))
def test_a_belief_lies_between_what_was_assumed_and_what_was_shown(mean, error, middle, width):
    prior, estimate = Belief(middle, width), Belief(mean, error)
    belief = updated(prior, estimate)
    low, high = sorted((mean, middle))
    assert low - 1e-12 <= belief.mean <= high + 1e-12
    assert belief.deviation <= error


def test_the_middle_of_what_is_assumed_is_its_expected_effect():
    effect = assumed(EFFECT).effect()
    assert effect.expected == 0.05
    assert effect.low == pytest.approx(0.02, abs=1e-3)
    assert effect.high == pytest.approx(0.08, abs=1e-3)


def test_an_effect_within_0_and_1_is_what_the_file_gets():
    assert Belief(0.5, 0.1).effect() == Effect(0.0, 0.0, 0.0)
    assert Belief(-9.0, 3.0).effect().high == 0.999


def test_the_chance_of_more_than_break_even():
    belief = Belief(np.log(0.9), 0.05)
    assert belief.chance_above(0.1) == pytest.approx(0.5)
    assert belief.chance_above(0.0) > 0.98
    assert belief.chance_above(1.0) == 0.0
