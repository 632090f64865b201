"""The study of the training rows: figures checked by hand, by an oracle, or by what must hold."""

import numpy as np
import pandas as pd
import pytest
from helpers.store import small_store

from one_click.columns import CATEGORIES, FEATURES, NUMBERS, PROFIT, TARGET
from one_click.study import association, differences, favourites, months, summaries

FIRST, SECOND = np.array([3.0, 4.0, 5.0, 5.0]), np.array([1.0, 3.0, 3.0, 4.0, 0.0])


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    store = small_store(400, seed=3, missing=0.05)
    return store[store["part"] == "train"]


@pytest.fixture(scope="module")
def pairs(rows) -> pd.DataFrame:
    return association.pairs(rows)


def shuffled_target(rows: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    target = np.random.default_rng(seed).permutation(rows[TARGET].to_numpy())
    return rows.assign(**{TARGET: target})


def test_wilsons_interval_of_one_in_ten():
    """Newcombe (1998), Two-sided confidence intervals for the single proportion, gives the form."""
    z, p, n = 1.959964, 0.1, 10
    centre, half = (p + z**2 / 20) / (1 + z**2 / n), z * np.sqrt(p * 0.9 / n + z**2 / 400)
    found = summaries.share_interval(1, 10, 0.95)
    assert found["share"] == 0.1
    assert found["low"] == pytest.approx(centre - half / (1 + z**2 / n))
    assert found["high"] == pytest.approx(centre + half / (1 + z**2 / n))


def test_a_mean_has_students_interval_over_the_values_there_are():
    found = summaries.mean_interval(pd.Series([1.0, 2.0, 3.0, np.nan]), 0.95)
    assert (found["mean"], found["rows"]) == (2.0, 3)
    assert found["high"] - 2 == pytest.approx(4.302653 / np.sqrt(3))  # t of 2 degrees of freedom
    assert summaries.mean_interval(pd.Series([5.0]), 0.95)["low"] is None


def test_shares_of_a_category_sum_to_one_within_each_class(rows):
    found = summaries.categories_by_class(rows, 0.95)
    assert set(found) == set(CATEGORIES)
    for values in found.values():
        for of_class in ("declined", "stayed"):
            assert sum(v[of_class]["share"] for v in values.values()) == pytest.approx(1)
        assert sum(value["rows"] for value in values.values()) == len(rows)


def test_cliffs_delta_counts_pairs():
    """Of 20 pairs 15 are won (2.5 + 3.5 + 2 x 5 less ties) and ties count for nothing."""
    won = sum(a > b for a in FIRST for b in SECOND)
    lost = sum(a < b for a in FIRST for b in SECOND)
    found = differences.cliffs_delta(FIRST, SECOND, 0.95)
    assert found["effect"] == pytest.approx((won - lost) / 20)
    assert -1 <= found["low"] < found["effect"] < found["high"] <= 1
    assert differences.cliffs_delta(SECOND, FIRST, 0.95)["effect"] == -found["effect"]


def test_the_interval_of_cliffs_delta_covers_as_often_as_it_says():
    draws = np.random.default_rng(0)
    truth = 2 * 0.760250 - 1  # two normal distributions, one apart: AUC = Phi(1 / sqrt 2)
    covered = 0
    for _ in range(400):
        found = differences.cliffs_delta(draws.normal(1, 1, 60), draws.normal(0, 1, 90), 0.95)
        covered += found["low"] <= truth <= found["high"]
    assert 0.92 <= covered / 400 <= 0.98


def test_holm_by_hand_and_undefined_tests_do_not_count():
    tests = [{"p": 0.01}, {"p": None}, {"p": 0.04}, {"p": 0.03}]
    differences.holm(tests)
    assert [test["p_holm"] for test in tests] == pytest.approx([0.03, None, 0.06, 0.06])


def test_chi_square_by_hand():
    """20 of 50 against 30 of 50: 4.0 at one degree of freedom."""
    found = differences.chi_square(np.array([[20, 30], [30, 20]]), 0.95)
    assert found["chi_square"] == pytest.approx(4.0)
    assert found["p"] == pytest.approx(0.0455, abs=1e-4)
    assert found["effect"] == pytest.approx(np.sqrt((4 - 1) / 100))
    assert found["low"] < found["effect"] < found["high"]
    assert found["assumption_holds"]
    assert not differences.chi_square(np.array([[2, 48], [3, 47]]), 0.95)["assumption_holds"]


def test_nothing_above_chance_has_an_effect_and_a_low_end_of_zero():
    found = differences.above_chance(2.0, 5, 100, 0.95)
    assert (found["effect"], found["low"]) == (0, 0)
    assert found["high"] > 0


def test_welch_by_hand():
    found = differences.welch(FIRST, SECOND, 0.95)
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


def test_every_pair_is_one_row_and_its_matrix_symmetric(pairs):
    names = len(FEATURES) + 2
    assert len(pairs) == names * (names - 1) // 2
    square = association.matrix(pairs, "phik")
    pd.testing.assert_frame_equal(square, square.T)
    assert (np.diag(square) == 1).all()
    assert square.stack().between(0, 1).all()


def test_rank_measures_are_those_of_pandas_and_of_numbers_alone(rows, pairs):
    by_pair = pairs.set_index(["first", "second"])
    two = ["pages_per_visit", "minutes_this_month"]
    for method in ("pearson", "spearman", "kendall"):
        expected = rows[two].corr(method).iloc[0, 1]
        assert by_pair.loc[tuple(two), method] == pytest.approx(expected)
        assert np.isnan(by_pair.loc[("service_type", TARGET), method])


def test_phik_is_the_same_however_rows_are_ordered(rows, pairs):
    again = association.pairs(rows.sample(frac=1, random_state=1))
    np.testing.assert_allclose(again["phik"], pairs["phik"], atol=1e-9)


def test_a_copied_column_is_a_strong_pair_and_inflates(rows):
    noise = np.random.default_rng(0).normal(0, 1, len(rows))
    drawn = rows.assign(minutes_this_month=rows["minutes_previous_month"] * 2 + noise * 0.3)
    pairs = association.pairs(drawn)
    strong = association.strong_pairs(pairs, 0.9, 0.05)
    assert [(p["first"], p["second"]) for p in strong] == [
        ("minutes_previous_month", "minutes_this_month")
    ]
    vif = association.inflation(drawn).set_index("column")["vif"]
    assert vif[["minutes_previous_month", "minutes_this_month"]].min() > 50
    assert vif.drop(["minutes_previous_month", "minutes_this_month"]).max() < 2


def test_vif_is_that_of_statsmodels(rows):
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    known = rows[list(NUMBERS)].dropna()
    with_constant = np.column_stack([np.ones(len(known)), known])
    found = association.inflation(rows).set_index("column")
    for place, name in enumerate(NUMBERS):
        expected = variance_inflation_factor(with_constant, place + 1)
        assert found.loc[name, "vif"] == pytest.approx(expected)
        assert found.loc[name, "mse"] == pytest.approx(1 - found.loc[name, "r2"])


def test_f_of_two_classes_is_the_square_of_students_t(rows, pairs):
    from scipy.stats import ttest_ind

    found = association.with_target(rows, pairs, seed=0).set_index("column")
    known = rows[["tenure_days", TARGET]].dropna()
    values, declined = known["tenure_days"], known[TARGET] == 1
    t = ttest_ind(values[declined], values[~declined]).statistic
    assert found.loc["tenure_days", "anova_f"] == pytest.approx(t**2)
    assert np.isnan(found.loc["service_type", "anova_f"])
    assert found.loc["pages_per_visit", "mutual_information"] > 0.05
    assert found.loc["contact_allowed", "mutual_information"] < 0.01


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


def test_a_category_that_sags_and_leans_on_promotion_is_told_from_the_rest(rows):
    mine = rows["favourite_category"] == "textile"
    drawn = rows.assign(
        revenue_this_month=rows["revenue_this_month"] - 2000 * mine,
        promo_share=rows["promo_share"].mask(mine, 0.9),
    )
    found = favourites.by_favourite(drawn, 0.95)
    assert found["textile"]["tests"]["revenue_change"]["mann_whitney"]["effect"] < -0.5
    assert found["textile"]["tests"]["promo_share"]["mann_whitney"]["p_holm"] < 1e-6
    assert sum(category["rows"] for category in found.values()) == len(rows)
    tested = found["textile"]["tests"]["decliners"]
    assert tested["effect"] == pytest.approx(tested["share"] - tested["share_of_rest"])
    assert tested["low"] <= tested["effect"] <= tested["high"]
