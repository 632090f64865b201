"""Whether new customers look like those that the model has learned from."""

from typing import Any

from one_click.columns import CATEGORIES
from one_click.new_month.distributions import (
    absence_p,
    bars,
    difference_p,
    largest_change,
    population_stability_index,
)
from one_click.new_month.tallies import COMPARED, SCORE, Reference, Tally
from one_click.settings.new_month import Drift
from one_click.statistics import holm

ALIKE, SHIFTED, FAR = STATES = ("alike", "shifted", "far")  # the worse, the later
ABSENT, VALUES = "absent", "values"


def compared(reference: Reference, current: Tally, rules: Drift) -> dict[str, Any]:
    """Each column of the new customers against the known ones, and the verdict with its reason.

    A column is "shifted" or "far" by the PSI of its values, or by the rise of its absent ones
    (missing or unknown): where that is beyond a tolerance, and a test says that it is no chance.
    The tests of either kind are corrected by Holm, over the columns and the score.

    Parameters
    ----------
    reference, current
        Of known and of new customers; each score by one model that has not seen the customer.

    Returns
    -------
    figures
        `rows`; `verdict`, `because` and `column` of `verdict`; `columns` by name, whose `change`
        and `bars` are of a sample where there are more than `tallies.SAMPLE` customers.
    """
    columns = {name: _column(name, reference, current) for name in COMPARED}
    for key in ("p", "p_absent"):
        holm(list(columns.values()), key)
    for column in columns.values():
        column["state"], column["by"] = state(column, rules)
    return {"rows": current.rows, **verdict(columns, current.rows, rules), "columns": columns}


def _column(name: str, reference: Reference, current: Tally) -> dict[str, Any]:
    known, sample, grid = reference.customers[name], current.sample[name], reference.grids[name]
    cells = grid.count(known), current.cells[name]
    absent, unknown = current.absent(name), current.unknown.get(name, 0)
    before = int(known.isna().sum())
    return {
        "psi": population_stability_index(*map(grid.shares, cells)),
        "p": difference_p(*cells, categorical=name in CATEGORIES),
        "missing": (absent - unknown) / current.rows,
        "missing_before": before / len(known),
        "unknown": unknown / current.rows,
        "p_absent": absence_p((before, len(known)), (absent, current.rows)),
        "change": largest_change(known, sample),
        "bars": bars(known, sample),
    }


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
