"""Promises of the reasons: they add up to the score, and are Shapley values where that is known."""

import numpy as np
import pandas as pd
import pytest
from helpers.store import pipeline_of, small_store
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from one_click.columns import CATEGORIES, FEATURES, NUMBERS, TARGET, category_codes
from one_click.folds import assigned_folds
from one_click.reasons.explanation import explained_customers, reference_customers
from one_click.reasons.importance import (
    auc_lost_by_shuffling,
    disagreements,
    importance_by_shuffling,
)
from one_click.reasons.shapley import drawn_orders, evenly_by_score, pair_contributions, prepared
from one_click.reasons.stability import agreement, stability
from one_click.reasons.table import leading_reasons
from one_click.reasons.typical import typical_values
from one_click.risk.model.scoring import scores
from one_click.risk.origins import NEW
from one_click.risk.prediction import fitted_models, risk_by_customer
from one_click.settings.reasons import Explain
from one_click.settings.risk import Folds

PARAMS = Explain(
    order_pairs=3, reasons=3, reference=40, shuffles=2, stability_customers=20, confidence=0.95,
    seed=0,
)  # fmt: skip


def contributions(model, customers, background, seed):
    """Means over pairs, the mean score of the background, and standard errors."""
    orders = drawn_orders(customers.shape[1], len(background), seed)
    pairs, _ = pair_contributions(model, customers, background, orders)
    error = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))
    return pairs.mean(axis=0), scores(model, background).mean(), error


@pytest.fixture(scope="module")
def customers():
    return small_store(160, seed=6, twins=2, slips=1, missing=0.03)


@pytest.fixture(scope="module")
def asked(customers):
    return customers.loc[:24, list(FEATURES)]


@pytest.fixture(scope="module")
def background(customers):
    return customers.loc[100:104, list(FEATURES)]


def fitted(customers, candidate, **parts):
    return pipeline_of(candidate, **parts).fit(customers[list(FEATURES)], customers[TARGET])


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


@pytest.fixture(scope="module")
def scored(customers):
    """Risks of the customers, and the models by origin."""
    fold = assigned_folds(customers, Folds(splits=3, repeats=1, seed=0))
    fold_models, model = fitted_models(pipeline_of("tree"), customers, fold)
    risks = risk_by_customer(customers, fold, fold_models, model, "venn_abers")
    models = {f"fold_{number}": fitted for number, fitted in enumerate(fold_models)} | {NEW: model}
    return risks, models


def learned_of(customers):
    return customers[customers["part"] != "aside"]


def test_each_customer_is_explained_by_the_model_that_scored_it(customers, scored):
    """Base and contributions add up to the very score of `predict`; a base a model."""
    risks, models = scored
    reference = reference_customers(learned_of(customers), models[NEW], 40)
    assert len(reference) == 40
    base, values, errors, _ = explained_customers(customers, risks, models, reference, PARAMS)
    assert values.shape == errors.shape == (len(customers), len(FEATURES))
    assert (base + values.sum(axis=1)).to_numpy() == pytest.approx(risks["score"], abs=1e-9)
    assert base.groupby(risks["origin"]).nunique().eq(1).all()
    for origin, rows in learned_of(customers).groupby(risks["origin"]):
        if origin != NEW:
            assert base[rows.index[0]] == pytest.approx(risks.loc[rows.index, "score"].mean())


def test_customers_aside_are_no_baseline(customers, scored):
    """Neither their values nor their being there change another's reasons."""
    risks, models = scored
    aside = (customers["part"] == "aside").to_numpy()
    reference = reference_customers(learned_of(customers), models[NEW], 40)
    clean = explained_customers(customers, risks, models, reference, PARAMS)[1]
    poisoned = customers.copy()
    poisoned.loc[aside, list(NUMBERS)] = 1e6
    dirty = explained_customers(poisoned, risks, models, reference, PARAMS)[1]
    assert dirty[~aside] == pytest.approx(clean[~aside], abs=1e-12)
    assert (dirty[aside] != clean[aside]).any()


@pytest.mark.parametrize("candidate", ["logistic", "tree", "svc"])
def test_over_the_reference_every_mean_contribution_is_zero(customers, candidate):
    """Against a population that is its own background, contributions cancel."""
    rows = learned_of(customers)[list(FEATURES)]
    _, found = prepared(fitted(customers, candidate), rows, 4, seed=1)
    assert found.values.mean(axis=0) == pytest.approx(np.zeros(len(FEATURES)), abs=1e-12)


def test_contributions_to_an_additive_score_are_exact(customers):
    """One feature's term less its mean over the reference; derived log ratios are additive too.

    Not where a value is missing: the ratio of a missing one is filled as a whole.
    """
    rows = learned_of(customers)[list(FEATURES)].dropna()
    model = fitted(customers, "logistic", features="ratios")
    few, again = (prepared(model, rows, pairs, seed)[1] for pairs, seed in ((2, 0), (7, 5)))
    assert few.values == pytest.approx(again.values, abs=1e-9)
    assert few.error.max() < 1e-9
    assert few.base_value == pytest.approx(scores(model, rows).mean())


def test_a_new_customer_is_explained_as_if_alone(customers, asked):
    rows = customers.loc[30:120, list(FEATURES)]
    explainer, _ = prepared(fitted(customers, "extra_trees"), rows, 3, seed=1)
    together = explainer.explain(asked).values
    alone = explainer.explain(asked.iloc[[3]])
    assert alone.values[0] == pytest.approx(together[3], abs=1e-12)
    assert alone.base_value + alone.values.sum() == pytest.approx(
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


class First:
    """The score is the first column."""

    def decision_function(self, rows: pd.DataFrame) -> np.ndarray:
        """One score a row."""
        return rows.iloc[:, 0].to_numpy()


def test_a_column_that_ranks_loses_all_by_shuffling_and_another_nothing():
    """With the classes apart, the AUC is 1; shuffled it is one half on average."""
    rows = pd.DataFrame({"x": np.arange(200.0), "y": np.arange(200.0)})
    lost = auc_lost_by_shuffling(First(), rows, (rows["x"] >= 100).to_numpy(int), 20, seed=0)
    assert lost[0] == pytest.approx(0.5, abs=0.03)
    assert lost[1] == 0


def test_importance_holds_its_interval_and_stability_is_a_share(customers, scored):
    risks, models = scored
    importance = importance_by_shuffling(customers, risks, models, PARAMS)
    assert list(importance) == list(FEATURES)
    assert all(found["low"] <= found["mean"] <= found["high"] for found in importance.values())
    assert max(found["mean"] for found in importance.values()) > 0.02
    steady = stability(learned_of(customers).iloc[:20], models, PARAMS)
    assert (steady["customers"], steady["models"]) == (20, 3)
    assert 0 < steady["leading_reason_agrees"] <= 1


def test_agreement_of_models_by_hand():
    """Of three models, the pairs agree for 2, 1 and 1 of 2 customers: 4 of 6."""
    leading = [np.array([3, 1]), np.array([3, 1]), np.array([3, 0])]
    assert agreement(leading) == pytest.approx(4 / 6)


def test_columns_ranked_far_apart_are_named():
    contribution = {"a": 0.4, "b": 0.3, "c": 0.2}
    importance = {name: {"mean": mean} for name, mean in (("a", 0.1), ("b", 0.3), ("c", 0.2))}
    assert disagreements(contribution, importance) == [
        {"column": "a", "by_contribution": 1, "by_shuffling": 3},
        {"column": "b", "by_contribution": 2, "by_shuffling": 1},
        {"column": "c", "by_contribution": 3, "by_shuffling": 2},
    ]
    assert disagreements(dict.fromkeys("abcdef", 0.1), {key: {"mean": 1} for key in "abcdef"}) == []


def test_typical_values_are_of_those_who_stayed(customers):
    learned = learned_of(customers)
    found = typical_values(learned)
    stayed = learned[learned[TARGET] == 0]
    assert set(found) == set(FEATURES)
    assert found["pages_per_visit"]["typical"] == stayed["pages_per_visit"].median()
    assert found["service_type"]["typical"] == stayed["service_type"].mode()[0]
    assert found["contact_allowed"]["typical"] in ("yes", "no")
    assert typical_values(stayed)["tenure_days"]["declined"] is None


def test_leading_reasons_by_hand():
    """The greatest first, ties in the order of the columns, none that lowers the score."""
    values = np.array([[0.1, 0.5, -0.9, 0.2], [-0.1, 0.0, -0.2, -0.3], [0.2, 0.2, 0.0, 0.1]])
    reasons = leading_reasons(values, ["a", "b", "c", "d"], 3)
    assert list(reasons) == ["reason_1", "reason_2", "reason_3"]
    assert reasons.iloc[0].tolist() == ["b", "d", "a"]
    assert reasons.iloc[1].isna().all()
    assert reasons.iloc[2].tolist() == ["a", "b", "d"]


@settings(deadline=None)
@given(
    values=arrays(float, st.tuples(st.integers(1, 5), st.just(4)), elements=st.floats(-2, 2)),
    count=st.integers(1, 4),
)
def test_reasons_raise_the_score_and_stand_in_order(values, count):
    """No reason is left out that is greater than one named."""
    names = list("abcd")
    for row, reasons in zip(values, leading_reasons(values, names, count).to_numpy(), strict=True):
        named = [names.index(reason) for reason in reasons if isinstance(reason, str)]
        assert len(set(named)) == len(named) == min(count, (row > 0).sum())
        assert [*row[named]] == sorted(row[row > 0], reverse=True)[:count]
