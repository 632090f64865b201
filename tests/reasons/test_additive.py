"""Promises of the closed form: what an additive score's orders give, and no claim too many."""

import numpy as np
import pandas as pd
import pytest
from helpers.reasons import fitted
from helpers.store import CONF

from one_click.columns import FEATURES, NUMBERS
from one_click.reasons import additive
from one_click.reasons.shapley import along_orders, drawn_orders, pair_contributions
from one_click.reasons.structure import is_additive, sources, used_columns
from one_click.risk.model.blends import LogOddsBlend
from one_click.risk.model.features import DERIVED
from one_click.risk.model.scoring import scores

ADDITIVE = ("logistic", "one_vs_rest", "spline_logistic", "svc_linear")
OTHERS = sorted({path.stem for path in (CONF / "model").glob("*.yaml")} - {*ADDITIVE})
PARTS = {
    "as it is": {"features": "raw", "encoder": "target", "scaler": "power"},
    "ratios": {"features": "ratios", "scaler": "robust", "sampler": "random_over"},
    "splines": {"features": "splines", "encoder": "ordinal", "scaler": "quantile"},
}


def both_ways(model, asked, background):
    """Contributions as they are made, and by the orders."""
    orders = drawn_orders(len(FEATURES), len(background), seed=5)
    return [way(model, asked, background, orders) for way in (pair_contributions, along_orders)]


@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("candidate", ADDITIVE)
def test_the_closed_form_is_what_any_orders_give(candidate, parts, customers, asked, background):
    """Of customers and background with missing values too; a curve of a ratio is no sum."""
    model = fitted(customers, candidate, **PARTS[parts])
    assert background.isna().any(axis=None)
    assert is_additive(asked, model).any() == ((candidate, parts) != ("spline_logistic", "ratios"))
    closed, by_orders = both_ways(model, asked, background)
    assert np.abs(closed).max() > 0.01
    assert closed == pytest.approx(by_orders, abs=1e-9)


def test_so_it_is_of_a_blend_of_such(customers, asked, background):
    members = [(name, fitted(customers, name)) for name in ("logistic", "svc_linear")]
    blend = LogOddsBlend(members, [3, 1]).fit(
        customers[list(FEATURES)], customers["declined"].to_numpy()
    )
    assert is_additive(asked, blend).any()
    closed, by_orders = both_ways(blend, asked, background)
    assert closed == pytest.approx(by_orders, abs=1e-9)


def test_a_value_is_scored_once_however_many_share_it(customers, asked, background, monkeypatch):
    model, rows = fitted(customers, "logistic", features="raw"), []

    def counted(estimator, frame):
        rows.append(len(frame))
        return scores(estimator, frame)

    monkeypatch.setattr(additive, "many_scores", counted)
    many = pd.concat([asked] * 40, ignore_index=True)
    pair_contributions(model, many, background, drawn_orders(len(FEATURES), 5, seed=0))
    values = pd.concat([asked, background]).nunique(dropna=False).sum()
    assert rows == [values + 1]
    assert values < len(many)


@pytest.mark.parametrize("candidate", OTHERS)
def test_no_other_model_counts_as_additive(candidate, customers, asked):
    assert not is_additive(asked, fitted(customers, candidate, features="raw")).any()


@pytest.mark.parametrize(
    "parts",
    [
        {"features": "polynomial"},
        {"features": "ratios", "scaler": "power"},
        {"features": "ratios", "scaler": "quantile"},
    ],
)
def test_nor_does_a_linear_one_of_products_or_of_bent_ratios(parts, customers, asked):
    assert not is_additive(asked, fitted(customers, "logistic", **parts)).any()


def test_a_customer_without_a_value_that_a_ratio_needs_is_left_to_the_orders(customers):
    """The ratio of a missing value is filled as a whole, so that the other half moves nothing."""
    rows = customers.loc[[0, 0, 0, 0], list(FEATURES)].reset_index(drop=True)
    rows[list(NUMBERS)] = 1.0
    rows.loc[1, "promo_share"] = rows.loc[2, "revenue_previous_month"] = np.nan
    rows.loc[3, "minutes_this_month"] = np.nan
    by_features = {
        features: is_additive(rows, fitted(customers, "logistic", features=features)).tolist()
        for features in ("raw", "ratios")
    }
    assert by_features == {"raw": [True] * 4, "ratios": [True, True, False, False]}


@pytest.mark.parametrize("name", DERIVED)
def test_a_derived_feature_is_a_sum_over_its_sources(name, customers):
    """What the closed form counts on: a product among them would have to be named there."""
    rows = customers[list(NUMBERS)].dropna()
    before, after = rows.iloc[:40].reset_index(drop=True), rows.iloc[40:80].reset_index(drop=True)
    assert 2 <= len(sources(name)) < len(NUMBERS)
    start, end = DERIVED[name](before), DERIVED[name](after)
    moves = {c: DERIVED[name](before.assign(**{c: after[c]})) - start for c in NUMBERS}
    assert [c for c, move in moves.items() if move.any()] == [*sources(name)]
    assert sum(moves.values()).to_numpy() == pytest.approx((end - start).to_numpy(), abs=1e-9)


def test_columns_that_the_selector_drops_are_not_used_unless_a_kept_ratio_needs_them(customers):
    names = list(FEATURES)
    model = fitted(customers, "tree", features="ratios", selector="anova")
    model["select"].kept_ = ["promo_share", "minutes_change"]
    assert used_columns(model, names) == [
        "promo_share", "minutes_previous_month", "minutes_this_month",
    ]  # fmt: skip
    assert used_columns(fitted(customers, "tree", features="raw"), names) == names
