"""What the reasons come to: by hand."""

import numpy as np
import pandas as pd
import pytest

from one_click.columns import FEATURES, ID
from one_click.reasons.contributions import VALUES
from one_click.reasons.figures import explanation_figures, leading_at_risk, shape_of, shapes

LINE = np.linspace(-1, 1, 30)


@pytest.mark.parametrize(
    ("shape", "contributions"),
    [
        ("rising", LINE),
        ("falling", -LINE),
        ("both_ends", np.abs(LINE) - 0.5),
        ("middle", 0.5 - np.abs(LINE)),
    ],
)
def test_a_shape_says_which_values_speak_for_a_drop(shape, contributions):
    values = np.arange(30.0)
    assert shape_of(values, contributions) == shape
    values[3] = np.nan
    assert shape_of(values, contributions) == shape


def test_a_column_of_one_value_or_none_has_no_shape():
    assert shape_of(np.ones(5), np.zeros(5)) is None
    assert shape_of(np.full(5, np.nan), np.ones(5)) is None


def test_nobody_with_a_reason_has_no_share_of_steady_ones(reasons):
    nobody = reasons.assign(theme_1=None)
    assert explanation_figures(nobody, 0.75)["steady"] == {
        "least_agreement": 0.75, "theme": None, "reason": None,
    }  # fmt: skip


@pytest.fixture
def reasons():
    """Site leads for three, by pages twice and minutes once; purchases for one; one has none."""
    table = pd.DataFrame(0.0, index=range(5), columns=VALUES)
    return table.assign(
        **{ID: range(5)},
        theme_1=["site", "site", "site", "purchases", None],
        reason_1=["pages_per_visit", "pages_per_visit", "minutes_this_month", "promo_share", None],
        agreement_1=[1.0, 0.5, 0.5, 1.0, np.nan],
        theme_agreement=[1.0, 1.0, 0.5, 1.0, np.nan],
    )


def test_leading_reasons_of_those_at_risk(reasons):
    """Customers 0, 1 and 3; pages are below the usual 8 of the one and above of the other."""
    customers = pd.DataFrame({ID: range(5), "pages_per_visit": [2, 9, 5, 5, 5], "promo_share": 0.9})
    typical = {"pages_per_visit": {"typical": 8}, "promo_share": {"typical": 0.3}}
    site, purchases = leading_at_risk(reasons, customers, pd.Series([0, 1, 3, 4]), typical)
    assert site == {
        "theme": "site", "customers": 2, "share": 0.5,
        "column": "pages_per_visit", "above": 0.5, "below": 0.5,
    }  # fmt: skip
    assert purchases == {
        "theme": "purchases", "customers": 1, "share": 0.25,
        "column": "promo_share", "above": 1.0, "below": 0.0,
    }  # fmt: skip


def test_steady_reasons_are_counted_among_those_who_have_one(reasons):
    figures = explanation_figures(reasons, 0.75)
    assert figures["leading_theme"] == {"site": 3, "purchases": 1}
    assert figures["steady"] == {"least_agreement": 0.75, "theme": 0.75, "reason": 0.5}


def test_every_number_has_a_shape(reasons):
    customers = pd.DataFrame({ID: range(5)} | {name: np.arange(5.0) for name in FEATURES})
    assert set(shapes(reasons, customers)) < set(FEATURES)
