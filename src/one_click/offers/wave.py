"""One wave of a campaign: who may get what, who is in the control group, the plan."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from one_click.columns import ID
from one_click.offers.control_group import in_holdout
from one_click.offers.eligibility import Verdicts, verdicts
from one_click.offers.limits import limits_of
from one_click.offers.planning import Planner
from one_click.offers.triggers import is_explained
from one_click.offers.withholding import WavePlan, withheld_plan
from one_click.settings.offers import Campaign


@dataclass(frozen=True)
class Wave:
    """What a campaign may do, before it is planned; customers are in the order of their ids.

    `typical` is what a trigger compares with; see `wave_of`. Who is not explained gets nothing and
    is in no control group: what fits such a customer is only bounded.
    """

    customers: pd.DataFrame
    campaign: Campaign
    verdicts: Verdicts
    control_group: np.ndarray
    typical: dict[str, dict]

    @cached_property
    def net_gain(self) -> np.ndarray:
        """Of each customer and offer, NaN where the offer is not to be made."""
        return np.where(is_explained(self.customers)[:, None], self.highest_gain, np.nan)

    @property
    def highest_gain(self) -> np.ndarray:
        """The same, where whatever leads could be a reason of those who are not explained."""
        return np.where(self.verdicts.eligible, self.verdicts.net_gain, np.nan)

    @cached_property
    def planner(self) -> Planner:
        """Plans for everybody, the control group among them."""
        return Planner(self.net_gain, limits_of(self.campaign, 0.0).use)

    def plan(self, budget: float) -> WavePlan:
        """The plan of a budget."""
        limits, share = limits_of(self.campaign, budget), self.campaign.hold_out.share
        return withheld_plan(self.planner, self.net_gain, limits, self.control_group, share)


def wave_of(customers: pd.DataFrame, campaign: Campaign, typical: dict[str, dict]) -> Wave:
    """Judge the customers and draw the control group among those whom an offer fits.

    Parameters
    ----------
    customers
        With id, `risk`, `risk_low`, `risk_high`, `segment`, `reason_1`.., `monthly_profit`,
        `contact_allowed`, what `fatigue.over_limit` reads and the columns of the campaign's
        triggers; in any order.
    typical
        As `models/typical.json` holds it.
    """
    ordered = customers.sort_values(ID, kind="stable").reset_index(drop=True)
    judgement = verdicts(ordered, campaign, typical)
    control_group = np.zeros(len(ordered), dtype=bool)
    fits = judgement.eligible.any(axis=1) & is_explained(ordered)
    control_group[fits] = in_holdout(ordered.loc[fits, ID], campaign.hold_out)
    return Wave(ordered, campaign, judgement, control_group, typical)
