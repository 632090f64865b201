"""Our sampled contributions against shap's exact ones, for every candidate there is."""

import numpy as np
import pandas as pd
import pytest
import shap
from helpers.benchmark import script
from helpers.reasons import contributions, fitted
from helpers.store import CONF

from one_click.columns import CATEGORIES, FEATURES, NUMBERS
from one_click.reasons.contributions import VALUES, explanation_of
from one_click.risk.model.blends import LogOddsBlend
from one_click.risk.model.scoring import scores

CANDIDATES = sorted(path.stem for path in (CONF / "model").glob("*.yaml"))
CHANGED = list(FEATURES[::2])  # in which an asked customer is not the background's: 2**8 hybrids
PAIRS = 60
Codes = script("explain").Codes  # customers as the numbers that shap's maskers want


@pytest.fixture(scope="module")
def background(customers):
    return customers[list(FEATURES)].dropna().iloc[[0]]


@pytest.fixture(scope="module")
def asked(customers, background):
    """Customers that are the background's but for every other column."""
    rows = customers[list(FEATURES)].dropna().iloc[1:13].copy()
    others = [name for name in FEATURES if name not in CHANGED]
    rows[others] = pd.concat([background] * len(rows))[others].to_numpy()
    return rows.astype(background.dtypes)


def exact(model, asked: pd.DataFrame, background: pd.DataFrame, codes) -> shap.Explanation:
    """Shap's exact values, from every hybrid there is."""
    masker = shap.maskers.Independent(codes.numbers(background))
    explainer = shap.explainers.ExactExplainer(
        lambda numbers: scores(model, codes.customers(numbers)), masker
    )
    return explainer(codes.numbers(asked))


def are_near(values: np.ndarray, truth: np.ndarray, error: np.ndarray) -> bool:
    """Within five standard errors; an order that matters may be too rare to be drawn."""
    rare = np.abs(truth).max() / PAIRS
    return bool((np.abs(values - truth) <= 5 * error + rare + 1e-12).all())


def check(model, customers, asked, background) -> np.ndarray:
    """Our values, which are near shap's."""
    values, base, error = contributions(model, asked, pd.concat([background] * PAIRS), seed=1)
    truth = exact(model, asked, background, Codes(customers[list(FEATURES)].dropna()))
    assert base == pytest.approx(truth.base_values, abs=1e-9)
    assert are_near(values, truth.values, error)
    return values


@pytest.mark.parametrize("candidate", CANDIDATES)
def test_values_are_shaps_exact_ones_within_the_stated_error(
    candidate, customers, asked, background
):
    values = check(fitted(customers, candidate), customers, asked, background)
    assert (np.abs(values).max() > 1e-6) == (candidate != "dummy")


def test_so_are_those_of_a_blend(customers, asked, background):
    members = [(name, fitted(customers, name)) for name in ("extra_trees", "logistic", "knn")]
    blend = LogOddsBlend(members, [3, 1, 1]).fit(
        customers[list(FEATURES)], customers["declined"].to_numpy()
    )
    check(blend, customers, asked, background)


def test_values_of_a_tree_are_those_of_shaps_tree_explainer(customers, asked, background):
    """Interventional, so exact; of the columns themselves where each is one number to the tree."""
    model = fitted(customers, "tree", features="raw", encoder="ordinal", scaler="none")
    encoded = [model[:-1].transform(rows) for rows in (background, asked)]
    explainer = shap.TreeExplainer(
        model[-1], encoded[0], feature_perturbation="interventional", model_output="probability"
    )
    truth = explainer(encoded[1]).values[..., 1]
    values, _, error = contributions(model, asked, pd.concat([background] * PAIRS), seed=2)
    order = [[*CATEGORIES, *NUMBERS].index(name) for name in FEATURES]
    assert np.abs(values).max() > 0
    assert are_near(values, truth[:, order], error)


def test_values_of_a_linear_score_are_those_of_shaps_linear_explainer(customers, asked, background):
    """Of the numbers: a category is several columns to the model, so it is their sum."""
    model = fitted(customers, "logistic", features="raw")
    encoded = [np.asarray(model[:-1].transform(rows)) for rows in (background, asked)]
    truth = shap.LinearExplainer(model[-1], shap.maskers.Independent(encoded[0]))(encoded[1]).values
    names = [name.split("__")[-1] for name in model["encode"].get_feature_names_out()]
    values, _, _ = contributions(model, asked, pd.concat([background] * 2), seed=3)
    for place, name in enumerate(FEATURES):
        parts = [
            at
            for at, column in enumerate(names)
            if column == name or (name in CATEGORIES and column.startswith(f"{name}_"))
        ]
        assert values[:, place] == pytest.approx(truth[:, parts].sum(axis=1), abs=1e-9), name


def test_an_explanation_is_what_shaps_plots_take(customers):
    """Values, base and data in the order of the features; a slice of a customer too."""
    rows = customers[list(FEATURES)].head(5)
    table = pd.DataFrame(np.arange(5 * len(FEATURES)).reshape(5, -1), columns=VALUES)
    explanation = explanation_of(table.assign(base_value=0.5), rows)
    assert isinstance(explanation, shap.Explanation)
    assert explanation.feature_names == list(FEATURES)
    assert explanation[2].values.tolist() == list(table.iloc[2])
    assert explanation[2].base_values == 0.5
    assert explanation[:, NUMBERS[0]].data.tolist() == rows[NUMBERS[0]].tolist()
