"""The marketing department's file as dataclasses that check themselves; see conf/campaign/."""

import math
from dataclasses import dataclass, field

from omegaconf import MISSING

from one_click.columns import BY_NAME, category_codes
from one_click.settings.checks import (
    check,
    check_count,
    check_date,
    check_most,
    check_one_of,
    check_share,
)
from one_click.settings.segments import SEGMENTS

ON_SITE = "site"  # the one channel that reaches out to nobody
CHANNELS = ("email", "sms", "push", "call", ON_SITE)
SIDES = ("high", "low")
MOST_COUNTED = 10**9  # customers of all waves
MOST_MONTHS, MOST_OFFERS = 120, 100  # beyond any plan: ten years, a catalogue
GROUPS = ("treatment", "control", "none")  # gets an offer, must get nothing, all others

# What an offer can answer to. Nobody acts on tenure; revenue is what is to be kept.
ACTIONABLE = (
    "unpaid_items", "pages_per_visit", "categories_per_visit", "minutes_previous_month",
    "minutes_this_month", "promo_share", "contacts_six_months", "service_type",
    "favourite_category",
)  # fmt: skip


@dataclass
class Effect:
    """Share of the risk that an offer is assumed to remove, with the range that is believed."""

    low: float = MISSING
    expected: float = MISSING
    high: float = MISSING

    def check(self, key: str) -> None:
        """Check the ranges; `key` is where it stands in the config."""
        values = [self.low, self.expected, self.high]
        ordered = 0 <= self.low <= self.expected <= self.high <= 1
        check(ordered, key, "low, expected, high: rising, 0 to 1", values)


@dataclass
class Learned:
    """What waves have shown of an offer, in counts, and what was assumed before the first of them.

    From these the effect beside it follows, see outcomes.learning: so that a further wave adds its
    counts, and waves one after another teach what they teach all at once.
    """

    waves: int = MISSING
    offers: int = MISSING
    offers_declined: int = MISSING
    controls: int = MISSING
    controls_declined: int = MISSING
    assumed: Effect = MISSING

    def check(self, key: str) -> None:
        """Check the ranges; `key` is where it stands in the config."""
        for name in ("waves", "offers", "controls"):
            check(getattr(self, name) >= 1, f"{key}.{name}", "at least 1", getattr(self, name))
            check_most(f"{key}.{name}", getattr(self, name), MOST_COUNTED)
        for name in ("offers", "controls"):
            declined, most = getattr(self, f"{name}_declined"), getattr(self, name)
            check(0 <= declined <= most, f"{key}.{name}_declined", f"0 to {most}", declined)
        self.assumed.check(f"{key}.assumed")


@dataclass
class Offer:
    """One offer: what it costs, what it is assumed to do, who may get it, how often.

    `triggers` maps an actionable column to "high" or "low" (a number) or to a category's code; one
    that fires is enough, and no trigger at all means anybody. `cap` is the most that may be made.
    """

    channel: str = MISSING
    cost: float = MISSING
    effect: Effect = MISSING
    triggers: dict[str, str] = field(default_factory=dict)
    cap: int | None = None
    ru: str = MISSING
    en: str = MISSING
    learned: Learned | None = None

    def check(self, key: str) -> None:
        """Check the ranges; `key` is where the offer stands in the config."""
        check_one_of(f"{key}.channel", self.channel, CHANNELS)
        check(0 <= self.cost < math.inf, f"{key}.cost", "0 or more", self.cost)
        self.effect.check(f"{key}.effect")
        check(self.cap is None or self.cap >= 0, f"{key}.cap", "0 or more, or null", self.cap)
        if self.learned:
            self.learned.check(f"{key}.learned")
        for column, fires in self.triggers.items():
            check_one_of(f"{key}.triggers", column, ACTIONABLE)
            number = BY_NAME[column].kind == "number"
            allowed = SIDES if number else tuple(category_codes(column))
            check_one_of(f"{key}.triggers.{column}", fires, allowed)


@dataclass
class Fatigue:
    """When a customer has had enough messages, and gets offers over the site at most.

    `contacts_a_month`: the most contacts in this month, a message of this wave among them.
    `waves_between`: how many waves must pass between two messages. None is no limit.
    """

    contacts_a_month: int | None = MISSING
    waves_between: int | None = None

    def __post_init__(self) -> None:
        most = self.contacts_a_month
        key = "campaign.fatigue.contacts_a_month"
        check(most is None or most >= 0, key, "0 or more, or null", most)
        waves, key = self.waves_between, "campaign.fatigue.waves_between"
        check(waves is None or waves >= 0, key, "0 or more, or null", waves)


UNLIMITED = Fatigue(contacts_a_month=None, waves_between=None)


@dataclass
class HoldOut:
    """Customers who get nothing, so that the effect of the rest can be measured."""

    share: float = MISSING
    salt: str = MISSING
    alpha: float = MISSING
    power: float = MISSING

    def __post_init__(self) -> None:
        check(0 <= self.share < 1, "campaign.hold_out.share", "0 or more, below 1", self.share)
        check(len(self.salt) > 0, "campaign.hold_out.salt", "some text", self.salt)
        for name in ("alpha", "power"):
            check_share(f"campaign.hold_out.{name}", getattr(self, name))
        need = "above alpha"
        check(self.power > self.alpha, "campaign.hold_out.power", need, self.power)


@dataclass
class Campaign:
    """A campaign: its name, its wave, its budget, its assumptions, whom it addresses, with what.

    `unit` is that of the profit table, of the budget and of the costs; None where it is unknown.

    `wave` names one round of offers, made on `wave_date` and holding until the end of
    `valid_until`; None is no end. Dates are as ISO 8601 writes them.
    """

    ru: str = MISSING
    en: str = MISSING
    wave: str = MISSING
    wave_date: str = MISSING
    valid_until: str | None = MISSING
    unit: str | None = None
    budget: float = MISSING
    months: int = MISSING
    profit_share_lost: float = MISSING
    profit_share_lost_range: list[float] = MISSING
    smallest_net_gain: float = MISSING
    break_even_limit: float = MISSING
    segments: list[str] = MISSING
    site_without_consent: bool = MISSING
    caps: dict[str, int] = MISSING
    fatigue: Fatigue = MISSING
    hold_out: HoldOut = MISSING
    offers: dict[str, Offer] = MISSING

    def __post_init__(self) -> None:
        check(len(self.wave) > 0, "campaign.wave", "some text", self.wave)
        check_date("campaign.wave_date", self.wave_date)
        if self.valid_until is not None:
            check_date("campaign.valid_until", self.valid_until)
            need = f"no day before wave_date ({self.wave_date})"
            in_order = self.wave_date <= self.valid_until
            check(in_order, "campaign.valid_until", need, self.valid_until)
        check(0 <= self.budget < math.inf, "campaign.budget", "0 or more", self.budget)
        check(self.months >= 1, "campaign.months", "at least 1", self.months)
        check_most("campaign.months", self.months, MOST_MONTHS)
        shares = self.profit_share_lost_range
        check(len(shares) > 0, "campaign.profit_share_lost_range", "at least one share", shares)
        check_count("campaign.profit_share_lost_range", shares, 20)
        for share in (self.profit_share_lost, *self.profit_share_lost_range):
            check(0 < share <= 1, "campaign.profit_share_lost", "above 0, at most 1", share)
        gain = self.smallest_net_gain
        check(0 <= gain < math.inf, "campaign.smallest_net_gain", "0 or more", gain)
        limit = self.break_even_limit
        check(0 < limit <= 1, "campaign.break_even_limit", "above 0, at most 1", limit)
        check(len(self.segments) > 0, "campaign.segments", "at least one segment", self.segments)
        for segment in self.segments:
            check_one_of("campaign.segments", segment, SEGMENTS)
        for channel, cap in self.caps.items():
            check_one_of("campaign.caps", channel, CHANNELS)
            check(cap >= 0, f"campaign.caps.{channel}", "0 or more", cap)
        check(len(self.offers) > 0, "campaign.offers", "at least one offer", {})
        check_count("campaign.offers", self.offers, MOST_OFFERS)
        for name, offer in self.offers.items():
            offer.check(f"campaign.offers.{name}")
