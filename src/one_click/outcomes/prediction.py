"""The prediction, out of time: what was foretold of customers who got nothing, and came true.

Those who got an offer are not among them, and they were at the highest risk: a measure over the
others would be of another base than the one that was promised. The control group stands for them:
each of its customers whom the plan had an offer for weighs as many as were planned for one of them.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import ID
from one_click.statistics import share_interval

LEAST = 100  # customers, and
LEAST_OF_CLASS = 20  # of each class: fewer say nothing
BINS = 10
RESAMPLES, SEED = 300, 11
SMALLEST_RISK = 1e-6
JUDGED = ("roc_auc", "brier", "log_loss")  # each is asked: so many times as strictly


@dataclass(frozen=True)
class Foretold:
    """What came true (0 or 1), the predicted risk, how many a row stands for, whose it is.

    A customer of several waves has several rows, which count as one cluster.
    """

    declined: np.ndarray
    risk: np.ndarray
    weight: np.ndarray
    customer: np.ndarray


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
        parts.append(((below[left] + below[right]) / 2, rows.weight[one], rows.customer[one]))
    area = float(np.average(parts[0][0], weights=parts[0][1]))
    error = np.sqrt(sum(_variance(*part) for part in parts))
    half = norm.ppf((1 + confidence) / 2) * error
    return {"estimate": area, "low": max(0.0, area - half), "high": min(1.0, area + half)}


def _variance(values: np.ndarray, weight: np.ndarray, customer: np.ndarray) -> float:
    """Of a weighted mean, over clusters of a customer's rows."""
    residuals = weight * (values - np.average(values, weights=weight))
    codes, customers = pd.factorize(customer)
    sums, size = np.bincount(codes, residuals), len(customers)
    return float((sums**2).sum() / weight.sum() ** 2 * size / max(1, size - 1))


def mean_loss(losses: np.ndarray, rows: Foretold, confidence: float) -> dict[str, float]:
    """Mean of the customers' losses with its interval, by the central limit theorem."""
    from scipy.stats import norm

    mean = float(np.average(losses, weights=rows.weight))
    half = norm.ppf((1 + confidence) / 2) * np.sqrt(_variance(losses, rows.weight, rows.customer))
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
        Customers who got nothing: `customer_id`, `declined`, `risk` as it was predicted, and
        `weight`, how many of the base each stands for.
    promised
        `roc_auc`, `brier`, `log_loss`, `ece` of models on customers that they had not seen.

    Returns
    -------
    `verdict` is as_promised, worse, or too_few to say. A measure is worse where its whole interval,
    corrected for the number of measures, is on the worse side of what was promised; one is enough.
    """
    declined, risk, weight = (
        rows[name].to_numpy(dtype=float) for name in ("declined", "risk", "weight")
    )
    foretold = Foretold(declined, risk, weight, rows[ID].to_numpy())
    decliners = int(foretold.declined.sum())
    figures: dict[str, Any] = {"customers": len(rows), "decliners": decliners, "promised": promised}
    if len(rows) < LEAST or min(decliners, len(rows) - decliners) < LEAST_OF_CLASS:
        return figures | {"verdict": "too_few", "least": LEAST, "least_of_class": LEAST_OF_CLASS}
    measures = _measures(foretold, confidence)
    strict = _measures(foretold, 1 - (1 - confidence) / len(JUDGED), resamples=0)
    worse = [
        name
        for name in JUDGED
        if name in promised
        and (
            strict[name]["high"] < promised[name]
            if name == "roc_auc"
            else strict[name]["low"] > promised[name]
        )
    ]
    return figures | {
        "measures": measures,
        "deciles": deciles(foretold, confidence),
        "worse": worse,
        "verdict": "worse" if worse else "as_promised",
    }


def _measures(
    rows: Foretold, confidence: float, resamples: int = RESAMPLES
) -> dict[str, dict[str, float]]:
    """Each measure with its interval; that of calibration by a bootstrap of customers."""
    risk = rows.risk.clip(SMALLEST_RISK, 1 - SMALLEST_RISK)
    losses = -(rows.declined * np.log(risk) + (1 - rows.declined) * np.log(1 - risk))
    measures = {
        "roc_auc": auc_interval(rows, confidence),
        "brier": mean_loss((risk - rows.declined) ** 2, rows, confidence),
        "log_loss": mean_loss(losses, rows, confidence),
    }
    if not resamples:
        return measures
    codes, customers = pd.factorize(rows.customer)
    size, draws, errors = len(customers), np.random.default_rng(SEED), []
    for _ in range(resamples):
        times = np.bincount(draws.integers(0, size, size), minlength=size)
        errors.append(calibration_error(replace(rows, weight=rows.weight * times[codes])))
    low, high = np.quantile(errors, [(1 - confidence) / 2, (1 + confidence) / 2])
    ends = {"low": float(low), "high": float(high)}
    return measures | {"ece": {"estimate": calibration_error(rows)} | ends}
