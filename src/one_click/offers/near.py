"""Whose reasons a plan hangs on: those who get an offer, or could at the prices of the limits.

A trigger on a number fires where its column is among a customer's reasons, and reasons cost more
than all else. Before they are known they can only be bounded: as if each column led. Of whom even
that brings less than the limits cost nobody needs to know more. Who is nearer is explained; what
fits them falls, and with it the prices; and so on, until nobody who is not explained is near.

The prices are then the best ones of the plan that knows everybody's reasons too: near them both
duals are the same, and a dual is convex, so that its lowest point there is the lowest of all. So
one bound holds for both plans, and each is as near to it as its gap says.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from one_click.columns import ID
from one_click.offers.eligibility import verdicts
from one_click.offers.limits import Limits, limits_of
from one_click.offers.planning import FULL, planner_of
from one_click.offers.triggers import EXPLAINED, reason_columns
from one_click.offers.wave import wave_of
from one_click.settings.offers import Campaign

# How far below the prices, in mean gains: a little more are explained than must be, in half the
# rounds; and far more than the 1e-4 by which prices rise from the first customer to the last.
MARGIN = 0.02


def is_near(gain: np.ndarray, has_reasons: np.ndarray, limits: Limits) -> np.ndarray:
    """Who is not explained and might get an offer at the prices of the limits; (customers,).

    Parameters
    ----------
    gain
        Of each customer and offer, the highest that may be; NaN where none may be made.
    """
    possible = ~np.isnan(gain).all(axis=1)
    near = possible & ~has_reasons
    if not near.any():
        return near
    planner = planner_of(gain, limits.use)
    price = planner.dual.prices(limits.most, FULL.dual) @ limits.use
    least = -MARGIN * float(np.nanmean(gain[possible]))
    near[near] = (np.nan_to_num(gain[near], nan=-np.inf) - price).max(axis=1) > least
    return near


def reasons_near(
    customers: pd.DataFrame,
    campaign: Campaign,
    typical: dict[str, dict],
    reasons: pd.DataFrame,
    explain: Callable[[pd.DataFrame], pd.DataFrame],
) -> pd.DataFrame:
    """Reasons of all who get an offer of the campaign or stand near one.

    Parameters
    ----------
    customers
        As `wave_of` takes them, without reasons.
    reasons
        Those that are known already, a row a customer; may be empty.
    explain
        From customers to their reasons, a table of the same columns.

    Returns
    -------
    reasons
        Of more customers, those that were known first.
    """
    if not campaign.budget:  # nobody gets an offer
        return reasons
    wave = wave_of(_with(customers, reasons), campaign, typical)
    gain, rows = wave.highest_gain, wave.customers[list(customers)]
    has_reasons = wave.customers[EXPLAINED].to_numpy()
    limits = limits_of(campaign, campaign.budget)
    tried = [replace(limits, most=limits.most / (1 - campaign.hold_out.share))]
    while True:
        near = np.any([is_near(gain, has_reasons, those) for those in tried], axis=0)
        if near.any():
            more = explain(rows[near])
            verdict = verdicts(_with(rows[near], more), campaign, typical)
            gain[near] = np.where(verdict.eligible, verdict.net_gain, np.nan)
            has_reasons = has_reasons | near
            reasons = pd.concat([reasons, more], ignore_index=True)
            continue
        within = wave_of(_with(customers, reasons), campaign, typical).plan(campaign.budget).limits
        if any(np.array_equal(within.most, those.most) for those in tried):
            return reasons
        tried.append(within)  # raised or lowered, since chance withholds more or less


def _with(customers: pd.DataFrame, reasons: pd.DataFrame) -> pd.DataFrame:
    """The customers with those leading reasons that are known, and whose they are."""
    leading = reasons[[ID, *reason_columns(reasons)]].assign(**{EXPLAINED: True})
    people = customers.merge(leading, on=ID, how="left", validate="1:1")
    return people.assign(**{EXPLAINED: people[EXPLAINED].notna()})
