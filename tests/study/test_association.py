"""Association of columns: by pandas, statsmodels and scipy, or by what must hold."""

import numpy as np
import pandas as pd
import pytest

from one_click.columns import FEATURES, NUMBERS, TARGET
from one_click.study import association


@pytest.fixture(scope="module")
def pairs(rows) -> pd.DataFrame:
    return association.pairs(rows)


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
