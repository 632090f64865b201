"""From a raw score to a probability, by the scores and outcomes of rows the model had not seen."""

import warnings

import numpy as np
import pandas as pd


def calibrated(
    method: str, known_scores: np.ndarray, known_declined: np.ndarray, scores: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Risk of each score, and the interval that the method gives.

    Parameters
    ----------
    method
        "venn_abers": the interval is (p0, p1), the two probabilities of Venn-Abers, and the risk is
        p1 / (1 - p0 + p1). Source: Vovk, Petej and Fedorova (2015), arXiv 1511.00213. "sigmoid"
        (Platt) and "isotonic" give no interval: both its ends are the risk.
    known_scores, known_declined
        Shape (n,): out-of-fold scores and outcomes.
    scores
        Shape (m,).

    Returns
    -------
    risk, low, high
        Each of shape (m,), with low <= risk <= high.
    """
    if method == "venn_abers":
        with np.errstate():  # its import switches off NumPy's warnings for the whole process
            from venn_abers import VennAbers

        calibrator = VennAbers()
        with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
            # Its slopes over repeated scores are NaN, which it expects and handles.
            warnings.filterwarnings("ignore", "All-NaN", RuntimeWarning)
            calibrator.fit(np.column_stack([-known_scores, known_scores]), known_declined)
            merged, ends = calibrator.predict_proba(np.column_stack([-scores, scores]))
        risk, low, high = merged[:, 1], ends[:, 0], ends[:, 1]
        return risk, np.minimum(low, risk) + 0.0, np.maximum(high, risk)  # no -0.0
    if method == "isotonic":
        from sklearn.isotonic import IsotonicRegression

        calibrator = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
        risk = calibrator.fit(known_scores, known_declined).predict(scores)
    else:
        from sklearn.linear_model import LogisticRegression

        calibrator = LogisticRegression(C=np.inf).fit(known_scores[:, None], known_declined)
        risk = calibrator.predict_proba(scores[:, None])[:, 1]
    return risk, risk, risk


def calibrated_by_repeats(
    method: str, out_of_fold: pd.DataFrame, scores: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean of what each repeat of cross-validation makes of the scores.

    Repeats are not pooled: with each customer in it twice, an interval would be too narrow.

    Parameters
    ----------
    out_of_fold
        `repeat`, `score`, `declined`: a row a known customer and repeat.
    scores
        Shape (m,), of customers that are not among them.

    Returns
    -------
    risk, low, high
        Each of shape (m,), with low <= risk <= high.
    """
    by_repeat = [
        calibrated(method, rows["score"].to_numpy(), rows["declined"].to_numpy(), scores)
        for _, rows in out_of_fold.groupby("repeat")
    ]
    risk, low, high = np.mean(by_repeat, axis=0)
    return risk, np.minimum(low, risk), np.maximum(high, risk)
