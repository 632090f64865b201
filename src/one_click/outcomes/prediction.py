"""The prediction, out of time: what was foretold of customers who got nothing, and what came true."""

from typing import Any

import numpy as np
import pandas as pd

from one_click.statistics import placements, share_interval

LEAST = 100  # customers, and
LEAST_OF_CLASS = 20  # of each class: fewer say nothing
BINS = 10
RESAMPLES, SEED = 1_000, 11


def auc_interval(declined: np.ndarray, risk: np.ndarray, confidence: float) -> dict[str, float]:
    """ROC-AUC with DeLong's interval."""
    from scipy.stats import norm

    below, above = placements(declined, risk)
    error = np.sqrt(np.var(below, ddof=1) / len(below) + np.var(above, ddof=1) / len(above))
    half = norm.ppf((1 + confidence) / 2) * error
    area = float(below.mean())
    return {"estimate": area, "low": max(0.0, area - half), "high": min(1.0, area + half)}


def mean_loss(losses: np.ndarray, confidence: float) -> dict[str, float]:
    """Mean of the customers' losses with its interval, by the central limit theorem."""
    from scipy.stats import norm

    half = norm.ppf((1 + confidence) / 2) * losses.std(ddof=1) / np.sqrt(len(losses))
    mean = float(losses.mean())
    return {"estimate": mean, "low": mean - half, "high": mean + half}


def calibration_error(declined: np.ndarray, risk: np.ndarray) -> float:
    """Mean distance of the predicted from the observed share over deciles of the risk."""
    order = np.argsort(risk, kind="stable")
    parts = np.array_split(order, BINS)
    gaps = [abs(declined[part].mean() - risk[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(risk))


def deciles(declined: np.ndarray, risk: np.ndarray, confidence: float) -> list[dict[str, float]]:
    """Predicted and observed share of decliners by tenth of the risk, with Wilson's interval."""
    parts = np.array_split(np.argsort(risk, kind="stable"), BINS)
    return [
        {"customers": len(part), "predicted": float(risk[part].mean())}
        | share_interval(int(declined[part].sum()), len(part), confidence)
        for part in parts
    ]


def prediction_figures(
    rows: pd.DataFrame, promised: dict[str, float], confidence: float
) -> dict[str, Any]:
    """Measures of the prediction that came true or not, against what was promised.

    Parameters
    ----------
    rows
        Customers who got nothing: `declined`, and `risk` as it was predicted.
    promised
        `roc_auc`, `brier`, `log_loss`, `ece` of models on customers that they had not seen.

    Returns
    -------
    `verdict` is as_promised, worse, or too_few to say. A measure is worse where its whole interval
    is on the worse side of what was promised; one that is, is enough.
    """
    declined = rows["declined"].to_numpy(dtype=float)
    risk = rows["risk"].to_numpy(dtype=float)
    decliners = int(declined.sum())
    figures: dict[str, Any] = {"customers": len(rows), "decliners": decliners, "promised": promised}
    if len(rows) < LEAST or min(decliners, len(rows) - decliners) < LEAST_OF_CLASS:
        return figures | {"verdict": "too_few", "least": LEAST, "least_of_class": LEAST_OF_CLASS}
    within = risk.clip(1e-6, 1 - 1e-6)
    losses = -(declined * np.log(within) + (1 - declined) * np.log(1 - within))
    draws = np.random.default_rng(SEED)
    resampled = [
        calibration_error(declined[some], risk[some])
        for some in draws.integers(0, len(rows), (RESAMPLES, len(rows)))
    ]
    low, high = np.quantile(resampled, [(1 - confidence) / 2, (1 + confidence) / 2])
    measures = {
        "roc_auc": auc_interval(declined, risk, confidence),
        "brier": mean_loss((risk - declined) ** 2, confidence),
        "log_loss": mean_loss(losses, confidence),
        "ece": {
            "estimate": calibration_error(declined, risk),
            "low": float(low),
            "high": float(high),
        },
    }
    worse = [
        name
        for name in ("roc_auc", "brier", "log_loss")
        if name in promised
        and (
            measures[name]["high"] < promised[name]
            if name == "roc_auc"
            else measures[name]["low"] > promised[name]
        )
    ]
    return figures | {
        "measures": measures,
        "deciles": deciles(declined, risk, confidence),
        "worse": worse,
        "verdict": "worse" if worse else "as_promised",
    }
