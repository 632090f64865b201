"""Settings of the reasons."""

from dataclasses import dataclass

from omegaconf import MISSING

from one_click.settings.checks import check as _check
from one_click.settings.checks import check_seed as _seed


@dataclass
class Explain:
    """Sampled Shapley values, shuffled columns, steadiness of reasons; see conf/config.yaml."""

    order_pairs: int = MISSING
    reasons: int = MISSING
    reference: int = MISSING
    shuffles: int = MISSING
    stability_customers: int = MISSING
    confidence: float = MISSING
    seed: int = MISSING

    def __post_init__(self) -> None:
        _check(self.order_pairs >= 2, "explain.order_pairs", "at least 2", self.order_pairs)
        _check(1 <= self.reasons <= 5, "explain.reasons", "1 to 5", self.reasons)
        _check(self.reference >= 10, "explain.reference", "at least 10", self.reference)
        _check(self.shuffles >= 1, "explain.shuffles", "at least 1", self.shuffles)
        count = self.stability_customers
        _check(count >= 10, "explain.stability_customers", "at least 10", count)
        _check(0 < self.confidence < 1, "explain.confidence", "between 0 and 1", self.confidence)
        _seed("explain.seed", self.seed)
