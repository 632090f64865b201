"""Whether new customers look like those that the model has learned from."""

from typing import Any

import pandas as pd

from one_click.columns import FEATURES
from one_click.new_month.distributions import (
    absence_p,
    absent_count,
    bars,
    difference_p,
    largest_change,
    population_stability_index,
    shares_by_bin,
)
from one_click.settings.new_month import Drift
from one_click.statistics import holm

SCORE = "score"
ALIKE, SHIFTED, FAR = STATES = ("alike", "shifted", "far")  # the worse, the later
ABSENT, VALUES = "absent", "values"


def compared(
    reference: pd.DataFrame, current: pd.DataFrame, unknown: dict[str, int], rules: Drift
) -> dict[str, Any]:
    """Each column of the new customers against the known ones, and the verdict with its reason.

    A column is "shifted" or "far" by the PSI of its values, or by the rise of its absent ones
    (missing or unknown): where that is beyond a tolerance, and a test says that it is no chance.
    The tests of either kind are corrected by Holm, over the columns and the score.

    Parameters
    ----------
    reference, current
        Features and `score` of known and of new customers, a row a customer; each score by one
        model that has not seen the customer.
    unknown
        New customers whose category is in no list, by column.

    Returns
    -------
    figures
        `rows`; `verdict`, `because` and `column` of `verdict`; `columns` by name.
    """
    columns: dict[str, dict[str, Any]] = {}
    for name in [*FEATURES, SCORE]:
        known, new = reference[name], current[name]
        of_no_list = unknown.get(name, 0)
        columns[name] = {
            "psi": population_stability_index(*shares_by_bin(known, new)),
            "p": difference_p(known, new),
            "missing": (absent_count(new, of_no_list) - of_no_list) / len(new),
            "missing_before": float(known.isna().mean()),
            "unknown": of_no_list / len(new),
            "p_absent": absence_p(known, new, of_no_list),
            "change": largest_change(known, new),
            "bars": bars(known, new),
        }
    for key in ("p", "p_absent"):
        holm(list(columns.values()), key)
    for column in columns.values():
        column["state"], column["by"] = state(column, rules)
    return {"rows": len(current), **verdict(columns, len(current), rules), "columns": columns}


def absent_share(column: dict) -> float:
    """Share of new customers whose value is missing or unknown."""
    return column["missing"] + column["unknown"]


def state(column: dict, rules: Drift) -> tuple[str, str | None]:
    """How far a column moved, and whether by its values or by its absent ones; the worse of both.

    Both a tolerance and a test, after Holm's correction, must say so.
    """
    rise = absent_share(column) - column["missing_before"]
    states = {
        ABSENT: (column["p_absent_holm"], rise, rules.absent_shifted, rules.absent_far),
        VALUES: (column["p_holm"], column["psi"], rules.shifted, rules.far),
    }
    for degree in (FAR, SHIFTED):
        for by, (p, size, shifted, far) in states.items():
            if p is not None and p < rules.alpha and size >= (far if degree == FAR else shifted):
                return degree, by
    return ALIKE, None


def verdict(columns: dict[str, dict], rows: int, rules: Drift) -> dict[str, Any]:
    """What to do, and why.

    Returns
    -------
    verdict
        `verdict`: "retrain" where too much of a column is absent, the score is far, or a quarter of
        the columns is; "look" where any column is not alike; "use" where all are, or "too_few"
        where a shift of so few customers may go unseen. `because`: "absent", "score", "columns",
        "values", "alike" or "too_few". `column`: the one that tells it, or None.
    """
    moved = sorted(
        (name for name, column in columns.items() if column["state"] != ALIKE),
        key=lambda name: (-STATES.index(columns[name]["state"]), -columns[name]["psi"], name),
    )
    far = [name for name in moved if columns[name]["state"] == FAR]
    absent = [name for name in far if columns[name]["by"] == ABSENT]
    if absent:
        return {"verdict": "retrain", "because": ABSENT, "column": absent[0]}
    if SCORE in far:
        return {"verdict": "retrain", "because": SCORE, "column": SCORE}
    if len(far) >= len(columns) / 4:
        return {"verdict": "retrain", "because": "columns", "column": far[0]}
    if moved:
        return {"verdict": "look", "because": columns[moved[0]]["by"], "column": moved[0]}
    enough = rows >= rules.least_rows
    return {"verdict": "use" if enough else "too_few"} | {
        "because": ALIKE if enough else "too_few",
        "column": None,
    }
