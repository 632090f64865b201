"""Whether new customers look like those that the model has learned from."""

import numpy as np
import pandas as pd

from one_click.columns import CATEGORIES, FEATURES, category_codes
from one_click.customers.codes import coded
from one_click.settings.new_month import Drift

BINS = 10
LEAST_SHARE = 1e-4  # of an empty bin, so that its logarithm is finite
MISSING = "missing"
SCORE = "score"


def shares_by_bin(reference: pd.Series, current: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Shares of known and of new customers' values by deciles of the known ones', and of missing.

    A category's bins are its values.
    """
    if reference.name in CATEGORIES:
        codes = category_codes(str(reference.name))
        counts = [
            coded(values).value_counts().reindex(codes, fill_value=0).to_numpy()
            for values in (reference, current)
        ]
    else:
        inner = np.unique(reference.dropna().quantile(np.arange(1, BINS) / BINS))
        edges = np.concatenate([[-np.inf], inner, [np.inf]])
        counts = [np.histogram(v.dropna().to_numpy(float), edges)[0] for v in (reference, current)]
    of_known, of_new = (
        np.append(count, values.isna().sum()) / len(values)
        for count, values in zip(counts, (reference, current), strict=True)
    )
    return of_known, of_new


def population_stability_index(reference: np.ndarray, current: np.ndarray) -> float:
    """PSI: the sum over bins of (current - reference) ln(current / reference).

    Source: Siddiqi (2006), "Credit risk scorecards", chapter 9; it is the symmetric divergence of
    Jeffreys (1946).

    Parameters
    ----------
    reference, current
        Shares by bin.
    """
    reference, current = (np.maximum(shares, LEAST_SHARE) for shares in (reference, current))
    return float(np.sum((current - reference) * np.log(current / reference)))


def difference_p(reference: pd.Series, current: pd.Series) -> float | None:
    """P of equal distributions: Kolmogorov-Smirnov for numbers, chi-square for categories.

    None where there is nothing to compare.
    """
    from scipy.stats import chi2_contingency, ks_2samp

    reference, current = reference.dropna(), current.dropna()
    if not len(reference) or not len(current):
        return None
    if reference.name not in CATEGORIES:
        numbers = reference.to_numpy(float), current.to_numpy(float)
        return float(ks_2samp(*numbers, method="asymp").pvalue)
    counts = pd.DataFrame(
        {"known": coded(reference).value_counts(), "new": coded(current).value_counts()}
    )
    counts = counts.fillna(0)
    return float(chi2_contingency(counts).pvalue) if len(counts) > 1 else None


def compared(
    reference: pd.DataFrame, current: pd.DataFrame, unknown: dict[str, int], rules: Drift
) -> dict:
    """Each column of the new customers against the known ones, and the verdict.

    A column is "shifted" or "far" by its PSI and where its test, after Holm's correction, agrees:
    the PSI of few rows is above zero by chance. It is "far" as well where too much of it is absent.

    Parameters
    ----------
    reference, current
        Features and `score` of known and of new customers, a row a customer.
    unknown
        New customers whose category is in no list, by column; they stand as missing.

    Returns
    -------
    figures
        `rows`, `verdict` and `columns`, by name.
    """
    from statsmodels.stats.multitest import multipletests

    names = [*FEATURES, SCORE]
    tests = {name: difference_p(reference[name], current[name]) for name in names}
    comparable = [name for name in names if tests[name] is not None]
    p_values = [tests[name] for name in comparable]
    p_holm = multipletests(p_values, method="holm")[1] if comparable else []
    p = dict(zip(comparable, map(float, p_holm), strict=True))
    enough = len(current) >= rules.least_rows
    columns = {}
    for name in names:
        of_reference, of_current = shares_by_bin(reference[name], current[name])
        psi = population_stability_index(of_reference, of_current)
        column = {
            "psi": psi if enough else None,
            "p": p.get(name) if enough else None,
            MISSING: float(of_current[-1]) - unknown.get(name, 0) / len(current),
            "missing_before": float(of_reference[-1]),
            "unknown": unknown.get(name, 0) / len(current),
        }
        sure = p.get(name, 1.0) < rules.alpha
        if not enough:
            state = "too_few"
        elif absent(column) > rules.absent or (sure and psi >= rules.far):
            state = "far"
        else:
            state = "shifted" if sure and psi >= rules.shifted else "alike"
        columns[name] = column | {"state": state}
    return {"rows": len(current), "verdict": verdict(columns, rules), "columns": columns}


def absent(column: dict) -> float:
    """Share of values that are unknown, or missing beyond what was missing before."""
    return column["unknown"] + max(column[MISSING] - column["missing_before"], 0)


def verdict(columns: dict[str, dict], rules: Drift) -> str:
    """What to do: "use", "look" or "retrain"; "too_few" where nothing can be said.

    "retrain" where the score itself is far, a quarter of the columns is, or too many values of one
    are unknown or missing; "look" where any column is not alike.
    """
    states = [column["state"] for column in columns.values()]
    most = max(absent(column) for column in columns.values())
    if "too_few" in states:
        return "too_few"
    far = states.count("far") >= len(states) / 4
    if far or columns[SCORE]["state"] == "far" or most > rules.absent:
        return "retrain"
    return "look" if {"far", "shifted"} & set(states) or most > 0 else "use"
