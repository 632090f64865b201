"""Is the comparison fair: what must hold before any figure of a wave is shown.

A check has `name`, whether it `holds`, its `figures` and what it `spoils` where it does not: all
effects, the plain ones (a line with the predicted risk mends a chance imbalance), those of who was
really sent something, or nothing (then it is a warning).
"""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from one_click.columns import ID, PROFIT
from one_click.offers.control_group import in_holdout
from one_click.settings.offers import HoldOut

ALL, PLAIN, SENT, NOTHING = "all", "plain", "sent", "nothing"
# A ratio this unlikely is a fault of the record, not chance: Fabijan et al. (2019), "Diagnosing
# sample ratio mismatch in online controlled experiments", KDD.
UNLIKELY = 0.001
UNFAIR_LOSS = 0.01  # p of a loss to the outcome that differs between the groups
MOST_CONTAMINATED = 0.05  # of the control group sent something
CHANCE_ERRORS = 3.3  # standard errors of a difference, beyond which chance goes 1 time in 1,000
LARGEST_IMBALANCE = 0.25  # standard deviations: Stuart (2010), "Matching methods", Stat. Science 25


@dataclass(frozen=True)
class Check:
    """One check of a wave, or of several."""

    name: str
    holds: bool
    spoils: str
    figures: dict[str, Any] = field(default_factory=dict)


def sample_ratio(rows: pd.DataFrame, share: float) -> Check:
    """Whether the control group is as large as the campaign's share says: exact binomial test.

    A customer who comes wave by wave was drawn once.
    """
    from scipy.stats import binomtest

    customers = rows.drop_duplicates(ID)
    controls, planned = int((~customers["treated"]).sum()), len(customers)
    p = float(binomtest(controls, planned, share).pvalue) if 0 < share < 1 and planned else 0.0
    figures = {"controls": controls, "planned": planned, "share": share, "p": p}
    return Check("sample_ratio", p >= UNLIKELY and 0 < controls < planned, ALL, figures)


def contamination(rows: pd.DataFrame) -> Check:
    """Whether anybody of the control group was sent something.

    Parameters
    ----------
    rows
        With `sent`, whether the CRM's log has an offer that was sent.
    """
    control = rows[~rows["treated"]]
    count = int(control["sent"].sum())
    share = count / len(control) if len(control) else 0.0
    figures = {"controls": len(control), "sent": count, "share": share}
    return Check("contamination", share <= MOST_CONTAMINATED, ALL, figures)


def delivery(rows: pd.DataFrame) -> Check:
    """Whether the planned offers were sent: the effect as planned counts those that were not."""
    treatment = rows[rows["treated"]]
    sent = int(treatment["sent"].sum())
    figures = {"offers": len(treatment), "sent": sent, "not_sent": len(treatment) - sent}
    return Check("delivery", bool(sent), SENT, figures)


def assignment(rows: pd.DataFrame, rules: HoldOut) -> Check:
    """Whether the groups are those that the hash of the id draws."""
    moved = int((in_holdout(rows[ID], rules) == rows["treated"].to_numpy()).sum())
    return Check("assignment", not moved, ALL, {"customers": len(rows), "moved": moved})


def balance(rows: pd.DataFrame) -> Check:
    """Whether the groups were alike at the start, in predicted risk and in profit."""
    differences = {}
    for name in ("risk", PROFIT):
        spread = rows[name].std()
        means = rows.groupby(rows["treated"])[name].mean()
        known = len(means) == 2 and spread > 0
        differences[name] = float((means[True] - means[False]) / spread) if known else None
    groups = [max(1, int(rows["treated"].sum())), max(1, int((~rows["treated"]).sum()))]
    by_chance = CHANCE_ERRORS * sum(1 / size for size in groups) ** 0.5
    most = max(LARGEST_IMBALANCE, by_chance)
    large = [d for d in differences.values() if d is not None and abs(d) > most]
    return Check("balance", not large, PLAIN, {"standardised_difference": differences})


def lost(planned: pd.DataFrame) -> Check:
    """Whether both groups lack an outcome equally often: Fisher's exact test.

    Parameters
    ----------
    planned
        Everybody of the plan and the control group, with `declined`, missing where no outcome is.
    """
    from scipy.stats import fisher_exact

    absent = planned["declined"].isna()
    table = [
        [int((absent & group).sum()), int((~absent & group).sum())]
        for group in (planned["treated"], ~planned["treated"])
    ]
    p = float(fisher_exact(table).pvalue)
    figures = {"offers": table[0][0], "controls": table[1][0], "p": p}
    return Check("lost", p >= UNFAIR_LOSS, ALL, figures)


def strangers(wave: pd.DataFrame, outcome: pd.DataFrame) -> Check:
    """Customers of the outcome who are in no wave: new ones, or another store's."""
    count = int((~outcome[ID].isin(wave[ID])).sum())
    return Check("strangers", not count, NOTHING, {"customers": count, "outcome": len(outcome)})


def spoilt(checks: list[Check]) -> set[str]:
    """What the failed checks spoil."""
    return {check.spoils for check in checks if not check.holds} - {NOTHING}
