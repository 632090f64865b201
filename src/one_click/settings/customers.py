"""Settings of the generated store, of cleaning, of the test rows and of a sample to learn from."""

from dataclasses import dataclass

from omegaconf import MISSING

from one_click.settings.checks import check as _check
from one_click.settings.checks import check_most as _most
from one_click.settings.checks import check_one_of as _one_of
from one_click.settings.checks import check_seed as _seed
from one_click.settings.checks import check_share as _share


@dataclass
class Sample:
    """The generated store."""

    customers: int = MISSING
    seed: int = MISSING

    def __post_init__(self) -> None:
        _check(self.customers >= 50, "sample.customers", "at least 50", self.customers)
        _most("sample.customers", self.customers, 1_000_000)
        _seed("sample.seed", self.seed)


@dataclass
class Cleaning:
    """Rules for who is a customer to learn from; see conf/cleaning/."""

    regular: str = MISSING
    revenue_slip: str = MISSING
    revenue_slip_times_median: float = MISSING
    twins: str = MISSING

    def __post_init__(self) -> None:
        _one_of("cleaning.regular", self.regular, ("revenue_every_month", "revenue_any_month"))
        _one_of("cleaning.revenue_slip", self.revenue_slip, ("aside", "repair", "keep"))
        times = self.revenue_slip_times_median
        _check(times > 1, "cleaning.revenue_slip_times_median", "above 1", times)
        _most("cleaning.revenue_slip_times_median", times, 1_000_000)
        _one_of("cleaning.twins", self.twins, ("aside", "drop"))


@dataclass
class Split:
    """The test rows: their share, and the seed of the shuffle."""

    test_share: float = MISSING
    seed: int = MISSING

    def __post_init__(self) -> None:
        _share("split.test_share", self.test_share)
        _seed("split.seed", self.seed)


@dataclass
class Learn:
    """How many training rows are learned from, at most: null for all; the seed of the draw."""

    rows: int | None = MISSING
    seed: int = MISSING

    def __post_init__(self) -> None:
        rows = self.rows
        _check(rows is None or rows >= 50, "learn.rows", "at least 50, or null for all", rows)
        _most("learn.rows", rows or 1, 100_000_000)
        _seed("learn.seed", self.seed)
