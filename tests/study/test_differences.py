"""Tests of the classes: by hand, by an oracle, and as rarely wrong as they say."""

import numpy as np
import pandas as pd
import pytest
from helpers.shuffled import shuffled_target

from one_click.columns import CATEGORIES, NUMBERS, PROFIT
from one_click.study import differences, effects

FIRST, SECOND = np.array([3.0, 4.0, 5.0, 5.0]), np.array([1.0, 3.0, 3.0, 4.0, 0.0])


def test_cliffs_delta_counts_pairs():
    """Of 20 pairs 15 are won (2.5 + 3.5 + 2 x 5 less ties) and ties count for nothing."""
    won = sum(a > b for a in FIRST for b in SECOND)
    lost = sum(a < b for a in FIRST for b in SECOND)
    found = effects.cliffs_delta(FIRST, SECOND, 0.95)
    assert found["effect"] == pytest.approx((won - lost) / 20)
    assert -1 <= found["low"] < found["effect"] < found["high"] <= 1
    assert effects.cliffs_delta(SECOND, FIRST, 0.95)["effect"] == -found["effect"]


def test_the_interval_of_cliffs_delta_covers_as_often_as_it_says():
    draws = np.random.default_rng(0)
    truth = 2 * 0.760250 - 1  # two normal distributions, one apart: AUC = Phi(1 / sqrt 2)
    covered = 0
    for _ in range(400):
        found = effects.cliffs_delta(draws.normal(1, 1, 60), draws.normal(0, 1, 90), 0.95)
        covered += found["low"] <= truth <= found["high"]
    assert 0.92 <= covered / 400 <= 0.98


def test_chi_square_by_hand():
    """20 of 50 against 30 of 50: 4.0 at one degree of freedom."""
    found = effects.chi_square(np.array([[20, 30], [30, 20]]), 0.95)
    assert found["chi_square"] == pytest.approx(4.0)
    assert found["p"] == pytest.approx(0.0455, abs=1e-4)
    assert found["effect"] == pytest.approx(np.sqrt((4 - 1) / 100))
    assert found["low"] < found["effect"] < found["high"]
    assert found["assumption_holds"]
    assert not effects.chi_square(np.array([[2, 48], [3, 47]]), 0.95)["assumption_holds"]


def test_nothing_above_chance_has_an_effect_and_a_low_end_of_zero():
    found = effects.above_chance(2.0, 5, 100, 0.95)
    assert (found["effect"], found["low"]) == (0, 0)
    assert found["high"] > 0


def test_welch_by_hand():
    found = effects.welch(FIRST, SECOND, 0.95)
    error = np.sqrt(FIRST.var(ddof=1) / 4 + SECOND.var(ddof=1) / 5)
    assert found["t"] == pytest.approx((4.25 - 2.2) / error)
    assert found["difference"] == pytest.approx(2.05)
    assert found["difference_low"] < 2.05 < found["difference_high"]
    assert found["hedges_g_low"] < found["hedges_g"] < found["hedges_g_high"]


def test_normality_passes_a_normal_column_and_rejects_others(rows):
    draws = np.random.default_rng(4)
    drawn = rows.assign(
        **{PROFIT: draws.normal(size=len(rows)), "promo_share": draws.exponential(size=len(rows))}
    )
    found = differences.normality(drawn)
    for test in ("dagostino", "shapiro_wilk", "anderson_darling"):
        assert found[PROFIT][test]["p_holm"] > 0.05
        assert found["promo_share"][test]["p_holm"] < 0.001


def test_shapiros_p_is_not_given_beyond_the_rows_it_is_known_for():
    draws = np.random.default_rng(0)
    rows = pd.DataFrame({name: draws.normal(size=5001) for name in (*NUMBERS, PROFIT)})
    found = differences.normality(rows)[PROFIT]
    assert found["rows"] == 5001
    assert found["shapiro_wilk"] == {"p": None, "p_holm": None}
    assert found["dagostino"]["p"] is not None


def test_every_p_has_an_effect_with_its_interval_beside_it(rows):
    found = differences.differences(rows, 0.95)
    assert set(found["mann_whitney"]) == set(found["welch"]) == {*NUMBERS, PROFIT}
    assert set(found["chi_square"]) == set(CATEGORIES)
    for kind, effect in (
        ("mann_whitney", "effect"),
        ("chi_square", "effect"),
        ("welch", "hedges_g"),
    ):
        for test in found[kind].values():
            assert test["p"] <= test["p_holm"] <= 1
            assert effect in test


def test_a_shuffled_target_is_rejected_about_as_rarely_as_alpha_says(rows):
    """Holm bounds the chance of even one false rejection in the whole family."""
    wrong = 0
    for seed in range(20):
        found = differences.differences(shuffled_target(rows, seed), 0.95)
        every = [test["p_holm"] for kind in found.values() for test in kind.values()]
        wrong += min(every) < 0.05
    assert wrong <= 4  # 1 expected; 5 or more of 20 has a chance below 0.003


def test_constant_and_empty_columns_have_no_test(rows):
    drawn = rows.assign(unpaid_items=2.0, service_type="premium", promo_share=np.nan)
    found = differences.differences(drawn, 0.95)
    assert "unpaid_items" not in found["mann_whitney"]
    assert "promo_share" not in found["welch"]
    assert "service_type" not in found["chi_square"]
