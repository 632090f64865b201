"""One plan for everybody whom an offer fits, of which the control group's part is withheld.

The offer that a customer would get does not depend on being held out: only so does nothing but the
offer tell those who got one from those of the control group who would have got it.
"""

from dataclasses import dataclass

import numpy as np

from one_click.offers.limits import SLACK, Limits
from one_click.offers.planning import Plan, Planner

MOST_RAISED = 2.0  # by bad luck, times what the rule's share raises
ROUNDS = 4  # of a plan: what the last one cuts is next to nothing


@dataclass(frozen=True)
class WavePlan:
    """What everybody would get, and what of it is made.

    everybody
        The plan as if nobody were held out, with its bound and gap, by `limits`.
    limits
        Raised, so that what is left without the control group keeps those of the campaign.
    offer
        The index of the offer that each customer gets, or -1; the control group gets none.
    net_gain
        Of the offers that are made.
    """

    everybody: Plan
    limits: Limits
    offer: np.ndarray
    net_gain: float

    @property
    def at_cap(self) -> np.ndarray:
        """Whether no more of an offer can be made, whatever the budget; shape (offers,)."""
        slack = self.limits.left(self.everybody.offer)[1:] + SLACK
        return np.logical_or.reduce(self.limits.use[1:] > slack[:, None], axis=0)

    def whole(self) -> "PlanPart":
        """What of it is said of all customers."""
        return PlanPart(self.offer, self.everybody.offer, self.at_cap)


@dataclass(frozen=True)
class PlanPart:
    """Of some customers: the offer that each gets, and the planned one, -1 for none; full offers.

    offer, planned: (customers,); at_cap: (offers,), see `WavePlan.at_cap`.
    """

    offer: np.ndarray
    planned: np.ndarray
    at_cap: np.ndarray


def withheld_plan(
    planner: Planner, net_gain: np.ndarray, limits: Limits, control: np.ndarray, share: float
) -> WavePlan:
    """Plan everybody within limits that are kept when the control group's offers are taken out.

    Limits are raised by 1 / (1 - share). Chance may hold out fewer of the planned than that: what
    overdraws a limit then is cut, of both groups alike, the least gain a unit of the limit first.
    Or it holds out more, and what is left leaves room: the limit is raised by as much. Where either
    happens the plan is made anew within what is left, until nothing is cut, or `ROUNDS` times. So
    no limit is overdrawn, and who changes groups moves a limit by about what an offer takes of it.

    Parameters
    ----------
    planner, net_gain
        Of everybody; shape (customers, offers), NaN where an offer is not to be made.
    limits
        What the offers that are made must keep.
    control
        Who is in the control group, shape (customers,).
    share
        Of the control group, by the campaign's rule.
    """
    within = limits.most / (1 - share)
    for turn in range(ROUNDS):
        raised = within
        plan = planner.plan(raised)
        planned, within = _cut(plan.offer, net_gain, limits, raised, control)
        if turn == 0:
            largest, total = limits.use.max(axis=1), limits.taken(planned)
            made = limits.taken(np.where(control, -1, planned))
            short = (raised - total < largest) & (limits.most - made >= largest) & (made > 0)
            within[short] *= np.minimum(total[short] * (1 - share) / made[short], MOST_RAISED)
        if np.array_equal(within, raised):
            break
    rows = np.flatnonzero(planned >= 0)
    gain = net_gain[rows, planned[rows]]
    return WavePlan(
        Plan(planned, float(gain.sum()), plan.bound),
        Limits(limits.use, within),
        np.where(control, -1, planned),
        float(gain[~control[rows]].sum()),
    )


def _cut(
    planned: np.ndarray, net_gain: np.ndarray, limits: Limits, raised: np.ndarray,
    control: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """The planned offers without what overdraws a limit, and `raised` lowered to the rest."""
    planned, raised = planned.copy(), raised.copy()
    for place, most in enumerate(limits.most + SLACK * np.maximum(1.0, limits.most)):
        if limits.taken(np.where(control, -1, planned))[place] <= most:
            continue
        takes = np.append(limits.use[place], 0.0)[planned]
        takers = np.flatnonzero(takes)
        worth = net_gain[takers, planned[takers]] / takes[takers]
        takers = takers[np.argsort(-worth, kind="stable")]
        beyond = np.cumsum(np.where(control[takers], 0.0, takes[takers])) > most
        if beyond.any():
            planned[takers[beyond]] = -1
            raised[place] = takes[takers[~beyond]].sum()
    return planned, raised
