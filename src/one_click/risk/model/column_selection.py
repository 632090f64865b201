"""Selection of whole named columns, learned inside a fold like every other step.

A category stays or leaves as a whole, not one indicator at a time, and a reason can name what is
left. Frames in and out: float columns and categorical columns, as `CustomerFeatures` gives them.
"""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

LEAST = {"bins": 2, "fewest": 1}


class _Selector(TransformerMixin, BaseEstimator):
    """Keep the columns that `_kept` names, in the order in which they stand."""

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> "_Selector":
        """Learn which columns stay."""
        self._check_parameters()
        names = self._kept(X, np.asarray(y))
        self.feature_names_in_ = np.array(X.columns, dtype=object)
        self.n_features_in_ = X.shape[1]
        self.kept_ = [name for name in X.columns if name in names]
        return self

    def _check_parameters(self) -> None:
        """A share or a threshold is between 0 and 1; a count is a whole number."""
        for name, value in self.get_params().items():
            if name in ("alpha", "share", "above") and not 0 < value <= 1:
                raise ValueError(f"{name} must be above 0 and at most 1, not {value}")
            if name in ("bins", "fewest") and not (isinstance(value, int) and value >= LEAST[name]):
                raise ValueError(f"{name} must be a whole number from {LEAST[name]}, not {value}")

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """The columns that stay."""
        check_is_fitted(self)
        return X[self.kept_]

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Names of the columns that stay."""
        return np.array(self.kept_, dtype=object)


class _ByTest(_Selector):
    """Keep the columns of which a test rejects independence of the target.

    At least `fewest` columns stay, those of the smallest p-values: a model needs something to
    learn from where the target is noise.
    """

    def _kept(self, X: pd.DataFrame, y: np.ndarray) -> set[str]:
        p_values = pd.Series({name: self._p_value(X[name], y) for name in X}).fillna(1.0)
        self.p_values_ = p_values.to_numpy()
        ordered = p_values.sort_values(kind="stable")
        return set(ordered[ordered < self.alpha].index) | set(ordered.index[: self.fewest])


class ByChiSquare(_ByTest):
    """Chi-square test of each column, numbers cut into bins of equal size.

    It sees any shape of dependence, not a shift of the mean alone. Source: Pearson (1900), as
    `scipy.stats.chi2_contingency` computes it, without Yates' correction.

    Parameters
    ----------
    alpha
        A column with a p-value below it stays.
    bins
        Of a number; fewer where its values are tied.
    fewest
        Columns that stay in any case.
    """

    def __init__(self, alpha: float = 0.05, bins: int = 10, fewest: int = 3):
        self.alpha = alpha
        self.bins = bins
        self.fewest = fewest

    def _p_value(self, column: pd.Series, y: np.ndarray) -> float:
        if isinstance(column.dtype, pd.CategoricalDtype):
            return _independence(column.cat.codes.to_numpy() + 1, y)
        inner = np.linspace(0, 1, self.bins + 1)[1:-1]
        edges = np.unique(np.quantile(column, inner))
        return _independence(np.searchsorted(edges, column), y)


class ByAnova(_ByTest):
    """ANOVA F test of each number, chi-square test of each category.

    It sees a difference of means alone.

    Parameters
    ----------
    alpha
        A column with a p-value below it stays.
    fewest
        Columns that stay in any case.
    """

    def __init__(self, alpha: float = 0.05, fewest: int = 3):
        self.alpha = alpha
        self.fewest = fewest

    def _p_value(self, column: pd.Series, y: np.ndarray) -> float:
        if isinstance(column.dtype, pd.CategoricalDtype):
            return _independence(column.cat.codes.to_numpy() + 1, y)
        from sklearn.feature_selection import f_classif

        if column.min() == column.max():
            return 1.0
        return float(f_classif(column.to_numpy()[:, None], y)[1][0])


class ByMutualInformation(_Selector):
    """Keep the columns that tell most of the target. Source: Ross (2014), as scikit-learn has it.

    Parameters
    ----------
    share
        Of the columns, rounded up.
    random_state
        Of the noise that breaks ties of numbers.
    """

    def __init__(self, share: float = 0.75, random_state: int = 0):
        self.share = share
        self.random_state = random_state

    def _kept(self, X: pd.DataFrame, y: np.ndarray) -> set[str]:
        from sklearn.feature_selection import mutual_info_classif

        discrete = np.array([isinstance(dtype, pd.CategoricalDtype) for dtype in X.dtypes])
        coded = np.column_stack(
            [X[name].cat.codes if d else X[name] for name, d in zip(X, discrete, strict=True)]
        )
        information = mutual_info_classif(
            coded, y, discrete_features=discrete, random_state=self.random_state
        )
        self.mutual_information_ = information
        places = np.argsort(-information, kind="stable")[: int(np.ceil(self.share * X.shape[1]))]
        return set(X.columns[places])


class WithoutPhikPairs(_Selector):
    """Drop the column that tells less of the target from each pair above a phik threshold.

    Columns are taken in the order of their phik with the target, the strongest first; one stays
    if its phik with each column that stays is at most the threshold. Source: Baak et al. (2020),
    arXiv 1811.11440.

    Parameters
    ----------
    above
        Threshold, 0 to 1.
    """

    def __init__(self, above: float = 0.85):
        self.above = above

    def _kept(self, X: pd.DataFrame, y: np.ndarray) -> set[str]:
        import phik  # noqa: F401 - gives frames phik_matrix

        numbers = list(X.select_dtypes("number"))
        target = "target of the selection"
        varying = [name for name in X if X[name].nunique() > 1]
        matrix = (
            X[varying]
            .assign(**{target: y})
            .phik_matrix(
                interval_cols=[name for name in numbers if name in varying], njobs=1, verbose=False
            )
        )
        names: list[str] = []
        for name in matrix.loc[varying, target].sort_values(ascending=False, kind="stable").index:
            if not names or matrix.loc[name, names].max() <= self.above:
                names.append(name)
        return set(names)


def _independence(codes: np.ndarray, y: np.ndarray) -> float:
    """p-value of the chi-square test of two vectors of whole numbers."""
    from scipy.stats import chi2_contingency

    counts = np.array(
        [np.bincount(codes[y == label], minlength=codes.max() + 1) for label in (0, 1)]
    )
    counts = counts[:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        return 1.0
    return float(chi2_contingency(counts, correction=False).pvalue)
