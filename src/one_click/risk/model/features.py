"""The first step of every pipeline: from a customer's columns to numbers and categories.

What it learns (medians that fill missing numbers) it learns inside a fold, like every other step.
"""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from one_click.columns import CATEGORIES, FEATURES, NUMBERS, category_codes
from one_click.running.errors import InputError


def _log_ratio(later: pd.Series, earlier: pd.Series) -> pd.Series:
    """Natural logarithm of later over earlier; one is added to each, so that zero is finite."""
    return np.log1p(later) - np.log1p(earlier)


DERIVED = {
    "revenue_log_ratio_this_to_previous": lambda c: _log_ratio(
        c["revenue_this_month"], c["revenue_previous_month"]
    ),
    "revenue_log_ratio_previous_to_two_months_ago": lambda c: _log_ratio(
        c["revenue_previous_month"], c["revenue_two_months_ago"]
    ),
    "revenue_log_ratio_this_to_two_months_ago": lambda c: _log_ratio(
        c["revenue_this_month"], c["revenue_two_months_ago"]
    ),
    # The difference of the first two: growth that slows down, or decline that does.
    "revenue_log_ratio_change": lambda c: (
        _log_ratio(c["revenue_this_month"], c["revenue_previous_month"])
        - _log_ratio(c["revenue_previous_month"], c["revenue_two_months_ago"])
    ),
    "minutes_change": lambda c: c["minutes_this_month"] - c["minutes_previous_month"],
}


def numbers_with(derived: list[str]) -> list[str]:
    """Names of the numeric columns that leave `CustomerFeatures`, in order.

    Raises
    ------
    InputError
        Where a derived feature is not in `DERIVED`, or is named twice.
    """
    for name in derived:
        if name not in DERIVED:
            raise InputError(
                f"features.derived: no feature {name!r}; choose among {', '.join(DERIVED)}"
            )
    if len(set(derived)) < len(derived):
        raise InputError(f"features.derived: {', '.join(derived)}: name each feature once")
    return [*NUMBERS, *derived]


class CustomerFeatures(TransformerMixin, BaseEstimator):
    """Take the feature columns, derive others, fill missing numbers by medians, type categories.

    A missing or unknown category stays missing: an encoder that keeps all levels shows it as none
    of them. Profit, target and id do not pass, whatever the frame holds.

    Parameters
    ----------
    derived
        Names of `DERIVED`.
    """

    def __init__(self, derived: tuple[str, ...] | list[str] = ()):
        self.derived = derived

    def fit(self, X: pd.DataFrame, y: object = None) -> "CustomerFeatures":
        """Learn the medians of the numbers."""
        self.names_ = numbers_with(list(self.derived))
        numbers = self._numbers(X)
        self.medians_ = numbers.median().fillna(0.0).to_numpy()
        self.feature_names_in_ = np.array(FEATURES, dtype=object)
        self.n_features_in_ = len(FEATURES)
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """A frame of float columns and categorical columns, in a fixed order."""
        check_is_fitted(self)
        numbers = self._numbers(X).fillna(dict(zip(self.names_, self.medians_, strict=True)))
        for name in CATEGORIES:
            codes = X[name]
            if codes.dtype == bool:
                codes = codes.map({False: "no", True: "yes"})
            levels = category_codes(name)
            numbers[name] = pd.Categorical(codes.where(codes.isin(levels)), categories=levels)
        return numbers

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Names of the columns that leave."""
        return np.array([*self.names_, *CATEGORIES], dtype=object)

    def _numbers(self, X: pd.DataFrame) -> pd.DataFrame:
        numbers = X[list(NUMBERS)].astype("float64")
        return numbers.assign(**{name: DERIVED[name](numbers) for name in self.derived})
