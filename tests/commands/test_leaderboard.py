"""The table of a sweep on a terminal."""

import pandas as pd

from one_click.commands.leaderboard import told

ROW = {"state": "done", "changed": "scaler=none", "metric": "log_loss", "roc_auc": 0.9,
       "brier": 0.1, "candidate": "svc", "seconds": 3.0, "promote": "one-click promote a",
       "problem": None}  # fmt: skip


def row(value: float, behind: float, low: float, high: float) -> dict:
    figures = {"behind_best": behind, "behind_best_low": low, "behind_best_high": high}
    return ROW | figures | {"value": value, "indistinguishable": low <= 0 <= high}


def test_the_best_row_is_called_so_and_others_are_behind_it():
    table = pd.DataFrame(
        [row(0.3, 0, 0, 0), row(0.3, 0, 0, 0), row(0.5, 0.2, 0.1, 0.3)], dtype=object
    )
    lines = told(table, 200).splitlines()
    assert lines[0] == "best first by log_loss (less is better), over the same folds"
    assert "log_loss 0.3000  the best  ROC-AUC 0.9000" in lines[1]
    assert "the same scores as the best" in lines[4]
    assert "behind 0.2000 (+0.1000 to +0.3000)" in lines[7]
