"""Settings of drift."""

from dataclasses import dataclass

from omegaconf import MISSING

from one_click.settings.checks import check as _check
from one_click.settings.checks import check_most as _most
from one_click.settings.checks import check_share as _share


@dataclass
class Drift:
    """When new customers are said to differ from the known ones; see conf/config.yaml."""

    shifted: float = MISSING
    far: float = MISSING
    alpha: float = MISSING
    absent_shifted: float = MISSING
    absent_far: float = MISSING
    least_rows: int = MISSING

    def __post_init__(self) -> None:
        _check(self.shifted > 0, "drift.shifted", "above 0", self.shifted)
        _check(self.far >= self.shifted, "drift.far", "at least drift.shifted", self.far)
        _check(
            self.absent_far >= self.absent_shifted,
            "drift.absent_far",
            "at least drift.absent_shifted",
            self.absent_far,
        )
        for key in ("alpha", "absent_shifted", "absent_far"):
            _share(f"drift.{key}", getattr(self, key))
        _check(self.least_rows >= 2, "drift.least_rows", "at least 2", self.least_rows)
        _most("drift.least_rows", self.least_rows, 1_000_000_000)
        _most("drift.far", self.far, 1_000)
