"""Contributions by given baselines, and the settings of small explanations."""

import numpy as np

from helpers.store import pipeline_of
from one_click.columns import FEATURES, TARGET
from one_click.reasons.shapley import drawn_orders, pair_contributions
from one_click.risk.model.scoring import scores
from one_click.settings.reasons import Explain

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


def fitted(customers, candidate, **parts):
    return pipeline_of(candidate, **parts).fit(customers[list(FEATURES)], customers[TARGET])


def learned_of(customers):
    return customers[customers["part"] != "aside"]
