"""The segments, and the settings of their cuts."""

from dataclasses import dataclass

from omegaconf import MISSING

from one_click.settings.checks import check as _check
from one_click.settings.checks import check_count as _count
from one_click.settings.checks import check_most as _most
from one_click.settings.checks import check_one_of as _one_of
from one_click.settings.checks import check_share as _share

SEGMENTS = ("at_risk_profitable", "at_risk", "profitable", "steady")


@dataclass
class ExpectedProfit:
    """Terms of a retention wave, in the unit of profit; see segments.expected_profit."""

    customer_value: float = MISSING
    incentive: float = MISSING
    contact: float = MISSING
    alpha: float = MISSING
    beta: float = MISSING

    def __post_init__(self) -> None:
        key, value = "segments.expected_profit", self.customer_value
        _check(value > 0, f"{key}.customer_value", "above 0", value)
        for name in ("incentive", "contact"):
            cost = getattr(self, name)
            _check(0 <= cost < value, f"{key}.{name}", "0 or more, below customer_value", cost)
        for name in ("alpha", "beta"):
            _check(getattr(self, name) > 0, f"{key}.{name}", "above 0", getattr(self, name))
            _most(f"{key}.{name}", getattr(self, name), 1_000_000)


@dataclass
class Segments:
    """Cuts of risk and profit, how far they are moved to see what changes; see conf/config.yaml."""

    risk_by: str = MISSING
    risk_cut: float | None = MISSING
    profit_by: str = MISSING
    profit_cut: float = MISSING
    expected_profit: ExpectedProfit = MISSING
    moves: list[float] = MISSING
    confidence: float = MISSING

    def __post_init__(self) -> None:
        rules = ("threshold", "value", "quantile", "expected_profit")
        _one_of("segments.risk_by", self.risk_by, rules)
        cut, has_cut = self.risk_cut, self.risk_by in ("value", "quantile")
        if has_cut:
            _check(cut is not None and 0 <= cut <= 1, "segments.risk_cut", "0 to 1", cut)
        else:
            need = f"null, as risk_by is {self.risk_by}"
            _check(cut is None, "segments.risk_cut", need, cut)
        _one_of("segments.profit_by", self.profit_by, ("quantile", "value"))
        if self.profit_by == "quantile":
            quantile = self.profit_cut
            _check(0 <= quantile <= 1, "segments.profit_cut", "0 to 1", quantile)
        _check(len(self.moves) > 0, "segments.moves", "at least one move", self.moves)
        _count("segments.moves", self.moves, 20)
        for move in self.moves:
            _check(-1 < move < 1 and move != 0, "segments.moves", "between -1 and 1, not 0", move)
        _share("segments.confidence", self.confidence)
