"""Customers with missing values and twins, scored by small models."""

import pytest
from helpers.store import pipeline_of, small_store

from one_click.columns import FEATURES
from one_click.folds import assigned_folds
from one_click.risk.origins import NEW
from one_click.risk.prediction import fitted_models, risk_by_customer
from one_click.settings.risk import Folds


@pytest.fixture(scope="module")
def customers():
    return small_store(160, seed=6, twins=2, slips=1, missing=0.03)


@pytest.fixture(scope="module")
def asked(customers):
    return customers.loc[:24, list(FEATURES)]


@pytest.fixture(scope="module")
def background(customers):
    return customers.loc[100:104, list(FEATURES)]


@pytest.fixture(scope="module")
def scored(customers):
    """Risks of the customers, and the models by origin."""
    fold = assigned_folds(customers, Folds(splits=3, repeats=1, seed=0))
    fold_models, model = fitted_models(pipeline_of("tree"), customers, fold)
    risks = risk_by_customer(customers, fold, fold_models, model, "venn_abers")
    models = {f"fold_{number}": fitted for number, fitted in enumerate(fold_models)} | {NEW: model}
    return risks, models
