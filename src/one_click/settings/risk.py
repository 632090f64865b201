"""Settings of learning: features, folds, search, choice, evaluation."""

from dataclasses import dataclass
from typing import Any

from omegaconf import MISSING

from one_click.settings.checks import check as _check
from one_click.settings.checks import check_most as _most
from one_click.settings.checks import check_one_of as _one_of
from one_click.settings.checks import check_seed as _seed
from one_click.settings.checks import check_share as _share

SEARCH_METHODS = ("grid", "random", "halving", "optuna")
SAMPLER = "sampler"  # among the costs of candidates
MOST_TRIALS = 10_000
CHOICE_RULES = ("ensemble_unless_worse", "simplest_indistinguishable", "best")
CHOICE_METRICS = ("log_loss", "brier", "roc_auc", "average_precision")


@dataclass
class Features:
    """Names of risk.model.features.DERIVED; the spec of what expands the scaled numbers."""

    derived: list[str] = MISSING
    expansion: dict[str, Any] = MISSING


@dataclass
class Folds:
    """Stratified shuffled folds: `splits` for the search, `repeats` times `splits` to compare."""

    splits: int = MISSING
    repeats: int = MISSING
    seed: int = MISSING

    def __post_init__(self) -> None:
        _check(self.splits >= 2, "folds.splits", "at least 2", self.splits)
        _check(self.repeats >= 1, "folds.repeats", "at least 1", self.repeats)
        _most("folds.splits", self.splits, 100)
        _most("folds.repeats", self.repeats, 100)
        _seed("folds.seed", self.seed)


@dataclass
class Search:
    """How the parameters of a candidate are searched: a method and its budget.

    `trials` null means all points of a grid; `seconds` null means no limit. `points` is the number
    of points a range becomes in a grid, `factor` what is kept of the trials from one rung of
    halving to the next: one in so many.
    """

    method: str = MISSING
    trials: int | None = MISSING
    seconds: float | None = MISSING
    seed: int = MISSING
    points: int = 3
    factor: int = 3

    def __post_init__(self) -> None:
        _one_of("search.method", self.method, SEARCH_METHODS)
        trials, seconds = self.trials, self.seconds
        need = "a whole number above 0" + (", or null" if self.method == "grid" else "")
        good = trials is not None and trials >= 1
        _check(good or (trials is None and self.method == "grid"), "search.trials", need, trials)
        _check(seconds is None or seconds > 0, "search.seconds", "above 0, or null", seconds)
        _most("search.trials", trials or 1, MOST_TRIALS)
        for name in ("points", "factor"):
            _check(getattr(self, name) >= 2, f"search.{name}", "at least 2", getattr(self, name))
            _most(f"search.{name}", getattr(self, name), 1_000)
        _seed("search.seed", self.seed)


@dataclass
class Choice:
    """How `choose` keeps one candidate, calibrates it and sets its threshold."""

    metric: str = MISSING
    rule: str = MISSING
    margin: float = MISSING
    confidence: float = MISSING
    calibration: str = MISSING
    threshold: str = MISSING

    def __post_init__(self) -> None:
        _one_of("choice.metric", self.metric, CHOICE_METRICS)
        _one_of("choice.rule", self.rule, CHOICE_RULES)
        _check(self.margin >= 0, "choice.margin", "0 or more", self.margin)
        _most("choice.margin", self.margin, 1)
        _share("choice.confidence", self.confidence)
        _one_of("choice.calibration", self.calibration, ("venn_abers", "sigmoid", "isotonic"))
        _one_of("choice.threshold", self.threshold, ("max_f1", "max_accuracy", "youden", "half"))


@dataclass
class Evaluate:
    """Bootstrap of the test figures."""

    resamples: int = MISSING
    confidence: float = MISSING
    seed: int = MISSING

    def __post_init__(self) -> None:
        _check(self.resamples >= 100, "evaluate.resamples", "at least 100", self.resamples)
        _most("evaluate.resamples", self.resamples, 100_000)
        _share("evaluate.confidence", self.confidence)
        _seed("evaluate.seed", self.seed)


@dataclass
class Predict:
    """Models that have not seen a customer, and how their scores are explained: conf/config.yaml.

    `order_pairs` are of each of them, `new_order_pairs` of the model for new customers.
    """

    repeats: int = MISSING
    second_opinions: int = MISSING
    order_pairs: int = MISSING
    new_order_pairs: int = MISSING
    reference: int = MISSING
    shuffles: int = MISSING
    seed: int = MISSING

    def __post_init__(self) -> None:
        even = 2 <= self.repeats <= 12 and self.repeats % 2 == 0  # its halves are compared
        _check(even, "predict.repeats", "an even number, 2 to 12", self.repeats)
        opinions = self.second_opinions
        need = "1 to predict.repeats"
        _check(1 <= opinions <= self.repeats, "predict.second_opinions", need, opinions)
        for name in ("order_pairs", "new_order_pairs"):
            _check(getattr(self, name) >= 2, f"predict.{name}", "at least 2", getattr(self, name))
            _most(f"predict.{name}", getattr(self, name), 1_000)
        _check(self.reference >= 10, "predict.reference", "at least 10", self.reference)
        _most("predict.reference", self.reference, 100_000)
        _check(self.shuffles >= 1, "predict.shuffles", "at least 1", self.shuffles)
        _most("predict.shuffles", self.shuffles, 100)
        _seed("predict.seed", self.seed)


# The terms of a score that is a sum, walks through a forest's trees, or orders of the columns.
REASONS = ("terms", "trees", "orders")


@dataclass
class Cost:
    """What a fit and a scored row took of one core at so many rows, and how each grows with them.

    Measured by benchmarks/cost.py. An exponent of 2: four times as much for twice the rows.
    `reasons`: what they come from, and so what they cost, see `REASONS`.
    """

    rows: int = MISSING
    fit_seconds: float = MISSING
    fit_exponent: float = MISSING
    score_microseconds: float = MISSING
    score_exponent: float = MISSING
    memory_mb: float = MISSING
    memory_exponent: float = MISSING
    reasons: str = "orders"

    def __post_init__(self) -> None:
        _check(self.reasons in REASONS, "costs: _cost_.reasons", " or ".join(REASONS), self.reasons)
        for name, value in vars(self).items():
            if name == "reasons":
                continue
            is_power = name.endswith("_exponent")
            need = "0 to 4" if is_power else "above 0"
            _check(value >= 0 if is_power else value > 0, f"costs: _cost_.{name}", need, value)
            _most(f"costs: _cost_.{name}", value, 4 if is_power else 100_000_000)


@dataclass
class Budget:
    """What a candidate may take of a machine: hours of one core, memory; it refuses, no more."""

    hours: float = MISSING
    memory_mb: float = MISSING

    def __post_init__(self) -> None:
        _check(self.hours > 0, "budget.hours", "above 0", self.hours)
        _most("budget.hours", self.hours, 100_000)
        _check(self.memory_mb >= 100, "budget.memory_mb", "at least 100", self.memory_mb)
        _most("budget.memory_mb", self.memory_mb, 100_000_000)


@dataclass
class Learning:
    """What a candidate is built of and searched by: sections of the lock."""

    metric: str
    features: Features
    selector: dict[str, Any]
    encoder: dict[str, Any]
    scaler: dict[str, Any]
    sampler: dict[str, Any]
    folds: Folds
    search: Search
    candidates: dict[str, Any]


@dataclass
class Choosing:
    """What candidates and ensembles are compared, chosen and calibrated by."""

    folds: Folds
    candidates: dict[str, Any]
    ensembles: dict[str, Any]
    choice: Choice


@dataclass
class Procedure(Choosing, Learning):
    """The whole procedure, from training rows to a calibrated model."""
