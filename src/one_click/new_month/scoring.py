"""New customers: cleaned, scored and explained by the final model, in chunks with progress."""

import pandas as pd
from imblearn.pipeline import Pipeline

from one_click.columns import COLUMNS, FEATURES, ID, RAW_ID, REVENUES
from one_click.customers.cleaning import is_regular, revenue_slips, without_slips
from one_click.customers.joining import joined
from one_click.customers.reading import RawTables
from one_click.reasons.contributions import contributions_table
from one_click.reasons.shapley import Explainer
from one_click.reasons.table import reasons_table
from one_click.risk.judging.calibration import calibrated_by_repeats
from one_click.risk.model.scoring import scores
from one_click.risk.origins import NEW
from one_click.running.parallel import side_by_side
from one_click.running.progress import bar
from one_click.settings.customers import Cleaning

ROWS_AT_ONCE = 20_000
EXPLAINED_AT_ONCE = 5_000


def new_customers(
    raw: RawTables, cleaning: Cleaning, medians: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """One row a regular customer, what was amiss with it, and who is no regular customer.

    Parameters
    ----------
    medians
        Of the known customers' revenue, by month: a slip is so many times of them.

    Returns
    -------
    customers, flags, leavers
        `flags` has a row a cell: `customer_id`, `column`, `flag` (missing, unknown, slip).
    """
    customers = joined(raw.frames)
    regular = is_regular(customers, cleaning.regular)
    leavers = sorted(customers.loc[~regular, ID].tolist())
    customers = customers[regular].sort_values(ID, ignore_index=True)
    slips = revenue_slips(customers, cleaning.revenue_slip_times_median, medians)
    revenue = customers[list(REVENUES)]
    customers[list(REVENUES)] = without_slips(revenue, slips, cleaning.revenue_slip)
    ids = customers[ID]
    ids_by_flag = {(name, "slip"): ids[slips[name]] for name in REVENUES}
    for column in COLUMNS:
        if column.raw in raw.unknown and not column.month:
            ids_by_flag[column.name, "unknown"] = ids[ids.isin(raw.unknown[column.raw])]
    consent = next(column for column in COLUMNS if column.kind == "consent")
    answers = raw.frames[consent.table]
    unanswered = answers.loc[answers[consent.raw].isna(), RAW_ID]
    for name in FEATURES:
        absent = ids.isin(unanswered) if name == consent.name else customers[name].isna()
        others = [rows for (of, _), rows in ids_by_flag.items() if of == name]
        elsewhere = ids.isin(pd.concat(others)) if others else False
        ids_by_flag[name, "missing"] = ids[absent & ~elsewhere]
    flags = pd.concat(
        [pd.DataFrame({ID: rows, "column": n, "flag": f}) for (n, f), rows in ids_by_flag.items()]
    )
    return customers, flags.sort_values([ID, "column"], ignore_index=True), leavers


def risks_of(
    customers: pd.DataFrame, model: Pipeline, outcomes: pd.DataFrame, calibration: str
) -> pd.DataFrame:
    """Score, risk and its interval, by the final model.

    Parameters
    ----------
    outcomes
        `repeat`, `score`, `declined` of those whose outcome is known: what calibrates.
    """
    parts = []
    for start in bar("risk", range(0, len(customers), ROWS_AT_ONCE)):
        rows = customers.iloc[start : start + ROWS_AT_ONCE]
        score = scores(model, rows[list(FEATURES)])
        risk, low, high = calibrated_by_repeats(calibration, outcomes, score)
        parts.append(
            pd.DataFrame(
                {ID: rows[ID], "score": score, "risk": risk, "risk_low": low, "risk_high": high}
            )
        )
    risks = pd.concat(parts, ignore_index=True)
    return risks.assign(origin=NEW, score_by_one=risks["score"])


def contributions_of(customers: pd.DataFrame, explainers: dict[str, Explainer]) -> pd.DataFrame:
    """Contributions to the score of each model that has not seen the customers, on all cores.

    Parameters
    ----------
    explainers
        By name: of the model for new customers, and of second opinions.

    Returns
    -------
    contributions
        A row a customer and model, see `reasons.contributions`.
    """
    starts = range(0, len(customers), EXPLAINED_AT_ONCE)
    parts = [
        (explainer, name, customers.iloc[at : at + EXPLAINED_AT_ONCE])
        for name, explainer in explainers.items()
        for at in starts
    ]
    return pd.concat(side_by_side(_explained, bar("reasons", parts)))


def _explained(explainer: Explainer, name: str, customers: pd.DataFrame) -> pd.DataFrame:
    explanation = explainer.explain(customers[list(FEATURES)])
    return contributions_table(customers[ID], name, explanation)


def explained(
    customers: pd.DataFrame, explainers: dict[str, Explainer], count: int
) -> pd.DataFrame:
    """Reasons of customers, a row each; see `reasons.table`."""
    return reasons_table(contributions_of(customers, explainers), count)


def reasons_of(
    customers: pd.DataFrame, mask: pd.Series, explainers: dict[str, Explainer], count: int
) -> pd.DataFrame:
    """Reasons of the customers who are asked about; missing for the others."""
    asked = customers[mask] if mask.any() else customers.head(1)  # for its columns
    table = explained(asked, explainers, count)
    table = table[table[ID].isin(customers.loc[mask, ID])]
    return customers[[ID]].merge(table, on=ID, how="left", validate="1:1")
