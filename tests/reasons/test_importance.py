"""What shuffled columns lose, and where contributions disagree."""

import numpy as np
import pandas as pd
import pytest

from one_click.columns import FEATURES
from one_click.reasons.importance import (
    disagreements,
    permutation_importance,
)
from one_click.reasons.shuffling import auc_lost_by_shuffling


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


def test_importance_holds_its_interval(crossed):
    importance = permutation_importance(crossed.auc_lost, 3, 0.95)
    assert list(importance) == list(FEATURES)
    assert all(loss["low"] <= loss["mean"] <= loss["high"] for loss in importance.values())
    assert max(loss["mean"] for loss in importance.values()) > 0.02


def test_importance_by_hand():
    """Four models over two folds: mean .2, s = .1155, so the variance of it is (1/4 + 1) s**2.

    Student's quantile with three degrees of freedom is 3.182.
    """
    lost = pd.DataFrame({"a": [0.1, 0.3, 0.1, 0.3]})
    loss = permutation_importance(lost, 2, 0.95)["a"]
    half = 3.1824 * np.sqrt(1.25 * 0.04 / 3)
    assert (loss["mean"], loss["high"]) == pytest.approx((0.2, 0.2 + half), abs=1e-4)


def test_columns_ranked_far_apart_are_named():
    contribution = {"a": 0.4, "b": 0.3, "c": 0.2}
    importance = {name: {"mean": mean} for name, mean in (("a", 0.1), ("b", 0.3), ("c", 0.2))}
    assert disagreements(contribution, importance) == [
        {"column": "a", "by_contribution": 1, "by_shuffling": 3},
        {"column": "b", "by_contribution": 2, "by_shuffling": 1},
        {"column": "c", "by_contribution": 3, "by_shuffling": 2},
    ]
    assert disagreements(dict.fromkeys("abcdef", 0.1), {key: {"mean": 1} for key in "abcdef"}) == []
