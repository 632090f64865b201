"""Customers with missing values and twins, scored by small models."""

import numpy as np
import pytest
from helpers.reasons import FOLDS, PARAMS
from helpers.store import pipeline_of, small_store

from one_click.columns import FEATURES
from one_click.folds import assigned_folds
from one_click.reasons.cross_fitting import cross_fitted


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
def folds(customers):
    """Fold of each customer in each repeat."""
    repeats = range(PARAMS.repeats)
    return np.array([assigned_folds(customers, FOLDS, repeat) for repeat in repeats])


@pytest.fixture(scope="module")
def crossed(customers, folds):
    """Everybody, judged by small models that have not seen them."""
    return cross_fitted(pipeline_of("tree"), customers, folds, PARAMS)
