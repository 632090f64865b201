"""One wave of a campaign: who may get what, who is in the control group, the plan."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from one_click.columns import ID
from one_click.offers.control_group import in_holdout
from one_click.offers.eligibility import Verdicts, verdicts
from one_click.offers.limits import limits_of
from one_click.offers.partitions import partitions_of
from one_click.offers.planning import Planner
from one_click.offers.triggers import is_explained
from one_click.offers.withholding import WavePlan, withheld_plan
from one_click.settings.offers import Campaign


@dataclass(frozen=True)
class Audience:
    """Customers and the campaign that is for them; `typical` is what a trigger compares with."""

    customers: pd.DataFrame
    campaign: Campaign
    typical: dict[str, dict]


@dataclass(frozen=True)
class Wave(Audience):
    """What a campaign may do, before it is planned; customers are in the order of their ids.

    See `wave_of`. Who is not explained gets nothing and is in no control group: what fits such a
    customer is only bounded.
    """

    verdicts: Verdicts
    control_group: np.ndarray

    @property
    def highest_gain(self) -> np.ndarray:
        """Of each customer and offer, where whatever leads could be a reason of the unexplained.

        NaN where the offer is not to be made.
        """
        return np.where(self.verdicts.eligible, self.verdicts.net_gain, np.nan)

    @cached_property
    def planner(self) -> Planner:
        """Plans for everybody, the control group among them."""
        return self._planner(is_explained(self.customers))

    def planner_of_treatment(self) -> Planner:
        """Plans for those alone who are not held out."""
        return self._planner(is_explained(self.customers) & ~self.control_group)

    def _planner(self, customers: np.ndarray) -> Planner:
        eligible = self.verdicts.eligible & customers[:, None]
        partitions = partitions_of(self.verdicts.net_gain, eligible)
        return Planner(partitions, limits_of(self.campaign, 0.0).use)

    def plan(self, budget: float) -> WavePlan:
        """The plan of a budget."""
        limits, share = limits_of(self.campaign, budget), self.campaign.hold_out.share
        gain = self.verdicts.net_gain
        return withheld_plan(self.planner, gain, limits, self.control_group, share)


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
    return wave_in_order(ordered, campaign, typical)


def wave_in_order(customers: pd.DataFrame, campaign: Campaign, typical: dict[str, dict]) -> Wave:
    """The wave of customers in the order given, all or some of them; see `wave_of`."""
    judgement = verdicts(customers, campaign, typical)
    control_group = np.zeros(len(customers), dtype=bool)
    fits = judgement.eligible.any(axis=1) & is_explained(customers)
    control_group[fits] = in_holdout(customers.loc[fits, ID], campaign.hold_out)
    return Wave(customers, campaign, typical, judgement, control_group)
