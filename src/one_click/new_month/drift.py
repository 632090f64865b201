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


def shares_by_bin(known: pd.Series, new: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Shares of the known and of the new values by the known ones' deciles, and of missing ones.

    A category's bins are its values.
    """
    if known.name in CATEGORIES:
        codes = category_codes(str(known.name))
        counted = [
            coded(values).value_counts().reindex(codes, fill_value=0).to_numpy()
            for values in (known, new)
        ]
    else:
        inner = np.unique(known.dropna().quantile(np.arange(1, BINS) / BINS))
        edges = np.concatenate([[-np.inf], inner, [np.inf]])
        counted = [np.histogram(v.dropna().to_numpy(float), edges)[0] for v in (known, new)]
    return tuple(
        np.append(counts, values.isna().sum()) / len(values)
        for counts, values in zip(counted, (known, new), strict=True)
    )


def population_stability_index(known: np.ndarray, new: np.ndarray) -> float:
    """PSI: the sum over bins of (new - known) ln(new / known).

    Source: Siddiqi (2006), "Credit risk scorecards", chapter 9; it is the symmetric divergence of
    Jeffreys (1946).

    Parameters
    ----------
    known, new
        Shares by bin.
    """
    known, new = (np.maximum(shares, LEAST_SHARE) for shares in (known, new))
    return float(np.sum((new - known) * np.log(new / known)))


def difference_p(known: pd.Series, new: pd.Series) -> float | None:
    """P of equal distributions: Kolmogorov-Smirnov for numbers, chi-square for categories.

    None where there is nothing to compare.
    """
    from scipy.stats import chi2_contingency, ks_2samp

    known, new = known.dropna(), new.dropna()
    if not len(known) or not len(new):
        return None
    if known.name not in CATEGORIES:
        numbers = known.to_numpy(float), new.to_numpy(float)
        return float(ks_2samp(*numbers, method="asymp").pvalue)
    counts = pd.DataFrame({"known": coded(known).value_counts(), "new": coded(new).value_counts()})
    counts = counts.fillna(0)
    return float(chi2_contingency(counts).pvalue) if len(counts) > 1 else None


def compared(known: pd.DataFrame, new: pd.DataFrame, unknown: dict[str, int], rules: Drift) -> dict:
    """Each column of the new customers against the known ones, and the verdict.

    A column is "shifted" or "far" by its PSI and where its test, after Holm's correction, agrees:
    the PSI of few rows is above zero by chance. It is "far" as well where too much of it is absent.

    Parameters
    ----------
    known, new
        Features and `score`, a row a customer.
    unknown
        New customers whose category is in no list, by column; they stand as missing.

    Returns
    -------
    found
        `rows`, `verdict` and `columns`, by name.
    """
    from statsmodels.stats.multitest import multipletests

    names = [*FEATURES, SCORE]
    tests = {name: difference_p(known[name], new[name]) for name in names}
    told = [name for name in names if tests[name] is not None]
    corrected = multipletests([tests[name] for name in told], method="holm")[1] if told else []
    p = dict(zip(told, map(float, corrected), strict=True))
    enough = len(new) >= rules.least_rows
    columns = {}
    for name in names:
        of_known, of_new = shares_by_bin(known[name], new[name])
        psi = population_stability_index(of_known, of_new)
        column = {
            "psi": psi if enough else None,
            "p": p.get(name) if enough else None,
            MISSING: float(of_new[-1]) - unknown.get(name, 0) / len(new),
            "missing_before": float(of_known[-1]),
            "unknown": unknown.get(name, 0) / len(new),
        }
        sure = p.get(name, 1.0) < rules.alpha
        if not enough:
            state = "too_few"
        elif absent(column) > rules.absent or (sure and psi >= rules.far):
            state = "far"
        else:
            state = "shifted" if sure and psi >= rules.shifted else "alike"
        columns[name] = column | {"state": state}
    return {"rows": len(new), "verdict": verdict(columns, rules), "columns": columns}


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
