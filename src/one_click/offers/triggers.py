"""Which triggers of an offer fire for a customer, and which of them made the offer."""

import numpy as np
import pandas as pd

from one_click import artefacts
from one_click.columns import BY_NAME, NUMBERS
from one_click.running.errors import InputError
from one_click.settings.offers import Offer

# Whether a customer's reasons are known; where the column is not there, everybody's are. Of others
# any could lead, so that a trigger fires by the value alone: what fits them is an upper bound.
EXPLAINED = "is_explained"


def reason_columns(customers: pd.DataFrame) -> list[str]:
    """Columns of the leading reasons, the first reason first."""
    return sorted(customers.filter(regex=r"^reason_\d+$"), key=lambda name: int(name[7:]))


def is_explained(customers: pd.DataFrame) -> np.ndarray:
    """Whose reasons are known; shape (customers,)."""
    if EXPLAINED not in customers:
        return np.ones(len(customers), dtype=bool)
    return customers[EXPLAINED].to_numpy(dtype=bool)


def fired(customers: pd.DataFrame, offer: Offer, typical: dict[str, dict]) -> np.ndarray:
    """Whether each trigger of an offer fires, in the offer's order; shape (customers, triggers).

    Raises
    ------
    InputError
        Where a trigger's column is not there.
    """
    unknown = ~is_explained(customers)
    reasons = customers.loc[~unknown, reason_columns(customers)].to_numpy(dtype=object)
    fires = np.zeros((len(customers), len(offer.triggers)), dtype=bool)
    for place, (column, side) in enumerate(offer.triggers.items()):
        if column not in customers or column not in typical:
            raise InputError(
                f"{artefacts.TYPICAL}: {column}: missing, and a trigger of the campaign names it; "
                "run `dvc repro`, or take the trigger out"
            )
        if BY_NAME[column].kind != "number":
            fires[:, place] = (customers[column] == side).fillna(False).to_numpy(dtype=bool)
            continue
        usual = typical[column]["typical"]
        if usual is None:  # nobody who stayed has a value to compare with
            continue
        values = customers[column].to_numpy(dtype=float, na_value=np.nan)
        beyond = values > usual if side == "high" else values < usual
        leads = unknown.copy()
        leads[~unknown] = (reasons == column).any(axis=1)
        fires[:, place] = beyond & leads
    return fires


def leading_trigger(customers: pd.DataFrame, offer: Offer, typical: dict[str, dict]) -> np.ndarray:
    """The column of the trigger that fires, None where none does; shape (customers,).

    Of several, the one that contributes most to the customer's score; after those among the leading
    reasons come categories that are none, in the offer's order.
    """
    columns = np.array([*offer.triggers, None], dtype=object)
    reasons = customers[reason_columns(customers)].to_numpy(dtype=object)
    fires = fired(customers, offer, typical)
    rank = np.full(fires.shape, float(reasons.shape[1]))
    for place, column in enumerate(offer.triggers):
        is_reason = reasons == column
        rows = is_reason.any(axis=1)
        rank[rows, place] = is_reason[rows].argmax(axis=1)
    rank[~fires] = np.inf
    leading = np.full(len(customers), -1)
    if fires.shape[1]:
        leading = np.where(fires.any(axis=1), rank.argmin(axis=1), -1)
    return columns[leading]


def trigger_agreement(offers: pd.DataFrame) -> np.ndarray:
    """Share of the models that name the trigger's column as a reason; shape (customers,).

    NaN where the trigger is no reason: a category's value is a fact, which no model has to name.

    Parameters
    ----------
    offers
        `trigger`, `reason_1`, `agreement_1` and so on.
    """
    agreement = np.full(len(offers), np.nan)
    for name in reason_columns(offers):
        rows = offers["trigger"].isin(NUMBERS) & (offers["trigger"] == offers[name]).fillna(False)
        rows = rows.to_numpy(dtype=bool)
        agreement[rows] = offers.loc[rows, name.replace("reason_", "agreement_")]
    return agreement
