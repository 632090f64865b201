"""Promises of contributions: they add up to the score, Shapley values where those are known."""

import numpy as np
import pandas as pd
import pytest
from helpers.reasons import contributions, fitted, learned_of

from one_click.columns import CATEGORIES, FEATURES, NUMBERS, category_codes
from one_click.reasons.shapley import evenly_by_score, prepared
from one_click.risk.model.scoring import scores


class Product:
    """The score is the product of all columns."""

    def decision_function(self, rows: pd.DataFrame) -> np.ndarray:
        """One score a row."""
        return rows.prod(axis="columns").to_numpy()


def test_shapley_values_of_a_product_by_hand():
    """With two features a pair of orders is both orders there are, so nothing is sampled.

    Customer (3, 5); baselines (1, 2) and (0, 0), whose mean score is 1. Against the first, x adds
    3*2 - 1*2 = 4 before y and 3*5 - 1*5 = 10 after it: 7; y adds 3 before and 9 after: 6. Against
    the second each adds half of 15. The two pairs of x differ by 0.5, those of y by 1.5: half of
    that is the standard error of their mean.
    """
    customer = pd.DataFrame({"x": [3.0], "y": [5.0]})
    baselines = pd.DataFrame({"x": [1.0, 0.0], "y": [2.0, 0.0]})
    values, base, error = contributions(Product(), customer, baselines, seed=0)
    assert base == 1.0
    assert values.tolist() == [[7.25, 6.75]]
    assert error[0] == pytest.approx([0.25, 0.75])


def test_sampled_values_come_near_the_shapley_values():
    """Of three features: the error that is reported says how near.

    From (1, 1, 1) to (2, 3, 5), x adds 1 first, 3 after y, 5 after z and 15 last: with weights of
    1/3, 1/6, 1/6 and 1/3 that is 40/6. In the same way y gets 58/6 and z 76/6; together 29.
    """
    customer = pd.DataFrame({"x": [2.0], "y": [3.0], "z": [5.0]})
    baselines = pd.DataFrame({"x": [1.0], "y": [1.0], "z": [1.0]})
    values, _, error = contributions(Product(), customer, baselines.loc[[0] * 200], seed=0)
    assert (error > 0).all()
    assert (error < 0.3).all()
    assert (np.abs(values[0] - np.array([40, 58, 76]) / 6) < 4 * error[0]).all()
    assert values.sum() == pytest.approx(29)


@pytest.mark.parametrize("candidate", ["logistic", "tree", "svc", "extra_trees", "knn"])
def test_contributions_add_up_to_the_score_less_the_base(candidate, customers, asked, background):
    """Of every customer, whichever the model; also with missing values and categories."""
    model = fitted(customers, candidate)
    assert asked.isna().any(axis=None)
    values, base, _ = contributions(model, asked, background, seed=1)
    assert base == pytest.approx(scores(model, background).mean(), abs=1e-12)
    assert values.sum(axis=1) == pytest.approx(scores(model, asked) - base, abs=1e-9)


def test_contributions_to_a_linear_score_are_its_terms(customers, asked, background):
    """Weight times distance from the baselines' mean, whatever the orders of features."""
    model = fitted(customers, "logistic", features="raw")
    weights = dict(
        zip(model["encode"].get_feature_names_out(), model["model"].coef_[0], strict=True)
    )
    scaler = model["scale"].named_transformers_["numbers"]["scaler"]
    spread = dict(zip(NUMBERS, scaler.scale_, strict=True))
    values, _, _ = contributions(model, asked, background, seed=2)
    found = dict(zip(FEATURES, values.T, strict=True))
    own, baseline = (model["features"].transform(rows) for rows in (asked, background))
    for name in NUMBERS:
        terms = weights[name] / spread[name] * (own[name] - baseline[name].mean())
        assert found[name] == pytest.approx(terms.to_numpy(), abs=1e-9)
    for name in CATEGORIES:
        level = {code: weights[f"{name}_{code}"] for code in category_codes(name)}
        terms = own[name].map(level).astype(float) - baseline[name].map(level).astype(float).mean()
        assert found[name] == pytest.approx(terms.to_numpy(), abs=1e-9)


def test_a_column_that_the_model_ignores_gets_exactly_nothing(customers, asked, background):
    candidate = {"_target_": "sklearn.tree.DecisionTreeClassifier", "max_depth": 2}
    model = fitted(customers, candidate | {"random_state": 0}, features="raw", encoder="ordinal")
    names = np.array([*CATEGORIES, *NUMBERS])
    used = {names[index] for index in model["model"].tree_.feature if index >= 0}
    assert 1 <= len(used) <= 3
    values, _, error = contributions(model, asked, background, seed=3)
    for column, name in enumerate(FEATURES):
        ignored = name not in used
        assert (values[:, column] == 0).all() == ignored
        assert (error[:, column] == 0).all() == ignored


def test_the_base_itself_has_no_reasons(customers, background):
    """A customer that equals every baseline contributes nothing."""
    model = fitted(customers, "svc")
    alike = background.iloc[[0]]
    values, _, error = contributions(model, alike, pd.concat([alike] * 3), seed=0)
    assert np.abs(values).max() < 1e-12
    assert np.abs(error).max() < 1e-12


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(customers, asked, background):
    model = fitted(customers, "tree")
    first, again, other = (
        contributions(model, asked, background, seed)[0].tobytes() for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_reasons_of_a_customer_do_not_depend_on_who_else_is_asked_about(
    customers, asked, background
):
    model = fitted(customers, "extra_trees")
    together, _, _ = contributions(model, asked, background, seed=1)
    alone, _, _ = contributions(model, asked.iloc[[3]], background, seed=1)
    assert alone[0] == pytest.approx(together[3], abs=1e-12)


@pytest.mark.parametrize("candidate", ["logistic", "tree", "svc"])
def test_over_the_reference_every_mean_contribution_is_zero(customers, candidate):
    """Against a population that is its own background, contributions cancel."""
    rows = learned_of(customers)[list(FEATURES)]
    _, explanation = prepared(fitted(customers, candidate), rows, 4, seed=1)
    assert explanation.values.mean(axis=0) == pytest.approx(np.zeros(len(FEATURES)), abs=1e-12)


def test_contributions_to_an_additive_score_are_exact(customers):
    """One feature's term less its mean over the reference; derived log ratios are additive too.

    Not where a value is missing: the ratio of a missing one is filled as a whole.
    """
    rows = learned_of(customers)[list(FEATURES)].dropna()
    model = fitted(customers, "logistic", features="ratios")
    few, again = (prepared(model, rows, pairs, seed)[1] for pairs, seed in ((2, 0), (7, 5)))
    assert few.values == pytest.approx(again.values, abs=1e-9)
    assert few.error_std.max() < 1e-9
    assert few.base_values == pytest.approx(scores(model, rows).mean())


def test_a_new_customer_is_explained_as_if_alone(customers, asked):
    rows = customers.loc[30:120, list(FEATURES)]
    explainer, _ = prepared(fitted(customers, "extra_trees"), rows, 3, seed=1)
    together = explainer.explain(asked).values
    alone = explainer.explain(asked.iloc[[3]])
    assert alone.values[0] == pytest.approx(together[3], abs=1e-12)
    assert alone.base_values[0] + alone.values.sum() == pytest.approx(
        scores(explainer.model, asked.iloc[[3]])[0]
    )


def test_centring_lowers_the_error_of_a_score_that_is_not_additive(customers):
    """Against the mean over every pair of customers, with the same orders and background."""
    rows = learned_of(customers)[list(FEATURES)].iloc[:60]
    model = fitted(customers, "svc")
    truth = prepared(model, rows, 60, seed=9)[1].values
    distances = {"plain": [], "centred": []}
    for seed in range(3):
        background = rows.iloc[evenly_by_score(scores(model, rows), 3)]
        plain, _, _ = contributions(model, rows, background, seed)
        distances["plain"].append(np.square(plain - truth).mean())
        distances["centred"].append(
            np.square(prepared(model, rows, 3, seed)[1].values - truth).mean()
        )
    assert np.mean(distances["centred"]) < 0.7 * np.mean(distances["plain"])


def test_background_customers_stand_evenly_in_the_order_of_score():
    assert evenly_by_score(np.array([5.0, 1.0, 4.0, 2.0, 3.0, 6.0]), 3).tolist() == [3, 2, 5]
    assert evenly_by_score(np.array([2.0, 1.0]), 4).tolist() == [1, 1, 0, 0]
