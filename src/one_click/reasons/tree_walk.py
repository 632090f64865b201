"""The walk of two customers through trees at once, compiled: this module alone imports numba.

A coalition is a set of columns that are the customer's own, the others are the background's. Where
the two part at a node, the walk decides a column that the node tests: first the customer's own,
then the background's. A leaf is reached by all coalitions with the p columns decided for the one
and without the q for the other, and a game of such has its Shapley values in closed form. They are
those of shap's interventional tree explainer, Lundberg et al. (2020), "From local explanations to
global understanding with explainable AI for trees", Nature Machine Intelligence 2, whose walk knows
no number that comes from several columns.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

WITH = (0b10101010, 0b11001100, 0b11110000)  # of 8 coalitions of three columns those with each
ONE = np.uint64(1)


class Trees(NamedTuple):
    """Nodes of all trees; children stand side by side, `feature` of a leaf is -1.

    A row goes to `child` where its feature is at most the threshold, else to the one after it.
    """

    roots: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    child: np.ndarray
    value: np.ndarray


class Sources(NamedTuple):
    """Of each feature of the trees, how many columns it comes from, and which: up to three."""

    size: np.ndarray
    column: np.ndarray


class Rows(NamedTuple):
    """Features of customers and of what each is compared with; shape (n, features).

    Of one that comes from several columns those are the least and the greatest of any coalition,
    and `mixed` has them by coalition, whose bits are the sources: shape (n, features, 8).
    """

    own: np.ndarray
    other: np.ndarray
    mixed: np.ndarray


@njit  # a second a process; a file of it could be damaged, or made for another processor
def add_values(
    trees: Trees, sources: Sources, rows: Rows, weights: np.ndarray, total: np.ndarray
) -> None:
    """Add to `total` the Shapley values of the sum of the trees; shape (n, columns).

    Parameters
    ----------
    weights
        Of a column decided for the customer, and for the background, by p and q; (2, p, q).
    """
    columns = total.shape[1]
    waiting = np.empty((columns, 3), np.int32)  # nodes whose other half is to come, depth, p
    decided = np.empty((columns, 2), np.uint64)  # columns so far, as bits: own, background's
    column, side = np.empty(columns, np.int32), np.empty(columns, np.int32)
    share = np.empty(2)
    for root in trees.roots:
        for row in range(len(total)):
            node, depth, p, top = root, 0, 0, 0
            own = other = np.uint64(0)
            while True:
                feature = trees.feature[node]
                if feature >= 0:
                    threshold, child = trees.threshold[node], trees.child[node]
                    first = rows.own[row, feature] > threshold
                    last = rows.other[row, feature] > threshold
                    if first == last:
                        node = child + first
                        continue
                    size = sources.size[feature]
                    left = (1 << (1 << size)) - 1  # coalitions of the sources that are left
                    free = -1
                    for place in range(size):
                        at = sources.column[feature, place]
                        if own >> np.uint64(at) & ONE:
                            left &= WITH[place]
                        elif other >> np.uint64(at) & ONE:
                            left &= ~WITH[place]
                        elif free < 0:
                            free = at
                    right = first << 1 | last
                    if size > 1:
                        right = 0
                        for coalition in range(1 << size):
                            above = rows.mixed[row, feature, coalition] > threshold
                            right |= above << coalition
                    if not left & right:
                        node = child
                    elif not left & ~right:
                        node = child + 1
                    else:
                        waiting[top, 0], waiting[top, 1], waiting[top, 2] = node, depth, p
                        decided[top, 0], decided[top, 1] = own, other
                        column[depth], side[depth] = free, 0
                        own |= ONE << np.uint64(free)
                        depth, p, top = depth + 1, p + 1, top + 1
                    continue
                value = trees.value[node]
                if value != 0:
                    share[0] = value * weights[0, p, depth - p]
                    share[1] = value * weights[1, p, depth - p]
                    for place in range(depth):
                        total[row, column[place]] += share[side[place]]
                if top == 0:
                    break
                top -= 1
                node, depth, p = waiting[top, 0], waiting[top, 1], waiting[top, 2]
                own, other = decided[top, 0], decided[top, 1]
                other |= ONE << np.uint64(column[depth])
                side[depth] = 1
                depth += 1
