"""Are the raw tables fit to learn from? All rows, before anything is cleaned.

Enters: the folder `tables`. Leaves: `metrics/quality.json` and a table of the columns,
`plots/quality/columns.csv`. This stage reads the raw files beside `prepare`, because what it looks
for (ids, the order of rows, slips, copies) is what `prepare` takes away; no stage learns from it.
"""

import numpy as np
import pandas as pd

from one_click.columns import (
    CATEGORIES,
    COLUMNS,
    DECLINED,
    FEATURES,
    ID,
    NUMBERS,
    PROFIT,
    REVENUES,
    TABLES,
    TARGET,
)
from one_click.customers.cleaning import revenue_slips
from one_click.customers.codes import coded
from one_click.customers.everyone import Everyone
from one_click.customers.ids import LONGEST
from one_click.customers.joining import CONTENT
from one_click.customers.sql import CONSENT_COLUMN, UNANSWERED
from one_click.settings.study import Describe
from one_click.study.effects import mann_whitney
from one_click.study.summaries import described_numbers

FEW_VALUES = 12  # a column of at most so many has its values counted


def of_tables(everyone: Everyone) -> dict[str, dict]:
    """Rows, ids and empty cells of each table, and ids that another table has and it lacks."""
    customers = everyone.customers
    empty = customers.isna().sum()
    empty[CONSENT_COLUMN.name] = customers[UNANSWERED].sum()  # read as a refusal
    figures = {}
    for table, (file, encoding) in zip(TABLES, everyone.encodings.items(), strict=True):
        columns = [column for column in COLUMNS if column.table == table]
        ids = everyone.rows[table] // max(sum(c.month is not None for c in columns), 1)
        figures[table] = {
            "file": file,
            "encoding": encoding,
            "rows": everyone.rows[table],
            "ids": ids,
            "ids_absent": len(customers) - ids,
            "missing_cells": sum(int(empty[column.name]) for column in columns),
        }
    return figures


def tukey_fences(values: pd.Series, width: float) -> tuple[float, float]:
    """So many interquartile ranges outside the quartiles: Tukey (1977), Exploratory data analysis.

    Where the quartiles are equal, so are the fences, and all else is counted as outside.
    """
    lower, upper = values.quantile([0.25, 0.75])
    return lower - width * (upper - lower), upper + width * (upper - lower)


def of_column(values: pd.Series, width: float) -> dict:
    """Type, missing and distinct values; of numbers also a summary and outliers; counts if few."""
    cells = values.dropna()
    figures: dict = {
        "missing": int(values.isna().sum()),
        "distinct": int(cells.nunique()),
        "mode": None,
    }
    if cells.empty:
        return figures | {"type": "empty"}
    if values.name in (*NUMBERS, PROFIT):
        low, high = tukey_fences(cells, width)
        figures |= described_numbers(cells) | {
            "type": "whole" if (cells % 1 == 0).all() else "decimal",
            "sum": cells.sum(),
            "fence_low": low,
            "fence_high": high,
            "outliers_low": int((cells < low).sum()),
            "outliers_high": int((cells > high).sum()),
        }
    else:
        cells = coded(cells)
        figures["type"] = "category"
    figures["mode"] = cells.mode().iloc[0]
    if figures["distinct"] <= FEW_VALUES:
        counts = cells.value_counts().sort_index()
        figures["counts"] = {
            f"{value:g}" if isinstance(value, float) else str(value): int(count)
            for value, count in counts.items()
        }
    return figures


def of_copies(customers: pd.DataFrame) -> dict:
    """Customers who are equal but for the id: exact copies, near ones, and equal revenues alone.

    No id is given: these figures are committed. Which copy is whose stands in `twin_of`.
    """
    twins = customers.groupby(CONTENT, dropna=False, sort=False)[ID].transform("min")
    further = customers[twins != customers[ID]]
    same_features = customers.duplicated(list(FEATURES))
    revenue = customers[list(REVENUES)]
    same_revenue = revenue.duplicated() & revenue.notna().all(axis="columns")
    return {
        "equal_features_and_target": len(further),
        "equal_but_for_the_id": int(customers.duplicated([*CONTENT, PROFIT]).sum()),
        "equal_features_other_target": int(same_features.sum()) - len(further),
        "equal_revenue_of_all_months": int(same_revenue.sum()),
    }


def without_gaps(ids: pd.Series) -> bool:
    """Whether ids are whole numbers, one after another."""
    if not ids.str.fullmatch("[0-9]{1,18}").all():
        return False
    numbers = ids.astype("int64")
    return bool(numbers.max() - numbers.min() == len(ids) - 1)


def order_tells_target(customers: pd.DataFrame, describe: Describe) -> dict:
    """Whether the id, or the row's place in the file, tells the target by itself: it must not.

    AUC of the later id (or row) for decliners, with an interval; a shorter id stands before a
    longer one, so that of numbers the larger is the later. `warning` where the test and the size of
    the effect say that it is no chance.
    """
    declined = customers[TARGET] == 1
    padded = customers[ID].str.zfill(LONGEST)
    figures: dict = {}
    for name, place in (
        ("id", padded.rank().to_numpy()),
        ("row_order", np.arange(len(customers), dtype=float)),
    ):
        test = mann_whitney(place[declined], place[~declined], describe.confidence)
        figures[name] = {
            "auc": (test["effect"] + 1) / 2,
            "auc_low": (test["low"] + 1) / 2,
            "auc_high": (test["high"] + 1) / 2,
            "effect": test["effect"],
            "p": test["p"],
            "warning": bool(
                2 * test["p"] < describe.alpha and abs(test["effect"]) >= describe.smallest_effect
            ),
        }
    figures["rows_in_order_of_id"] = bool(padded.is_monotonic_increasing)
    figures["ids_without_gaps"] = without_gaps(customers[ID])
    return figures


def of_revenue(customers: pd.DataFrame, times_median: float) -> dict[str, dict]:
    """Each month with and without its slips: sum, mean, largest; customers without revenue."""
    slips = revenue_slips(customers, times_median)
    return {
        name: {
            "slips": int(slips[name].sum()),
            "zero": int((customers[name] == 0).sum()),
            "with_slips": _totals(customers[name]),
            "without_slips": _totals(customers[name].mask(slips[name])),
        }
        for name in REVENUES
    }


def _totals(values: pd.Series) -> dict[str, float]:
    return {"sum": values.sum(), "mean": values.mean(), "max": values.max()}


def quality(everyone: Everyone, describe: Describe, slip_times_median: float) -> dict:
    """All of the above, and spelling that was mended, by raw header."""
    customers = everyone.customers
    numbers = (*NUMBERS, PROFIT)
    return {
        "tables": of_tables(everyone),
        "spelling_mended": everyone.mended,
        "columns": {
            name: of_column(customers[name], describe.tukey) for name in (*numbers, *CATEGORIES)
        },
        "target": {DECLINED.code: int(customers[TARGET].sum()), "rows": len(customers)},
        "copies": of_copies(customers),
        "order": order_tells_target(customers, describe),
        "revenue": of_revenue(customers, slip_times_median),
    }


def table_of_columns(figures: dict) -> pd.DataFrame:
    """A row a column of what `of_column` found, counts of values left out."""
    columns = [
        {"column": c.name, "raw_header": c.raw} | figures[c.name]
        for c in COLUMNS
        if c.name in figures
    ]
    return pd.DataFrame(columns).drop(columns="counts", errors="ignore")
