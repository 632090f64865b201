"""The chosen model meets the test rows, once.

Enters: the chosen pipeline, its out-of-fold scores, the test rows; no other stage reads those as
test rows. Leaves: figures with bootstrap intervals, and the points of five plots.
"""

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve, roc_curve

from one_click.risk.judging.measures import (
    bootstrap_intervals,
    calibration_bins,
    calibration_error_by_chance,
    confusion,
    figures,
    tie_means,
)
from one_click.running.errors import InputError
from one_click.settings.risk import Evaluate


def gain_curve(declined: np.ndarray, score: np.ndarray, points: int = 100) -> pd.DataFrame:
    """Share of decliners found, and lift, by the share of customers contacted in order of score.

    Customers of equal score share their outcomes evenly.
    """
    order = np.argsort(-score, kind="stable")
    decliners = np.cumsum(tie_means(declined, score)[order])
    contacted = np.unique(np.ceil(np.linspace(1, len(score), points)).astype(int))
    gain = decliners[contacted - 1] / decliners[-1]
    share = contacted / len(score)
    return pd.DataFrame({"contacted": share, "gain": gain, "lift": gain / share})


def test_figures(
    declined: np.ndarray,
    score: np.ndarray,
    risk: np.ndarray,
    threshold: float,
    bootstrap: Evaluate,
) -> dict:
    """Each figure with its interval (the ECE: with its value by chance), confusion, sizes.

    Raises
    ------
    InputError
        Where the test rows hold one class alone.
    """
    if declined.min() == declined.max():
        raise InputError(
            f"the {len(declined)} test rows hold one class alone: "
            "give more customers or a larger split.test_share"
        )
    values = figures(declined, score, risk, threshold)
    intervals = bootstrap_intervals(declined, score, risk, threshold, bootstrap)
    return {
        "rows": len(declined),
        "declined": int(declined.sum()),
        "threshold": threshold,
        "confidence": bootstrap.confidence,
        "confusion": confusion(declined, risk >= threshold),
        **{
            name: {"value": value, "low": intervals[name][0], "high": intervals[name][1]}
            for name, value in values.items()
            if name != "ece"
        },
        # Resampling pushes the calibration error up: its interval would leave out its own value.
        "ece": {
            "value": values["ece"],
            "by_chance": calibration_error_by_chance(risk, bootstrap.resamples, bootstrap.seed),
        },
    }


def test_curves(
    declined: np.ndarray, score: np.ndarray, risk: np.ndarray, threshold: float
) -> dict[str, pd.DataFrame]:
    """The points of the plots: ROC, precision and recall, calibration, confusion, gain."""
    false_positive, true_positive, _ = roc_curve(declined, score)
    precision, recall, _ = precision_recall_curve(declined, score)
    names, flagged = np.array(["stayed", "declined"]), risk >= threshold
    outcomes = pd.DataFrame({"actual": names[declined], "predicted": names[flagged.astype(int)]})
    return {
        "roc": pd.DataFrame(
            {"false_positive_rate": false_positive, "true_positive_rate": true_positive}
        ),
        "precision_recall": pd.DataFrame({"recall": recall, "precision": precision}),
        "calibration": pd.DataFrame(
            calibration_bins(declined, risk), columns=["mean_risk", "share_declined", "customers"]
        ),
        "confusion": outcomes.sort_values(["actual", "predicted"]),
        "gain": gain_curve(declined, score),
    }
