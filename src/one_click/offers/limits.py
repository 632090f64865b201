"""What an offer takes of the budget and of each cap."""

from dataclasses import dataclass

import numpy as np

from one_click.settings.offers import Campaign

SLACK = 1e-9  # of a limit, for sums of floats


@dataclass(frozen=True)
class Limits:
    """What an offer takes of each limit, shape (limits, offers), and how much there is of each."""

    use: np.ndarray
    most: np.ndarray

    def taken(self, plan: np.ndarray) -> np.ndarray:
        """What a plan takes of each limit."""
        return self.use @ np.bincount(plan[plan >= 0], minlength=self.use.shape[1])

    def left(self, plan: np.ndarray) -> np.ndarray:
        """What a plan leaves of each limit."""
        return self.most - self.taken(plan)

    def hold(self, left: np.ndarray) -> bool:
        """Whether what is left says that no limit is overdrawn, but for sums of floats."""
        return bool((left >= -SLACK * np.maximum(1.0, self.most)).all())


def limits_of(campaign: Campaign, budget: float) -> Limits:
    """The budget, then the caps of channels, then of offers; a budget of inf is no limit."""
    offers = list(campaign.offers.values())
    use, most = [[offer.cost for offer in offers]], [budget]
    for channel, cap in campaign.caps.items():
        use.append([float(offer.channel == channel) for offer in offers])
        most.append(cap)
    for place, offer in enumerate(offers):
        if offer.cap is not None:
            use.append([float(place == other) for other in range(len(offers))])
            most.append(offer.cap)
    return Limits(np.array(use, dtype=float), np.array(most, dtype=float))
