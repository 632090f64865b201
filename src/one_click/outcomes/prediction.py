"""The prediction, out of time: what was foretold of customers who got nothing, and came true.

Those who got an offer are not among them, and they were at the highest risk: a measure over the
others would be of another base than the one that was promised. The control group stands for them:
each of its customers whom the plan had an offer for weighs as many as were planned for one of them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from one_click.statistics import share_interval

LEAST = 100  # customers, and
LEAST_OF_CLASS = 20  # of each class: fewer say nothing
BINS = 10
RESAMPLES, SEED = 300, 11
SMALLEST_RISK = 1e-6


@dataclass(frozen=True)
class Foretold:
    """What came true (0 or 1), the predicted risk, and how many each customer stands for."""

    declined: np.ndarray
    risk: np.ndarray
    weight: np.ndarray


def auc_interval(rows: Foretold, confidence: float) -> dict[str, float]:
    """ROC-AUC with the interval of DeLong, DeLong and Clarke-Pearson (1988), weighted."""
    from scipy.stats import norm

    is_declined = rows.declined == 1
    parts = []
    for one, other in ((is_declined, ~is_declined), (~is_declined, is_declined)):
        order = np.argsort(rows.risk[other], kind="stable")
        ranked, weights = rows.risk[other][order], rows.weight[other][order]
        below = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()
        left = np.searchsorted(ranked, rows.risk[one], "left")
        right = np.searchsorted(ranked, rows.risk[one], "right")
        parts.append(((below[left] + below[right]) / 2, rows.weight[one]))
    (placed, weight), (placed_other, weight_other) = parts
    area = float(np.average(placed, weights=weight))
    error = np.sqrt(_variance(placed, weight) + _variance(placed_other, weight_other))
    half = norm.ppf((1 + confidence) / 2) * error
    return {"estimate": area, "low": max(0.0, area - half), "high": min(1.0, area + half)}


def _variance(values: np.ndarray, weight: np.ndarray) -> float:
    """Of a weighted mean."""
    mean, size = np.average(values, weights=weight), len(values)
    return float((weight**2 * (values - mean) ** 2).sum() / weight.sum() ** 2 * size / (size - 1))


def mean_loss(losses: np.ndarray, weight: np.ndarray, confidence: float) -> dict[str, float]:
    """Mean of the customers' losses with its interval, by the central limit theorem."""
    from scipy.stats import norm

    mean = float(np.average(losses, weights=weight))
    half = norm.ppf((1 + confidence) / 2) * np.sqrt(_variance(losses, weight))
    return {"estimate": mean, "low": mean - half, "high": mean + half}


def tenths(rows: Foretold) -> list[np.ndarray]:
    """Positions of the customers of each tenth of the base, by rising risk."""
    order = np.argsort(rows.risk, kind="stable")
    reached = np.cumsum(rows.weight[order]) / rows.weight.sum()
    parts = np.split(order, np.searchsorted(reached, np.arange(1, BINS) / BINS))
    return [part for part in parts if len(part)]


def calibration_error(rows: Foretold) -> float:
    """Mean distance of the predicted from the observed share over tenths of the risk."""
    gaps = 0.0
    for part in tenths(rows):
        weight = rows.weight[part]
        gaps += abs(float(weight @ (rows.declined[part] - rows.risk[part])))
    return gaps / float(rows.weight.sum())


def deciles(rows: Foretold, confidence: float) -> list[dict[str, float]]:
    """Predicted and observed share of decliners by tenth of the risk, with Wilson's interval.

    Weighted customers count as fewer, as Kish (1965), "Survey sampling", has it.
    """
    figures = []
    for part in tenths(rows):
        weight = rows.weight[part]
        share = float(np.average(rows.declined[part], weights=weight))
        size = float(weight.sum() ** 2 / (weight**2).sum())
        predicted = float(np.average(rows.risk[part], weights=weight))
        interval = share_interval(share * size, size, confidence)
        figures.append({"customers": len(part), "predicted": predicted} | interval)
    return figures


def prediction_figures(
    rows: pd.DataFrame, promised: dict[str, float], confidence: float
) -> dict[str, Any]:
    """Measures of the prediction that came true or not, against what was promised.

    Parameters
    ----------
    rows
        Customers who got nothing: `declined`, `risk` as it was predicted, and `weight`, how many
        of the base each stands for.
    promised
        `roc_auc`, `brier`, `log_loss`, `ece` of models on customers that they had not seen.

    Returns
    -------
    `verdict` is as_promised, worse, or too_few to say. A measure is worse where its whole interval
    is on the worse side of what was promised; one that is, is enough.
    """
    foretold = Foretold(
        *(rows[name].to_numpy(dtype=float) for name in ("declined", "risk", "weight"))
    )
    decliners = int(foretold.declined.sum())
    figures: dict[str, Any] = {"customers": len(rows), "decliners": decliners, "promised": promised}
    if len(rows) < LEAST or min(decliners, len(rows) - decliners) < LEAST_OF_CLASS:
        return figures | {"verdict": "too_few", "least": LEAST, "least_of_class": LEAST_OF_CLASS}
    declined, weight = foretold.declined, foretold.weight
    risk = foretold.risk.clip(SMALLEST_RISK, 1 - SMALLEST_RISK)
    losses = -(declined * np.log(risk) + (1 - declined) * np.log(1 - risk))
    draws = np.random.default_rng(SEED)
    resampled = [
        calibration_error(Foretold(declined[some], risk[some], weight[some]))
        for some in (draws.integers(0, len(rows), len(rows)) for _ in range(RESAMPLES))
    ]
    low, high = np.quantile(resampled, [(1 - confidence) / 2, (1 + confidence) / 2])
    measures = {
        "roc_auc": auc_interval(foretold, confidence),
        "brier": mean_loss((risk - declined) ** 2, weight, confidence),
        "log_loss": mean_loss(losses, weight, confidence),
        "ece": {
            "estimate": calibration_error(foretold),
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
        "deciles": deciles(foretold, confidence),
        "worse": worse,
        "verdict": "worse" if worse else "as_promised",
    }
