"""Which offers a customer may get: segment, triggers, consent, and whether the offer pays."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from one_click.columns import PROFIT
from one_click.offers.fatigue import over_limit
from one_click.offers.triggers import fired
from one_click.settings.offers import ON_SITE, Campaign

# Why a customer gets no offer, the first that holds: the campaign does not address the segment; no
# trigger fires; only offers by message fit, and messages are not allowed; or the customer has had
# enough of them; what fits would bring too little; it would pay only with a larger effect than is
# believed; its reasons were not asked for, since nothing that could fit would be in the plan; the
# customer is in the control group; every offer that fits is at a cap; the budget went to others.
SKIP_REASONS = (
    "segment", "no_reason", "no_consent", "fatigue", "does_not_pay", "break_even",
    "not_explained", "holdout", "cap", "budget",
)  # fmt: skip


@dataclass(frozen=True)
class Verdicts:
    """Of each customer and offer, in the customers' order; see `verdicts`.

    value_at_risk (customers,); net_gain and break_even (customers, offers); eligible, booleans of
    the same shape; skip_reason (customers,), None where an offer may be made.
    """

    value_at_risk: np.ndarray
    net_gain: np.ndarray
    break_even: np.ndarray
    eligible: np.ndarray
    skip_reason: np.ndarray


def value_at_risk(risk: pd.Series, profit: pd.Series, campaign: Campaign) -> pd.Series:
    """Profit that is expected to be lost: risk x profit x months x share; a loss counts as zero."""
    return risk * profit.clip(lower=0) * campaign.months * campaign.profit_share_lost


def verdicts(customers: pd.DataFrame, campaign: Campaign, typical: dict[str, dict]) -> Verdicts:
    """Judge every offer for every customer, before budget, caps and control group.

    Only consent that is given counts: what is refused, missing or unknown allows no message. Who
    has had enough messages gets none either; the site reaches out to nobody.

    Parameters
    ----------
    customers
        With `risk`, `segment`, `monthly_profit`, `contact_allowed`, reasons, columns of triggers
        and what `fatigue.over_limit` reads.
    typical
        As `models/typical.json` holds it.

    Raises
    ------
    InputError
        Where a trigger's column is not there.
    """
    offers = list(campaign.offers.values())
    cost = np.array([offer.cost for offer in offers])
    effect = np.array([offer.effect.expected for offer in offers])
    consent = customers["contact_allowed"].eq(True).fillna(False).to_numpy(dtype=bool)
    at_risk = value_at_risk(customers["risk"], customers[PROFIT], campaign).to_numpy(dtype=float)
    in_segment = customers["segment"].isin(campaign.segments).to_numpy()
    fits = np.column_stack(
        [(not offer.triggers) | fired(customers, offer, typical).any(axis=1) for offer in offers]
    )
    on_site = np.array([offer.channel == ON_SITE for offer in offers])
    reach = fits & (consent[:, None] | (on_site & campaign.site_without_consent))
    rested = reach & (~over_limit(customers, campaign.fatigue)[:, None] | on_site)
    net_gain = at_risk[:, None] * effect - cost
    break_even = np.full(net_gain.shape, np.inf)
    np.divide(cost, at_risk[:, None], out=break_even, where=at_risk[:, None] > 0)
    pays = rested & (net_gain > 0) & (net_gain >= campaign.smallest_net_gain)
    credible = pays & (break_even <= campaign.break_even_limit)
    skip_reason = np.select(
        [~in_segment, *(~some.any(axis=1) for some in (fits, reach, rested, pays, credible))],
        SKIP_REASONS[:6],
        np.array(None, dtype=object),
    )
    return Verdicts(at_risk, net_gain, break_even, credible & in_segment[:, None], skip_reason)
