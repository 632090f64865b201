"""Contributions by given baselines, and the settings of small explanations."""

import numpy as np

from helpers.store import pipeline_of
from one_click.columns import FEATURES, TARGET
from one_click.reasons.shapley import drawn_orders, pair_contributions
from one_click.risk.model.scoring import scores
from one_click.settings.risk import Folds, Predict

FOLDS = Folds(splits=3, repeats=1, seed=0)
PARAMS = Predict(
    repeats=2, second_opinions=1, order_pairs=3, new_order_pairs=3, reference=40, shuffles=2, seed=0
)


def contributions(model, customers, background, seed):
    """Means over pairs, the mean score of the background, and standard errors."""
    orders = drawn_orders(customers.shape[1], len(background), seed)
    pairs = pair_contributions(model, customers, background, orders)
    error = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))
    return pairs.mean(axis=0), scores(model, background).mean(), error


def fitted(customers, candidate, **parts):
    return pipeline_of(candidate, **parts).fit(customers[list(FEATURES)], customers[TARGET])


def learned_of(customers):
    return customers[customers["part"] != "aside"]
