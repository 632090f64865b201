"""Settings of the reasons."""

from dataclasses import dataclass

from omegaconf import MISSING

from one_click.settings.checks import check as _check
from one_click.settings.checks import check_share as _share


@dataclass
class Explain:
    """How many reasons are named, and when they are steady; see conf/config.yaml."""

    reasons: int = MISSING
    steady: float = MISSING
    confidence: float = MISSING

    def __post_init__(self) -> None:
        _check(1 <= self.reasons <= 4, "explain.reasons", "1 to 4, the themes", self.reasons)
        _check(0 < self.steady <= 1, "explain.steady", "above 0, at most 1", self.steady)
        _share("explain.confidence", self.confidence)
