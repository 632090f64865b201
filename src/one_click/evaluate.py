"""The chosen model meets the test rows, once.

Enters: the chosen pipeline, its out-of-fold scores, the test rows; no other stage reads those as
test rows. Leaves: figures with bootstrap intervals, and the points of five plots.
"""

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve, roc_curve

from one_click import files
from one_click.calibrate import calibrated_by_repeats
from one_click.columns import FEATURES, TARGET
from one_click.measures import (
    bootstrap_intervals,
    calibration_bins,
    calibration_error_by_chance,
    confusion,
    figures,
    tie_means,
)
from one_click.models import load_model
from one_click.params import load
from one_click.pipeline import scores
from one_click.stage import InputError, run


def gain_curve(declined: np.ndarray, score: np.ndarray, points: int = 100) -> pd.DataFrame:
    """Share of decliners found, and lift, by the share of customers contacted in order of score.

    Customers of equal score share their outcomes evenly.
    """
    order = np.argsort(-score, kind="stable")
    found = np.cumsum(tie_means(declined, score)[order])
    contacted = np.unique(np.ceil(np.linspace(1, len(score), points)).astype(int))
    gain = found[contacted - 1] / found[-1]
    share = contacted / len(score)
    return pd.DataFrame({"contacted": share, "gain": gain, "lift": gain / share})


def test_figures(
    declined: np.ndarray, score: np.ndarray, risk: np.ndarray, threshold: float, bootstrap
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
    found = figures(declined, score, risk, threshold)
    intervals = bootstrap_intervals(
        declined,
        score,
        risk,
        threshold,
        bootstrap.resamples,
        bootstrap.confidence,
        bootstrap.seed,
    )
    return {
        "rows": len(declined),
        "declined": int(declined.sum()),
        "threshold": threshold,
        "confidence": bootstrap.confidence,
        "confusion": confusion(declined, risk >= threshold),
        **{
            name: {"value": value, "low": intervals[name][0], "high": intervals[name][1]}
            for name, value in found.items()
            if name != "ece"
        },
        # Resampling pushes the calibration error up: its interval would leave out its own value.
        "ece": {
            "value": found["ece"],
            "by_chance": calibration_error_by_chance(risk, bootstrap.resamples, bootstrap.seed),
        },
    }


def main() -> None:
    params = load("evaluate")
    choice = files.read_json(files.CHOICE)
    out_of_fold = pd.read_parquet(files.OUT_OF_FOLD)
    customers = pd.read_parquet(files.CUSTOMERS)
    rows = customers[customers["part"] == "test"]
    declined = rows[TARGET].to_numpy()
    score = scores(load_model(files.CHOSEN), rows[list(FEATURES)])
    risk, _, _ = calibrated_by_repeats(choice["calibration"], out_of_fold, score)
    flagged = risk >= choice["threshold"]
    files.write_json(
        files.EVALUATE_METRICS,
        test_figures(declined, score, risk, choice["threshold"], params.evaluate),
    )

    false_positive, true_positive, _ = roc_curve(declined, score)
    files.write_csv(
        files.ROC_PLOT,
        pd.DataFrame({"false_positive_rate": false_positive, "true_positive_rate": true_positive}),
    )
    precision, recall, _ = precision_recall_curve(declined, score)
    files.write_csv(
        files.PRECISION_RECALL_PLOT, pd.DataFrame({"recall": recall, "precision": precision})
    )
    bins = pd.DataFrame(
        calibration_bins(declined, risk), columns=["mean_risk", "share_declined", "customers"]
    )
    files.write_csv(files.CALIBRATION_PLOT, bins)
    names = np.array(["stayed", "declined"])
    outcomes = pd.DataFrame({"actual": names[declined], "predicted": names[flagged.astype(int)]})
    files.write_csv(files.CONFUSION_PLOT, outcomes.sort_values(["actual", "predicted"]))
    files.write_csv(files.GAIN_PLOT, gain_curve(declined, score))


if __name__ == "__main__":
    run(main)
