"""Promises of the first step: what passes, what is derived, what is filled, what is learned."""

import numpy as np
import pandas as pd
import pytest
from helpers.store import small_store
from sklearn.exceptions import NotFittedError

from one_click.columns import CATEGORIES, FEATURES, NUMBERS, category_codes
from one_click.risk.model.features import DERIVED, CustomerFeatures, numbers_with
from one_click.running.errors import InputError


@pytest.fixture
def customers():
    return small_store(60)


def fitted(customers: pd.DataFrame, derived=()) -> CustomerFeatures:
    return CustomerFeatures(derived).fit(customers)


def test_only_features_leave_in_a_fixed_order(customers):
    """Id, target, profit, part do not pass; the order of the frame's columns does not matter."""
    out = fitted(customers, tuple(DERIVED)).transform(customers)
    assert list(out) == [*NUMBERS, *DERIVED, *CATEGORIES]
    assert set(NUMBERS) | set(CATEGORIES) == set(FEATURES)
    turned = customers[customers.columns[::-1]]
    pd.testing.assert_frame_equal(fitted(turned, tuple(DERIVED)).transform(turned), out)


def test_names_that_leave_are_those_it_says(customers):
    features = fitted(customers, ("minutes_change",))
    assert features.get_feature_names_out().tolist() == list(features.transform(customers))


def test_derived_features_by_hand(customers):
    one = customers.head(1).assign(
        revenue_this_month=99.0,
        revenue_previous_month=9.0,
        revenue_two_months_ago=0.0,
        minutes_this_month=12.0,
        minutes_previous_month=15.0,
    )
    out = fitted(one, tuple(DERIVED)).transform(one).iloc[0]
    assert out["revenue_log_ratio_this_to_previous"] == pytest.approx(np.log(100 / 10))
    assert out["revenue_log_ratio_previous_to_two_months_ago"] == pytest.approx(np.log(10 / 1))
    assert out["minutes_change"] == -3


def test_missing_numbers_become_the_medians_of_the_rows_it_was_fitted_on(customers):
    learned = customers.head(4).assign(service_errors=[1.0, 2.0, 9.0, np.nan])
    asked = customers.tail(2).assign(service_errors=[np.nan, 100.0])
    assert fitted(learned).transform(asked)["service_errors"].tolist() == [2.0, 100.0]


def test_a_derived_feature_of_a_missing_number_becomes_its_own_median(customers):
    learned = customers.head(3).assign(
        minutes_this_month=[10.0, 10.0, np.nan], minutes_previous_month=[8.0, 4.0, 20.0]
    )
    out = fitted(learned, ("minutes_change",)).transform(learned)
    assert out["minutes_change"].tolist() == [2.0, 6.0, 4.0]


def test_a_number_that_no_row_has_becomes_zero(customers):
    nobody = customers.assign(unpaid_items=np.nan)
    assert (fitted(nobody).transform(nobody)["unpaid_items"] == 0).all()


@pytest.mark.parametrize("name", CATEGORIES)
def test_categories_have_the_levels_of_the_column_table_whatever_the_rows_hold(customers, name):
    one = fitted(customers).transform(customers.head(1))[name]
    assert one.cat.categories.tolist() == category_codes(name)


def test_an_unknown_or_missing_category_stays_missing(customers):
    odd = customers.head(3).assign(favourite_category=["unheard_of", None, "textile"])
    out = fitted(customers).transform(odd)["favourite_category"]
    assert out.isna().tolist() == [True, True, False]
    assert out.iloc[2] == "textile"


def test_consent_becomes_its_codes(customers):
    out = fitted(customers).transform(customers)["contact_allowed"]
    assert (out == np.where(customers["contact_allowed"], "yes", "no")).all()


def test_the_frame_given_is_left_as_it_is(customers):
    holed = customers.assign(tenure_days=customers["tenure_days"].mask(customers.index % 2 == 0))
    before = holed.copy(deep=True)
    fitted(holed, tuple(DERIVED)).transform(holed)
    pd.testing.assert_frame_equal(holed, before)


def test_it_cannot_transform_before_it_was_fitted(customers):
    with pytest.raises(NotFittedError):
        CustomerFeatures().transform(customers)


@pytest.mark.parametrize(
    ("derived", "told"),
    [
        (["minutes_chang"], "features.derived: no feature 'minutes_chang'; choose among"),
        (["minutes_change", "minutes_change"], "features.derived: .*name each feature once"),
    ],
)
def test_a_wrong_name_is_one_line_that_says_so(derived, told):
    with pytest.raises(InputError, match=told):
        numbers_with(derived)
