"""Two groups compared at an equal covariate: a line each, and the distance between the lines."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Lines:
    """Mean outcome of the control group, what the treatment changes of it, and how sure that is.

    `covariance` is of the two; `plain_variance` that of the change without the covariate;
    `freedom` that of Student's distribution.
    """

    base: float
    change: float
    covariance: np.ndarray
    plain_variance: float
    freedom: int


def two_lines(
    outcome: np.ndarray, covariate: np.ndarray, treated: np.ndarray, clusters: np.ndarray
) -> Lines:
    """Each group's line over the centred covariate, compared at the mean of all.

    Source: Lin (2013), "Agnostic notes on regression adjustments to experimental data", Annals of
    Applied Statistics 7. The variance is robust, and of clusters where a customer comes more than
    once. It is taken with two customers more in each group, one with the smallest and one with the
    largest outcome, at the group's mean covariate (as Agresti and Caffo 2000, "Simple and effective
    confidence intervals for proportions", The American Statistician 54, do it for plain shares):
    where nearly everybody of a group declines, its own variance says that it is surer than it is.
    """
    codes, customers = pd.factorize(clusters)
    centred = covariate - covariate.mean()
    params = _fit(outcome, centred, treated, codes).params
    more = np.repeat([0.0, 1.0], 2)
    means = [centred[treated == group].mean() for group in (0, 1)]
    ends = [min(0.0, outcome.min()), max(0.0, outcome.max())] if outcome.any() else [0.0, 1.0]
    wider = (
        np.append(outcome, np.tile(ends, 2)),
        np.append(centred, np.repeat(means, 2)),
        np.append(treated, more),
        np.append(codes, codes.max() + 1 + np.arange(4)),
    )
    return Lines(
        base=float(params[0]),
        change=float(params[1]),
        covariance=np.asarray(_fit(*wider).cov_params())[:2, :2],
        plain_variance=float(_fit(*wider, slopes=False).cov_params()[1, 1]),
        freedom=max(1, len(customers) - 4),
    )


def _fit(
    outcome: np.ndarray,
    covariate: np.ndarray,
    treated: np.ndarray,
    codes: np.ndarray,
    slopes: bool = True,
) -> Any:
    import statsmodels.api as sm

    robust: dict[str, Any] = {"cov_type": "HC2"}
    if len(np.unique(codes)) < len(codes):
        robust = {"cov_type": "cluster", "cov_kwds": {"groups": codes}}
    columns = [np.ones(len(outcome)), treated, covariate, treated * covariate]
    lines = np.column_stack(columns if slopes else columns[:2])
    return sm.OLS(outcome, lines).fit(**robust)
