"""Tests of normality and of difference between the classes, column by column.

p-values of one family are corrected by Holm's method.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from one_click.columns import CATEGORIES, TARGET
from one_click.customers.codes import coded
from one_click.statistics import holm
from one_click.study.effects import chi_square, mann_whitney, welch
from one_click.study.summaries import MEASURED, SMALLEST_GROUP

SHAPIRO_ROWS = 5000  # beyond it Royston's approximation of the p-value has not been checked


def halves(values: pd.Series, apart: pd.Series) -> tuple[np.ndarray, np.ndarray] | None:
    """Values where `apart` holds and the others, None missing; None where a test has no sense."""
    has_value = values.notna()
    first, second = (values[has_value & mask].to_numpy(dtype=float) for mask in (apart, ~apart))
    enough = min(len(first), len(second)) >= SMALLEST_GROUP
    return (first, second) if enough and values[has_value].nunique() > 1 else None


def normality(rows: pd.DataFrame) -> dict[str, dict]:
    """D'Agostino's, Shapiro-Wilk's and Anderson-Darling's test of each number, over all classes.

    The effect is how far the shape is from a normal one: skewness, excess kurtosis, and the
    correlation of the QQ plot. `rejected` where any of the three rejects after Holm's correction
    over all columns and tests is for the caller to say: it knows alpha.
    """
    from scipy.stats import normaltest, probplot, shapiro
    from statsmodels.stats.diagnostic import normal_ad

    tests: dict[str, dict] = {}
    for name in MEASURED:
        values = rows[name].dropna().to_numpy(dtype=float)
        if len(values) < 3 * SMALLEST_GROUP or values.min() == values.max():
            continue
        dagostino, (ad, ad_p) = normaltest(values), normal_ad(values)
        sw = shapiro(values) if len(values) <= SHAPIRO_ROWS else None
        tests[name] = {
            "rows": len(values),
            "skew": pd.Series(values).skew(),
            "kurtosis": pd.Series(values).kurt(),
            "qq_correlation": probplot(values, fit=True)[1][2],
            "dagostino": {"k2": dagostino.statistic, "p": float(dagostino.pvalue)},
            "shapiro_wilk": {"w": sw.statistic, "p": float(sw.pvalue)} if sw else {"p": None},
            "anderson_darling": {"a2": float(ad), "p": float(ad_p)},
        }
    holm([test for column in tests.values() for test in column.values() if isinstance(test, dict)])
    return tests


def numbers_tested(
    rows: pd.DataFrame, test: Callable[[np.ndarray, np.ndarray, float], dict], confidence: float
) -> Iterator[tuple[str, dict]]:
    """Each number and its test, decliners first."""
    for name in MEASURED:
        pair = halves(rows[name], rows[TARGET] == 1)
        if pair:
            yield name, test(*pair, confidence)


def contingency(rows: pd.DataFrame, name: str) -> np.ndarray | None:
    """Counts by value and class; None where one of the two is the same in all rows."""
    cells = rows[[name, TARGET]].dropna()
    table = pd.crosstab(coded(cells[name]), cells[TARGET]).to_numpy()
    return table if min(table.shape) > 1 else None


def differences(rows: pd.DataFrame, confidence: float) -> dict[str, dict]:
    """How decliners differ from the others, column by column; one family for Holm's correction.

    A column of one value, or with too few rows of a class, has no test and is left out.
    """
    tables = {name: contingency(rows, name) for name in CATEGORIES}
    tests = {
        "mann_whitney": dict(numbers_tested(rows, mann_whitney, confidence)),
        "welch": dict(numbers_tested(rows, welch, confidence)),
        "chi_square": {
            name: chi_square(table, confidence)
            for name, table in tables.items()
            if table is not None
        },
    }
    holm([test for kind in tests.values() for test in kind.values()])
    return tests
