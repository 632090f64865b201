"""Exact contributions to a forest's score, each tree against one background customer.

The score is the mean over trees, and so are the contributions to it: the background customer of a
pair meets a share of the trees, and no order is drawn. The error is about that of as many orders
of the whole forest, in a fraction of the time: see docs/reasons.md.
"""

from collections.abc import Iterator
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from one_click.reasons.many_scores import ROWS_AT_ONCE
from one_click.reasons.structure import model_columns, model_input

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline

    from one_click.reasons.tree_walk import Rows, Sources, Trees

MOST_SOURCES = 3  # columns that a number of the trees comes from: `tree_walk` has bits for no more


def is_forest(model: Any) -> bool:
    """Whether a model is a forest, and each number of its trees comes from a few known columns."""
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

    last = getattr(model, "steps", [("", None)])[-1][1]
    if not isinstance(last, ExtraTreesClassifier | RandomForestClassifier):
        return False
    columns = model_columns(model)
    return columns is not None and max(map(len, columns)) <= MOST_SOURCES


def by_shares(model: "Pipeline", customers: pd.DataFrame, background: pd.DataFrame) -> np.ndarray:
    """Contributions against each background customer, to the score of its share of the trees.

    Their mean over the background adds up to the forest's score. Trees that are fewer than the
    background meet all of it.

    Returns
    -------
    contributions
        Shape (background, n, features).
    """
    from one_click.reasons.tree_walk import add_values

    trees, pairs = model[-1].estimators_, len(background)
    shares = [trees[pair::pairs] if pairs <= len(trees) else trees for pair in range(pairs)]
    nodes = [_nodes(share) for share in shares]
    sources, weights = _sources(model, list(customers)), _weights(customers.shape[1])
    contributions = np.zeros((pairs, *customers.shape))
    at_once = max(1, ROWS_AT_ONCE // (pairs * 2**MOST_SOURCES))
    for start in range(0, len(customers), at_once):
        at = slice(start, start + at_once)
        rows = _rows(model, customers.iloc[at], background)
        for share, those, values in zip(nodes, rows, contributions[:, at], strict=True):
            add_values(share, sources, those, weights, values)
    return contributions * pairs / sum(map(len, shares))


def _rows(model: "Pipeline", customers: pd.DataFrame, background: pd.DataFrame) -> Iterator["Rows"]:
    """Customers beside each background customer, as the trees see them.

    A number that comes from several columns is taken of hybrids, one a coalition of them.
    """
    from one_click.reasons.tree_walk import Rows

    columns = model_columns(model) or []
    several = {number: of for number, of in enumerate(columns) if len(of) > 1}
    bits = _bits([*several.values()])
    every = 2 ** (1 + max(bits.values(), default=-1)) - 1
    hybrids = [
        customers.assign(**{name: one[name] for name, bit in bits.items() if not c >> bit & 1})
        for one in background[list(bits)].to_dict("records")
        for c in range(1, every)
    ]
    seen = model_input(model, pd.concat([customers, background, *hybrids]))
    seen = np.ascontiguousarray(seen, dtype=np.float32)  # as a tree takes them
    own, others, between = np.split(seen, np.cumsum([len(customers), len(background)]))
    for one, mixed in zip(others, between.reshape(len(others), -1, *own.shape), strict=True):
        first, last = own.copy(), np.tile(one, (len(own), 1))
        by_bits = np.concatenate([last[None], mixed, own[None]])
        coalitions = np.zeros((*own.shape, 2**MOST_SOURCES), dtype=np.float32)
        for number, of in several.items():
            at = [
                sum((c >> place & 1) << bits[name] for place, name in enumerate(of))
                for c in range(2 ** len(of) - 1)
            ]
            values = by_bits[[*at, -1], :, number]
            coalitions[:, number, : len(values)] = values.T
            first[:, number], last[:, number] = values.max(axis=0), values.min(axis=0)
        yield Rows(first, last, coalitions)


def _bits(together: list[tuple[str, ...]]) -> dict[str, int]:
    """A bit of a hybrid's number for each column; columns of one number have different ones."""
    bits: dict[str, int] = {}
    for of in together:
        for name in of:
            beside = {bits.get(other) for those in together if name in those for other in those}
            bits.setdefault(name, min(set(range(len(beside) + 1)) - beside))
    return bits


def _sources(model: "Pipeline", names: list[str]) -> "Sources":
    from one_click.reasons.tree_walk import Sources

    columns = model_columns(model) or []
    places = np.zeros((len(columns), MOST_SOURCES), dtype=int)
    for number, of in enumerate(columns):
        places[number, : len(of)] = [names.index(name) for name in of]
    return Sources(np.array([*map(len, columns)]), places)


def _nodes(trees: list[Any]) -> "Trees":
    from one_click.reasons.tree_walk import Trees

    parts, roots = [], np.cumsum([0, *(tree.tree_.node_count for tree in trees)])
    for root, tree in zip(roots, (tree.tree_ for tree in trees), strict=False):
        parents = np.flatnonzero(tree.children_left >= 0)
        order, child = np.zeros((2, tree.node_count), dtype=int)
        order[1::2], order[2::2] = tree.children_left[parents], tree.children_right[parents]
        child[parents] = root + 1 + 2 * np.arange(len(parents))
        columns = (tree.feature, tree.threshold, child, tree.value[:, 0, 1])
        parts.append([column[order] for column in columns])
    return Trees(roots[:-1], *map(np.concatenate, zip(*parts, strict=True)))


def _weights(columns: int) -> np.ndarray:
    """Shapley values of the game that p columns without q others win, by p and q.

    Returns
    -------
    weights
        Of one of the p, of one of the q; shape (2, columns + 1, columns + 1).
    """
    weights = np.zeros((2, columns + 1, columns + 1))
    for p, q in np.ndindex(columns + 1, columns + 1):
        if p:
            weights[0, p, q] = factorial(p - 1) * factorial(q) / factorial(p + q)
        if q:
            weights[1, p, q] = -factorial(p) * factorial(q - 1) / factorial(p + q)
    return weights
