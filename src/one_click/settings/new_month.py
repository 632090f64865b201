"""Settings of drift."""

from dataclasses import dataclass

from omegaconf import MISSING

from one_click.settings.checks import check as _check


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
            value = getattr(self, key)
            _check(0 < value < 1, f"drift.{key}", "between 0 and 1", value)
        _check(self.least_rows >= 2, "drift.least_rows", "at least 2", self.least_rows)
