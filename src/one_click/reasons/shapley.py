"""Shapley values of a score, on the raw columns, whichever the model is.

A pair of an order of the features and its reverse, and one background customer: a feature's
contribution is the mean change of the score when the customer's value takes the place of the
background's in those orders. Source: Strumbelj and Kononenko (2014), with the antithetic orders of
Mitchell et al. (2022), JMLR 23.

A contribution against a background customer is the negative of the background's against the
customer. So over a population that is its own background, every feature's mean contribution is
zero: what is left of it in a sample is the sample's error, the same for all customers, and is taken
away. That makes the contributions to an additive score exact, and halves the error of any other.

Orders are for models that are neither: an additive score has its terms (`additive`), a forest's
trees are walked (`forests`).

shap's own explainers ask for as many scores one customer after another; here the hybrids of all
are scored in one call: see benchmarks/explain.py. Tests hold the values against shap's exact ones.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from one_click.reasons.additive import terms
from one_click.reasons.contributions import Contributions
from one_click.reasons.forests import by_shares, is_forest
from one_click.reasons.many_scores import ROWS_AT_ONCE, many_scores
from one_click.reasons.structure import is_additive, used_columns
from one_click.risk.model.scoring import scores

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline

CUSTOMERS_AT_ONCE = 2_000  # along the orders: bounds memory


def evenly_by_score(score: np.ndarray, count: int) -> np.ndarray:
    """Positions of `count` customers that stand evenly in the order of score."""
    places = ((np.arange(count) + 0.5) / count * len(score)).astype(int)
    return np.argsort(score, kind="stable")[places]


def drawn_orders(features: int, pairs: int, seed: int) -> list[np.ndarray]:
    """An order of the features a pair."""
    draws = np.random.default_rng(seed)
    return [draws.permutation(features) for _ in range(pairs)]


def pair_contributions(
    model: "Pipeline", customers: pd.DataFrame, background: pd.DataFrame, orders: list[np.ndarray]
) -> np.ndarray:
    """Contributions against each background customer, by its order and the reverse of it.

    Where the score of both is additive, the difference of their terms: what any order gives. Of a
    forest the exact values of a share of the trees, with no order: see `forests`.

    Parameters
    ----------
    customers
        Features of the customers to explain, n rows.
    background
        Features of the baseline customers, a row an order.

    Returns
    -------
    contributions
        Shape (pairs, n, features).
    """
    if is_forest(model):
        return by_shares(model, customers, background)
    used = used_columns(model, list(customers))
    own, other = (is_additive(frame, model) for frame in (customers, background))
    contributions = np.empty((len(background), *customers.shape))
    if own.any() and other.any():
        both = pd.concat([customers[own], background[other]])
        values = terms(model, both, background[other].iloc[[0]], used)
        split = int(own.sum())
        contributions[np.ix_(other, own)] = values[:split] - values[split:, None]
    for pairs, rows in ((~other, own), (np.ones_like(other), ~own)):
        if not pairs.any():
            continue
        those, places = [orders[pair] for pair in np.flatnonzero(pairs)], np.flatnonzero(rows)
        for start in range(0, len(places), CUSTOMERS_AT_ONCE):
            at = places[start : start + CUSTOMERS_AT_ONCE]
            contributions[np.ix_(pairs, at)] = along_orders(
                model, customers.iloc[at], background[pairs], those
            )
    return contributions


def along_orders(
    model: "Pipeline", customers: pd.DataFrame, background: pd.DataFrame, orders: list[np.ndarray]
) -> np.ndarray:
    """The same by hybrids of two customers, step by step along the orders.

    A value that equals the background's, or does not reach the model, changes nothing and costs
    nothing. Hybrids of all pairs are scored together: a call of a model costs as much as some
    hundred rows. Those of one customer and path stand side by side: they go through a tree alike,
    which a processor foresees, so that a forest takes less time.
    """
    count, features = customers.shape
    ways = np.array([way for order in orders for way in (order, order[::-1])])
    pair = np.repeat(np.arange(len(orders)), 2)
    steps = features - 1
    is_own = np.argsort(ways, axis=1)[:, None, :] <= np.arange(steps)[:, None]
    differs = _differs(customers, background)[pair]  # (paths, n, features)
    differs &= np.isin(list(customers), used_columns(model, list(customers)))
    moves = np.take_along_axis(differs, ways[:, None, :-1], axis=2)
    path, row, step = np.nonzero(moves)
    own, other = (
        [frame[name].to_numpy() for name in customers] for frame in (customers, background)
    )
    hybrid_scores = np.empty(len(path))
    for start in range(0, len(path), ROWS_AT_ONCE):
        p, r, s = (at[start : start + ROWS_AT_ONCE] for at in (path, row, step))
        hybrids = {
            name: np.where(is_own[p, s, place], own[place][r], other[place][pair[p]])
            for place, name in enumerate(customers)
        }
        hybrid_scores[start : start + ROWS_AT_ONCE] = many_scores(model, pd.DataFrame(hybrids))
    along = np.empty((len(ways), count, features + 1))
    along[:, :, 0] = scores(model, background)[pair, None]
    along[:, :, 1:-1][moves] = hybrid_scores
    along[:, :, -1] = scores(model, customers)
    for at in range(steps):
        still = ~moves[:, :, at]
        along[:, :, at + 1][still] = along[:, :, at][still]
    contributions = np.empty((len(ways), count, features))
    np.put_along_axis(contributions, ways[:, None, :], np.diff(along, axis=2), 2)
    return (contributions[::2] + contributions[1::2]) / 2


def _differs(customers: pd.DataFrame, background: pd.DataFrame) -> np.ndarray:
    """Which values are not the background's; (background, n, features). Two missing ones agree."""
    by_column = [
        pd.factorize(pd.concat([customers[name], background[name]]), use_na_sentinel=True)[0]
        for name in customers
    ]
    codes = np.column_stack(by_column)
    return codes[None, : len(customers)] != codes[len(customers) :, None]


@dataclass(frozen=True)
class Explainer:
    """A model, and the reference that its customers are compared with.

    `centre` holds each pair's mean contributions over the reference, shape (pairs, features).
    """

    model: "Pipeline"
    background: pd.DataFrame
    orders: list[np.ndarray]
    centre: np.ndarray
    base_value: float

    def explain(self, customers: pd.DataFrame) -> Contributions:
        """Explain customers by their features, n rows; each as if it were alone."""
        pairs = pair_contributions(self.model, customers, self.background, self.orders)
        return self.centred(pairs)

    def centred(self, pairs: np.ndarray) -> Contributions:
        """What the contributions by pair, shape (pairs, n, features), come to."""
        centred = pairs - self.centre[:, None, :]
        return Contributions(
            values=centred.mean(axis=0),
            base_values=np.full(centred.shape[1], self.base_value),
            error_std=centred.std(axis=0, ddof=1) / np.sqrt(len(pairs)),
        )


def prepared(
    model: "Pipeline", reference: pd.DataFrame, pairs: int, seed: int
) -> tuple[Explainer, Contributions]:
    """What explains a model's customers, and the reference explained by it.

    Parameters
    ----------
    reference
        Features of the customers that the others are compared with.
    pairs
        Of orders, each with a background customer of the reference.
    """
    score = scores(model, reference)
    background = reference.iloc[evenly_by_score(score, pairs)]
    orders = drawn_orders(reference.shape[1], pairs, seed)
    contributions = pair_contributions(model, reference, background, orders)
    centre, base_value = contributions.mean(axis=1), float(score.mean())
    explainer = Explainer(model, background, orders, centre, base_value)
    return explainer, explainer.centred(contributions)
