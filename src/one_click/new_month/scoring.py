"""A chunk of new customers: cleaned, scored and explained by models that have not seen them.

Each function is of a kit, which a process holds once, and of a chunk: what it gives depends on
nothing else, so that chunks may be scored anywhere and in any order.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline

from one_click.columns import FEATURES, ID, PROFIT, REVENUES
from one_click.customers.cleaning import is_regular, revenue_slips, without_slips
from one_click.customers.sql import UNANSWERED, UNKNOWN
from one_click.new_month.known import is_known, scored_by_one, with_earlier
from one_click.new_month.tallies import Reference, Tally
from one_click.reasons.contributions import contributions_table
from one_click.reasons.shapley import Explainer
from one_click.reasons.table import reasons_table
from one_click.risk.judging.calibration import calibrated_by_repeats
from one_click.risk.model.scoring import scores
from one_click.risk.origins import NEW
from one_click.segments.cuts import Cuts, segment_by_customer
from one_click.settings.customers import Cleaning

EXPLAINED_AT_ONCE = 5_000
KNOWN = "known"
RISKS = [ID, "score", "risk", "risk_low", "risk_high", "origin", "score_by_one"]
Run = Callable[[Callable[..., Any], Iterable[tuple[Any, ...]]], Iterator[Any]]


@dataclass(frozen=True)
class Kit:
    """What scores and explains new customers.

    medians
        Of the known customers' revenue, by month: a slip is so many times of them.
    outcomes
        `repeat`, `score`, `declined` of those whose outcome is known: what calibrates.
    earlier
        The known customers, with the risks that the stages gave them.
    explainers
        By name: of the model for new customers, and of second opinions.
    """

    cleaning: Cleaning
    medians: pd.Series
    model: Pipeline
    calibration: str
    outcomes: pd.DataFrame
    earlier: pd.DataFrame
    reference: Reference
    cuts: Cuts
    explainers: dict[str, Explainer]
    reasons: int


@dataclass(frozen=True)
class Scored:
    """Of a chunk: regular customers with risk and segment, their flags, who is none, the tally.

    `flags` has a row a cell: `customer_id`, `column`, `flag` (missing, unknown, slip).
    """

    customers: pd.DataFrame
    flags: pd.DataFrame
    leavers: list[str]
    tally: Tally


def score_chunk(kit: Kit, chunk: pd.DataFrame) -> Scored:
    """Score customers as `monthly.base` writes them, in the order of their ids."""
    customers, flags, leavers = new_customers(chunk, kit.cleaning, kit.medians)
    ids = customers[ID]
    earlier = kit.earlier[kit.earlier[ID].between(ids.iloc[0], ids.iloc[-1])] if len(ids) else ()
    known = is_known(customers, earlier) if len(earlier) else pd.Series(False, customers.index)
    if len(customers):
        risks = risks_of(customers, kit)
        risks = with_earlier(risks, earlier, known) if known.any() else risks
        columns = risks.drop(columns=ID).assign(**{KNOWN: known})
        segment = segment_by_customer(risks["risk"], customers[PROFIT], kit.cuts)
        customers = pd.concat([customers, columns], axis="columns").assign(segment=segment)
    else:
        customers = customers.reindex(columns=[*customers, *RISKS[1:], KNOWN, "segment"])
    unknown = flags.loc[flags["flag"] == "unknown", "column"].value_counts().to_dict()
    tally = kit.reference.tally(scored_by_one(customers), unknown)
    return Scored(customers, flags, leavers, tally)


def new_customers(
    chunk: pd.DataFrame, cleaning: Cleaning, medians: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """One row a regular customer, what was amiss with it, and who is no regular customer."""
    regular = is_regular(chunk, cleaning.regular)
    leavers = chunk.loc[~regular, ID].tolist()
    customers = chunk[regular].reset_index(drop=True)
    slips = revenue_slips(customers, cleaning.revenue_slip_times_median, medians)
    revenue = customers[list(REVENUES)]
    customers[list(REVENUES)] = without_slips(revenue, slips, cleaning.revenue_slip)
    unknown = customers.loc[customers[UNKNOWN] != "", UNKNOWN].str.split(",")
    flagged = []
    for name in FEATURES:
        is_unknown = np.zeros(len(customers), dtype=bool)
        is_unknown[unknown.index[[name in names for names in unknown]]] = True
        is_slip = slips[name].to_numpy() if name in slips else np.zeros(len(customers), dtype=bool)
        absent = customers[UNANSWERED] if name == "contact_allowed" else customers[name].isna()
        kinds = {"unknown": is_unknown, "slip": is_slip}
        kinds["missing"] = absent.to_numpy(dtype=bool) & ~is_unknown & ~is_slip
        flagged += [
            pd.DataFrame({ID: customers.loc[rows, ID], "column": name, "flag": flag})
            for flag, rows in kinds.items()
            if rows.any()
        ]
    none = pd.DataFrame(columns=[ID, "column", "flag"], dtype="str")
    flags = pd.concat([none, *flagged]).sort_values([ID, "column"], ignore_index=True)
    return customers[[ID, *FEATURES, PROFIT]], flags, leavers


def risks_of(customers: pd.DataFrame, kit: Kit) -> pd.DataFrame:
    """Score, risk and its interval, by the final model."""
    score = scores(kit.model, customers[list(FEATURES)])
    risk, low, high = calibrated_by_repeats(kit.calibration, kit.outcomes, score)
    columns = [customers[ID], score, risk, low, high, NEW, score]
    return pd.DataFrame(dict(zip(RISKS, columns, strict=True)))


def explain_chunk(kit: Kit, name: str, customers: pd.DataFrame) -> pd.DataFrame:
    """Contributions to the score of one model, see `reasons.contributions`."""
    contributions = kit.explainers[name].explain(customers[list(FEATURES)])
    return contributions_table(customers[ID], name, contributions)


def reasons_of(asked: pd.DataFrame, kit: Kit, run: Run) -> pd.DataFrame:
    """Reasons of the customers who are asked about, a row each; see `reasons.table`.

    Parameters
    ----------
    run
        Runs `explain_chunk` over its tasks; see `running.workers`.
    """
    starts = range(0, len(asked), EXPLAINED_AT_ONCE)
    tasks = [
        (name, asked.iloc[at : at + EXPLAINED_AT_ONCE]) for at in starts for name in kit.explainers
    ]
    return reasons_table(pd.concat(run(explain_chunk, tasks), ignore_index=True), kit.reasons)
