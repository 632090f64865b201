"""Members' scores put together."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import check_is_fitted

SMALLEST_PROBABILITY = 0.002  # a forest says 0 where all its trees agree


def log_odds(model: object, score: np.ndarray) -> np.ndarray:
    """A model's scores on a scale of log-odds; shape (n,).

    Decision functions are taken as they are: of a logistic model and of boosting they are log-odds,
    the margin of an SVC is on a like scale. Probabilities are cut at `SMALLEST_PROBABILITY`.
    """
    if hasattr(model, "decision_function"):
        return score
    probability = np.clip(score, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)
    return np.log(probability / (1 - probability))


class LogOddsBlend(ClassifierMixin, BaseEstimator):
    """Weighted mean of the members' log-odds, known as a logarithmic opinion pool.

    Source: Genest and Zidek (1986), "Combining probability distributions", Statistical Science 1.

    Parameters
    ----------
    estimators
        Names and classifiers.
    weights
        One a classifier; None means equal ones.
    """

    def __init__(self, estimators: list, weights: list[float] | None = None):
        self.estimators = estimators
        self.weights = weights

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> "LogOddsBlend":
        """Fit a clone of each member."""
        self.classes_ = np.unique(y)
        self.estimators_ = [clone(estimator).fit(X, y) for _, estimator in self.estimators]
        return self

    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        """Mean log-odds of a decline, shape (n,)."""
        from one_click.risk.model.scoring import scores

        check_is_fitted(self)
        return self.from_scores([scores(estimator, X) for estimator in self.estimators_])

    def from_scores(self, member_scores: list[np.ndarray]) -> np.ndarray:
        """The same from the members' own scores, each of shape (n,)."""
        scaled = [
            log_odds(estimator, score)
            for (_, estimator), score in zip(self.estimators, member_scores, strict=True)
        ]
        return np.average(scaled, axis=0, weights=self.weights)

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Probabilities that the mean log-odds stand for, shape (n, 2); not calibrated."""
        declined = 1 / (1 + np.exp(-self.decision_function(X)))
        return np.column_stack([1 - declined, declined])

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """The likelier class, shape (n,)."""
        return self.classes_[(self.decision_function(X) > 0).astype(int)]
