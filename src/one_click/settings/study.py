"""Settings of the exploration."""

from dataclasses import dataclass

from omegaconf import MISSING

from one_click.settings.checks import check as _check
from one_click.settings.checks import check_most as _most
from one_click.settings.checks import check_seed as _seed
from one_click.settings.checks import check_share as _share


@dataclass
class Describe:
    """What the exploration calls an outlier, a finding, a strong pair; see conf/config.yaml."""

    tukey: float = MISSING
    alpha: float = MISSING
    confidence: float = MISSING
    smallest_effect: float = MISSING
    none_within: float = MISSING
    strong_pair: float = MISSING
    seed: int = MISSING

    def __post_init__(self) -> None:
        _check(self.tukey > 0, "describe.tukey", "above 0", self.tukey)
        _most("describe.tukey", self.tukey, 1_000)
        for key in ("alpha", "confidence", "none_within", "strong_pair"):
            _share(f"describe.{key}", getattr(self, key))
        effect = self.smallest_effect
        _check(0 <= effect < 1, "describe.smallest_effect", "0 or more, below 1", effect)
        _seed("describe.seed", self.seed)
