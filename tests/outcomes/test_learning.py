"""What was assumed and what waves show: precisions add up, in any order, all at once or not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.outcomes.learning import Belief, assumed, updated
from one_click.outcomes.proposal import estimate_of
from one_click.settings.offers import Effect

BELIEFS = st.builds(Belief, st.floats(-1, 0.3), st.floats(0.01, 1))


@settings(deadline=None)
@given(BELIEFS, st.lists(BELIEFS, min_size=1, max_size=5), st.randoms())
def test_waves_one_after_another_and_all_at_once_give_the_same(prior, waves, random):
    belief = prior
    for wave in random.sample(waves, len(waves)):
        belief = updated(belief, [wave])
    pooled = updated(prior, waves)
    assert belief.mean == pytest.approx(pooled.mean, abs=1e-9)
    assert belief.deviation == pytest.approx(pooled.deviation)
    assert pooled.deviation < min(each.deviation for each in (prior, *waves)) + 1e-12


def test_two_equal_estimates_by_hand():
    assert updated(Belief(0.0, 0.2), [Belief(-0.4, 0.2)]).mean == pytest.approx(-0.2)
    assert updated(Belief(0.0, 0.2), [Belief(-0.4, 0.2)]).deviation == pytest.approx(
        0.2 / np.sqrt(2)
    )


@settings(deadline=None)
@given(st.floats(-0.5, -0.11), st.floats(0.001, 0.05))
def test_a_belief_survives_the_file(mean, deviation):
    belief = assumed(Belief(mean, deviation).effect(digits=12))
    assert belief.mean == pytest.approx(mean, abs=1e-9)
    assert belief.deviation == pytest.approx(deviation, rel=1e-6)


def test_the_middle_of_what_is_assumed_is_its_expected_effect():
    belief = assumed(Effect(0.02, 0.05, 0.08))
    effect = belief.effect()
    assert effect.expected == 0.05
    assert effect.low == pytest.approx(0.02, abs=1e-3)
    assert effect.high == pytest.approx(0.08, abs=1e-3)


def test_an_effect_within_0_and_1_is_what_the_file_gets():
    assert Belief(0.5, 0.1).effect() == Effect(0.0, 0.0, 0.0)
    assert Belief(-9.0, 3.0).effect().high == 0.999


def test_certain_assumptions_are_certain():
    belief = assumed(Effect(0.1, 0.1, 0.1))
    assert belief.deviation == pytest.approx(1e-3)
    assert updated(belief, [Belief(0.0, 0.2)]).effect().expected == pytest.approx(0.1, abs=1e-3)


def test_the_chance_of_more_than_break_even():
    belief = Belief(np.log(0.9), 0.05)
    assert belief.chance_above(0.1) == pytest.approx(0.5)
    assert belief.chance_above(0.0) > 0.98
    assert belief.chance_above(1.0) == 0.0


def test_a_small_wave_teaches_by_its_counts():
    few = {"offers": 10, "offers_declined": 4, "controls": 5, "controls_declined": 4}
    belief = estimate_of(few | {"adjusted": None})
    assert belief.mean == pytest.approx(np.log(4.5 / 10.5 / (4.5 / 5.5)))
    assert belief.deviation == pytest.approx(np.sqrt(1 / 4.5 - 1 / 10.5 + 1 / 4.5 - 1 / 5.5))
    nobody = few | {"offers_declined": 0, "adjusted": None}
    assert np.isfinite(estimate_of(nobody).mean)
    assert estimate_of(few | {"controls": 0, "controls_declined": 0, "adjusted": None}) is None


def test_the_error_of_a_small_wave_is_that_of_its_draws():
    draws = np.random.default_rng(0)
    beliefs = [
        estimate_of(
            {
                "offers": 60, "offers_declined": int(draws.binomial(60, 0.4)),
                "controls": 18, "controls_declined": int(draws.binomial(18, 0.5)), "adjusted": None,
            }
        )
        for _ in range(2_000)
    ]  # fmt: skip
    means = np.array([belief.mean for belief in beliefs])
    assert np.mean([belief.deviation for belief in beliefs]) == pytest.approx(means.std(), rel=0.1)
    assert means.mean() == pytest.approx(np.log(0.4 / 0.5), abs=0.05)
