"""Which columns go together, and which with the target.

Every pair is one row of a table, so that it can be diffed; `matrix` makes the square of it that a
heat map shows.
"""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pandas as pd

from one_click.columns import CATEGORIES, FEATURES, NUMBERS, PROFIT, TARGET
from one_click.customers.codes import coded
from one_click.running.parallel import side_by_side
from one_click.statistics import holm
from one_click.study.summaries import CLASSES, MEASURED

RANKED = ("pearson", "spearman", "kendall")
WHOLE = (*FEATURES, PROFIT, TARGET)


def phik_matrix(rows: pd.DataFrame) -> pd.DataFrame:
    """Phik of every pair of columns of `rows`; a column of one value is left out.

    Source: Baak et al. (2020), "A new correlation coefficient between categorical, ordinal and
    interval variables". Numbers are cut into ten bins; which columns are numbers comes from the
    column table, not from a guess, and no further process is started.
    """
    from phik.phik import phik_matrix as phik

    columns, numbers = _of_more_values(rows)
    matrix = phik(columns, interval_cols=numbers, njobs=1, verbose=False)
    return matrix.loc[list(columns), list(columns)]


def significance_matrix(rows: pd.DataFrame) -> pd.DataFrame:
    """Significance of phik, in standard deviations of a normal distribution, of every pair.

    Asymptotic: a simulation for sparse tables takes minutes for the same answer, and its draws
    follow no seed. Source: Baak et al. (2020), section 4.
    """
    from phik.significance import significance_matrix as significance

    columns, numbers = _of_more_values(rows)
    matrix = significance(
        columns, interval_cols=numbers, njobs=1, verbose=False, significance_method="asymptotic"
    )
    return matrix.loc[list(columns), list(columns)]


def _of_more_values(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    columns = rows.loc[:, rows.nunique() > 1]
    return columns, [name for name in columns if name in MEASURED]


def _matrix_of(measure: Callable[[pd.DataFrame], pd.DataFrame], rows: pd.DataFrame) -> pd.DataFrame:
    return measure(rows)


def pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """A row a pair of columns: phik, its significance and p, phik within each class, rank measures.

    Pearson's, Spearman's and Kendall's are of numbers and the target (0 or 1) alone. NaN where a
    measure is undefined. `p_holm` is the p of phik's significance, corrected over all pairs.
    """
    from scipy.stats import norm

    whole = rows[list(WHOLE)]
    tasks: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], pd.DataFrame]] = {
        "phik": (phik_matrix, whole),
        "significance": (significance_matrix, whole),
    }
    for code, k in CLASSES.items():
        tasks[f"phik_{code}"] = (phik_matrix, whole[whole[TARGET] == k].drop(columns=TARGET))
    matrices = dict(zip(tasks, side_by_side(_matrix_of, tasks.values()), strict=True))
    numbers = whole[[*MEASURED, TARGET]]
    for method in RANKED:
        matrices[method] = numbers.corr(method)
    table = pd.DataFrame(combinations(WHOLE, 2), columns=["first", "second"])
    for measure, matrix in matrices.items():
        cells = matrix.stack().to_dict()
        keys = zip(table["first"], table["second"], strict=True)
        table[measure] = [cells.get(key, np.nan) for key in keys]
    table.insert(4, "p", norm.sf(table["significance"]))
    tests = [{"p": p} for p in table["p"]]
    holm(tests)
    table.insert(5, "p_holm", [np.nan if t["p_holm"] is None else t["p_holm"] for t in tests])
    return table


def matrix(pairs: pd.DataFrame, measure: str, itself: float = 1.0) -> pd.DataFrame:
    """The square, symmetric matrix of a measure of `pairs`; columns it says nothing of are out."""
    cells = pairs.dropna(subset=[measure])
    present = {*cells["first"], *cells["second"]}
    names = [name for name in WHOLE if name in present]
    square = pd.DataFrame(np.nan, index=names, columns=names, dtype=float)
    for first, second, value in cells[["first", "second", measure]].itertuples(index=False):
        square.loc[first, second] = square.loc[second, first] = value
    return square.where(~np.eye(len(names), dtype=bool), itself)


def with_target(rows: pd.DataFrame, pairs: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A row a column: phik with the target, ANOVA's F and its p, mutual information, VIF.

    Profit is here to show that it tells nothing. Mutual information is in nats; of numbers it is
    the nearest-neighbour estimate of Ross (2014), "Mutual information between discrete and
    continuous data sets", of categories that of the counts.
    """
    of_target = pairs[pairs["second"] == TARGET].set_index("first")
    table = pd.DataFrame({"column": [*FEATURES, PROFIT]})
    for measure in ("phik", "significance", "p_holm"):
        table[measure] = of_target[measure].reindex(table["column"]).to_numpy()
    scores = {name: _anova(rows, name) for name in MEASURED}
    table["anova_f"] = [scores.get(name, (np.nan,))[0] for name in table["column"]]
    table["anova_p"] = [scores.get(name, (np.nan,))[-1] for name in table["column"]]
    table["mutual_information"] = [
        mutual_information(rows[name], rows[TARGET], seed) for name in table["column"]
    ]
    return table.merge(inflation(rows), on="column", how="left", validate="1:1")


def _anova(rows: pd.DataFrame, name: str) -> tuple[float, float]:
    from sklearn.feature_selection import f_classif

    cells = rows[[name, TARGET]].dropna()
    if cells[name].nunique() < 2 or cells[TARGET].nunique() < 2 or len(cells) < 3:
        return np.nan, np.nan
    (score,), (p,) = f_classif(cells[[name]], cells[TARGET])
    return score, p


def mutual_information(values: pd.Series, target: pd.Series, seed: int) -> float:
    """Mutual information of a column and the target, in nats; rows without a value are left out."""
    from sklearn.feature_selection import mutual_info_classif
    from sklearn.metrics import mutual_info_score

    has_value = values.notna()
    if values[has_value].nunique() < 2:
        return 0.0
    if values.name in CATEGORIES:
        return mutual_info_score(coded(values)[has_value], target[has_value])
    column = values[has_value].to_frame()
    return mutual_info_classif(
        column, target[has_value], discrete_features=False, random_state=seed
    )[0]


def inflation(rows: pd.DataFrame) -> pd.DataFrame:
    """Each number by linear regression on the other numbers: VIF, R², MAE, MSE.

    VIF is 1 / (1 - R²): how much the variance of the number's coefficient in a linear model grows
    by the others (Marquardt, 1970, "Generalized inverses"). Errors are in standard deviations of
    the number, so that they compare. Rows with a missing number are left out.
    """
    from sklearn.linear_model import LinearRegression
    from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

    numbers = rows[list(NUMBERS)].dropna()
    names = [name for name in NUMBERS if numbers[name].nunique() > 1]
    figures = []
    if len(numbers) > len(names) + 1:
        scaled = (numbers[names] - numbers[names].mean()) / numbers[names].std(ddof=0)
        for name in names:
            others = scaled.drop(columns=name)
            if others.empty:
                continue
            prediction = LinearRegression().fit(others, scaled[name]).predict(others)
            r2 = r2_score(scaled[name], prediction)
            figures.append(
                {
                    "column": name,
                    "vif": 1 / (1 - r2) if r2 < 1 - 1e-12 else np.nan,
                    "r2": r2,
                    "mae": mean_absolute_error(scaled[name], prediction),
                    "mse": mean_squared_error(scaled[name], prediction),
                }
            )
    return pd.DataFrame(figures, columns=["column", "vif", "r2", "mae", "mse"])


def strong_pairs(pairs: pd.DataFrame, threshold: float, alpha: float) -> list[dict]:
    """Pairs other than with the target at or above the threshold of phik, the strongest first."""
    strong = pairs[
        (pairs["second"] != TARGET) & (pairs["phik"] >= threshold) & (pairs["p_holm"] < alpha)
    ]
    ordered = strong.sort_values(["phik", "first", "second"], ascending=[False, True, True])
    return ordered[["first", "second", "phik", "p_holm", "spearman"]].to_dict("records")
