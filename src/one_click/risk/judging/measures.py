"""How good a prediction is: figures, their bootstrap intervals, and corrected intervals of CV."""

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from one_click.running.parallel import side_by_side
from one_click.settings.risk import Evaluate

Metric = Callable[[np.ndarray, np.ndarray], float]
RANKING: dict[str, Metric] = {
    "roc_auc": roc_auc_score,
    "average_precision": average_precision_score,
}
LOSSES: dict[str, Metric] = {
    "log_loss": lambda declined, risk: log_loss(declined, risk, labels=[0, 1]),
    "brier": lambda declined, risk: float(np.mean((risk - declined) ** 2)),
}

EQUAL_FREQUENCY_BINS = 10


def tie_means(declined: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Each row's outcome replaced by the mean outcome of the rows with its value; shape (n,)."""
    _, group = np.unique(value, return_inverse=True)
    return (np.bincount(group, declined) / np.bincount(group))[group]


def calibration_bins(
    declined: np.ndarray, risk: np.ndarray, bins: int = EQUAL_FREQUENCY_BINS
) -> list[tuple[float, float, int]]:
    """Mean risk, share of decliners and size, by bins of equal size in the order of risk.

    Customers of equal risk share their outcomes evenly, so that a bin's edge within them does not
    depend on the order of rows.
    """
    order = np.argsort(risk, kind="stable")
    shared = tie_means(declined, risk)
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return [(risk[part].mean(), shared[part].mean(), len(part)) for part in parts]


def expected_calibration_error(declined: np.ndarray, risk: np.ndarray) -> float:
    """Mean distance of risk and share of decliners over bins of equal size.

    Source: Naeini, Cooper and Hauskrecht (2015), with equal-frequency bins.
    """
    return sum(
        size * abs(mean_risk - share) for mean_risk, share, size in calibration_bins(declined, risk)
    ) / len(risk)


def calibration_error_by_chance(risk: np.ndarray, draws: int, seed: int) -> float:
    """Mean ECE of outcomes drawn from the risks themselves: what perfect calibration would show."""
    generator = np.random.default_rng(seed)
    outcomes = generator.random((draws, len(risk))) < risk
    return float(np.mean([expected_calibration_error(declined, risk) for declined in outcomes]))


def confusion(declined: np.ndarray, flagged: np.ndarray) -> dict[str, int]:
    """Counts of the four outcomes; "positive" is a decline that was flagged."""
    declined, flagged = declined.astype(bool), flagged.astype(bool)
    return {
        "true_positive": int((declined & flagged).sum()),
        "false_positive": int((~declined & flagged).sum()),
        "false_negative": int((declined & ~flagged).sum()),
        "true_negative": int((~declined & ~flagged).sum()),
    }


def figures(
    declined: np.ndarray, score: np.ndarray, risk: np.ndarray, threshold: float
) -> dict[str, float]:
    """All figures of a prediction; each argument but `threshold` of shape (n,).

    Ranking is measured on `score`, probability on `risk`, decisions on `risk >= threshold`. A ratio
    without a case (precision where nobody is flagged) is 0.
    """
    flagged = risk >= threshold
    counts = confusion(declined, flagged)
    hits = counts["true_positive"]
    precision = hits / max(hits + counts["false_positive"], 1)
    recall = hits / max(hits + counts["false_negative"], 1)
    return {
        "roc_auc": roc_auc_score(declined, score),
        "average_precision": average_precision_score(declined, score),
        **{name: loss(declined, risk) for name, loss in sorted(LOSSES.items())},
        "ece": expected_calibration_error(declined, risk),
        "accuracy": float(np.mean(flagged == declined)),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if hits else 0.0,
    }


def resampled(declined: np.ndarray, seed: int) -> Iterator[np.ndarray]:
    """Positions of rows, drawn with replacement, again and again, wherever both classes are in."""
    draws = np.random.default_rng(seed)
    while True:
        rows = draws.integers(0, len(declined), len(declined))
        if 0 < declined[rows].sum() < len(rows):
            yield rows


def bootstrap_intervals(
    declined: np.ndarray,
    score: np.ndarray,
    risk: np.ndarray,
    threshold: float,
    bootstrap: Evaluate,
) -> dict[str, tuple[float, float]]:
    """Percentile intervals of `figures` over resampled rows; a resample has both classes."""
    samples = islice(resampled(declined, bootstrap.seed), bootstrap.resamples)
    tasks = ((declined[rows], score[rows], risk[rows], threshold) for rows in samples)
    resamples = side_by_side(figures, tasks)
    tails = [(1 - bootstrap.confidence) / 2, (1 + bootstrap.confidence) / 2]
    intervals = {}
    for name in resamples[0]:
        low, high = np.quantile([resample[name] for resample in resamples], tails)
        intervals[name] = low, high
    return intervals


def best_threshold(declined: np.ndarray, risk: np.ndarray, rule: str) -> float:
    """The lowest risk that is flagged, by a named rule, on risks of unseen rows.

    `max_f1`, `max_accuracy`, `youden` (recall plus specificity) or `half` (0.5). Among equally good
    thresholds the highest is kept: fewer customers are flagged.
    """
    if rule == "half":
        return 0.5
    order = np.argsort(-risk, kind="stable")
    hits = np.cumsum(declined[order])
    flagged = np.arange(1, len(risk) + 1)
    positives, negatives = hits[-1], len(risk) - hits[-1]
    false_alarms = flagged - hits
    value = {  # whole numbers, or one quotient of them: equally good thresholds are equal floats
        "max_f1": 2 * hits / (flagged + positives),
        "max_accuracy": hits - false_alarms,
        "youden": hits * negatives - false_alarms * positives,
    }[rule]
    last_of_tie = np.append(np.diff(risk[order]) != 0, True)
    return float(risk[order][np.argmax(np.where(last_of_tie, value, -np.inf))])
