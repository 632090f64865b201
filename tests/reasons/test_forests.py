"""Promises of a forest's contributions: each tree's exact ones, and all of the forest's score."""

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import pytest
from helpers.reasons import contributions, fitted

from one_click.columns import FEATURES
from one_click.reasons.forests import by_shares, is_forest
from one_click.reasons.shapley import drawn_orders, pair_contributions
from one_click.reasons.structure import model_columns, model_input
from one_click.risk.model.scoring import scores

FORESTS = {
    "random_forest": "sklearn.ensemble.RandomForestClassifier",
    "extra_trees": "sklearn.ensemble.ExtraTreesClassifier",
}
PARTS = {
    "as it is": {"features": "raw", "encoder": "ordinal", "scaler": "none"},
    "ratios": {"features": "ratios", "encoder": "onehot", "sampler": "random_over"},
    "bent ratios": {"features": "ratios", "encoder": "target", "scaler": "quantile"},
    "splines": {"features": "splines", "selector": "anova", "scaler": "robust"},
    "made-up customers": {"features": "ratios", "encoder": "onehot", "sampler": "smote"},
    "weighted": {
        "features": "ratios",
        "selector": "mutual_information",
        "sampler": "class_weights",
    },
}
MOVED = [
    "service_type", "promo_share", "revenue_two_months_ago", "revenue_previous_month",
    "revenue_this_month", "minutes_previous_month", "minutes_this_month",
]  # fmt: skip


def forest(customers, trees, name="extra_trees", **parts):
    """A forest of so many trees, of which some leaves hold both classes."""
    spec = {"_target_": FORESTS[name], "n_estimators": trees, "max_features": 3}
    return fitted(customers, spec | {"min_samples_leaf": 3, "random_state": 0}, **parts)


def exact(model, rows, other):
    """Shapley values of the steps from one customer to others, of every hybrid in `MOVED`."""
    subsets = [set(own) for size in range(len(MOVED) + 1) for own in combinations(MOVED, size)]
    start = pd.concat([other] * len(rows), ignore_index=True)
    hybrids = pd.concat([start.assign(**{n: rows[n] for n in own}) for own in subsets])
    score = dict(
        zip(map(frozenset, subsets), scores(model, hybrids).reshape(-1, len(rows)), strict=True)
    )
    values = pd.DataFrame(0.0, rows.index, list(FEATURES))
    for name in MOVED:
        for own in score:
            if name not in own:
                weight = 1 / len(MOVED) / comb(len(MOVED) - 1, len(own))
                values[name] += weight * (score[own | {name}] - score[own])
    return values.to_numpy()


@pytest.fixture(scope="module")
def background(customers):
    """Three customers, the second of whom lacks values that a ratio needs."""
    rows = customers.loc[100:102, list(FEATURES)].reset_index(drop=True)
    rows.loc[1, ["revenue_previous_month", "minutes_this_month"]] = np.nan
    return rows


def moved(customers, other):
    """Customers that are the other but for `MOVED`; one of them lacks a value."""
    rows = pd.concat([other] * 6, ignore_index=True)
    rows[MOVED] = customers.loc[20:25, MOVED].to_numpy()
    rows = rows.astype(other.dtypes.to_dict())
    rows.loc[3, "revenue_this_month"] = np.nan
    return rows


@pytest.mark.parametrize(
    ("name", "parts"),
    [("random_forest", "ratios"), *[("extra_trees", parts) for parts in PARTS]],
)
def test_the_values_of_a_forest_are_those_of_all_hybrids(name, parts, customers, background):
    """Also of ratios, one-hot categories and curves, and with missing values on either side."""
    model = forest(customers, 6, name, **PARTS[parts])
    for place in range(2):
        other = background.iloc[[place]]
        rows = moved(customers, other)
        truth, values = exact(model, rows, other), by_shares(model, rows, other)
        assert np.abs(truth).max() > 0.01
        assert values[0] == pytest.approx(truth, abs=1e-12)


def test_each_background_customer_meets_its_share_of_the_trees(customers, background):
    """Five trees and two customers: the first has three, and half as much weight again as even."""
    model = forest(customers, 5, features="ratios")
    asked, trees = customers.loc[:9, list(FEATURES)], model[-1].estimators_
    values = by_shares(model, asked, background.iloc[:2])
    for place, share in enumerate((trees[0::2], trees[1::2])):
        model[-1].estimators_ = share
        alone = by_shares(model, asked, background.iloc[[place]])[0]
        assert values[place] == pytest.approx(alone * len(share) * 2 / 5, abs=1e-12)


def test_trees_that_are_fewer_than_the_background_meet_all_of_it(customers, background):
    model = forest(customers, 2, features="ratios")
    asked = customers.loc[:9, list(FEATURES)]
    values = by_shares(model, asked, background)
    for place in range(3):
        alone = by_shares(model, asked, background.iloc[[place]])[0]
        assert values[place] == pytest.approx(alone, abs=1e-12)


@pytest.mark.parametrize("trees", [2, 7, 9])
def test_the_values_add_up_however_the_trees_are_shared(trees, customers, asked, background):
    model = forest(customers, trees, features="ratios")
    assert asked.isna().any(axis=None)
    values, _, _ = contributions(model, asked, background, seed=0)
    steps = np.diff(values.sum(axis=1))
    assert steps == pytest.approx(np.diff(scores(model, asked)), abs=1e-12)


def test_no_order_matters_to_a_forest(customers, asked, background):
    model = forest(customers, 7, features="ratios")
    one, other = (
        pair_contributions(model, asked, background, drawn_orders(len(FEATURES), 3, seed))
        for seed in (0, 1)
    )
    assert (one == other).all()


def test_rows_taken_in_parts_are_the_same(customers, asked, background, monkeypatch):
    model = forest(customers, 7, features="ratios")
    whole = by_shares(model, asked, background)
    monkeypatch.setattr("one_click.reasons.forests.ROWS_AT_ONCE", 200)
    assert by_shares(model, asked, background) == pytest.approx(whole, abs=1e-12)


@pytest.mark.parametrize("parts", PARTS)
def test_a_number_of_the_trees_comes_from_the_columns_that_are_said(parts, customers):
    """Another value of any other column does not move it, and one of those does."""
    model = forest(customers, 2, **PARTS[parts])
    columns = model_columns(model)
    rows = customers[list(FEATURES)].dropna().head(60)
    before = np.asarray(model_input(model, rows))
    moves = {
        name: (
            np.asarray(model_input(model, rows.assign(**{name: rows[name].to_numpy()[::-1]})))
            != before
        ).any(axis=0)
        for name in FEATURES
    }
    for number, of in enumerate(columns):
        assert {name for name in FEATURES if moves[name][number]} <= {*of}
    assert {name for of in columns for name in of} == {n for n in FEATURES if moves[n].any()}
    assert {1} <= {*map(len, columns)} <= {1, 2, 3}
    assert len(FEATURES) <= 64  # each has a bit in the walk


def test_a_forest_of_products_goes_by_the_orders(customers):
    """A product of any two columns: every coalition of all of them would count."""
    assert not is_forest(forest(customers, 2, features="polynomial"))
    assert not is_forest(fitted(customers, "tree"))
    assert is_forest(forest(customers, 2, features="raw"))
