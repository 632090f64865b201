"""The control group: who is left without an offer, to compare with, and how like the others."""

import hashlib

import numpy as np
import pandas as pd

from one_click.columns import PROFIT
from one_click.settings.offers import HoldOut


def in_holdout(ids: pd.Series, rules: HoldOut) -> np.ndarray:
    """Whether a customer is in the control group: the salted hash of its id is in the share's part.

    The id alone decides, so that who is in it this month is in it the next, whoever else
    there is: waves can be pooled. Quotas in strata of risk and profit would have neighbours decide;
    the strata are reported instead (`balance`), and each can be compared by itself.
    """
    digests = (hashlib.sha256(f"{rules.salt}:{name}".encode()).digest() for name in ids.tolist())
    place = np.array([int.from_bytes(digest[:8]) for digest in digests], dtype=float) / 2.0**64
    return place < rules.share


def balance(customers: pd.DataFrame, control: np.ndarray) -> dict:
    """How like the others the control group is: in strata, halves of risk x of profit; on average.

    Parameters
    ----------
    customers
        Those an offer fits, with `risk` and `monthly_profit`.
    control
        Who of them is in the control group, shape (customers,).

    Returns
    -------
    Counts by stratum, and differences of means in standard deviations (Austin 2009: above 0.1 is
    worth a look), None where there is nothing to compare.
    """
    measures = {"risk": customers["risk"], "profit": customers[PROFIT]}
    high = {name: (values > values.median()).to_numpy() for name, values in measures.items()}
    strata = {}
    for risk_high in (True, False):
        for profit_high in (True, False):
            name = f"{'higher' if risk_high else 'lower'}_risk_" + (
                "higher_profit" if profit_high else "lower_profit"
            )
            there = (high["risk"] == risk_high) & (high["profit"] == profit_high)
            strata[name] = {"customers": int(there.sum()), "held_out": int((there & control).sum())}
    differences = {}
    for name, values in measures.items():
        spread = values.std()
        comparable = control.any() and (~control).any() and spread > 0
        gap = values[control].mean() - values[~control].mean() if comparable else None
        differences[name] = None if gap is None else gap / spread
    return {
        "customers": len(customers),
        "held_out": int(control.sum()),
        "strata": strata,
        "standardised_difference": differences,
    }
