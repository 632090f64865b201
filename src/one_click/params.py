"""The shape of conf.lock.yaml: each section a dataclass that checks its own ranges.

`load` gives a stage the sections that it names, and no others: dvc.yaml lists the same ones, and a
test compares the two.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from omegaconf import MISSING, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from one_click.campaign import SEGMENTS as SEGMENTS
from one_click.campaign import Campaign
from one_click.checks import check as _check
from one_click.checks import check_one_of as _one_of
from one_click.checks import check_seed as _seed
from one_click.files import CONF_LOCK
from one_click.stage import InputError

SEARCH_METHODS = ("grid", "random", "halving", "optuna")
CHOICE_RULES = ("ensemble_unless_worse", "simplest_indistinguishable", "best")
CHOICE_METRICS = ("log_loss", "brier", "roc_auc", "average_precision")
DIGEST = "# digest: "  # of the lock's values: compose's signature under what it wrote


def _are_members(members: Any) -> bool:
    """Names, or names with weights of 0 or more that are not all 0."""
    if isinstance(members, dict):
        weights = list(members.values())
        numbers = all(type(w) in (int, float) and 0 <= w < float("inf") for w in weights)
        return numbers and sum(weights) > 0
    return isinstance(members, list) and len(members) > 0


@dataclass
class Sample:
    """The generated store."""

    customers: int = MISSING
    seed: int = MISSING

    def __post_init__(self) -> None:
        _check(self.customers >= 50, "sample.customers", "at least 50", self.customers)
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
        _one_of("cleaning.twins", self.twins, ("aside", "drop"))


@dataclass
class Split:
    """The test rows: their share, and the seed of the shuffle."""

    test_share: float = MISSING
    seed: int = MISSING

    def __post_init__(self) -> None:
        _check(0 < self.test_share < 1, "split.test_share", "between 0 and 1", self.test_share)
        _seed("split.seed", self.seed)


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
        for key in ("alpha", "confidence", "none_within", "strong_pair"):
            value = getattr(self, key)
            _check(0 < value < 1, f"describe.{key}", "between 0 and 1", value)
        effect = self.smallest_effect
        _check(0 <= effect < 1, "describe.smallest_effect", "0 or more, below 1", effect)
        _seed("describe.seed", self.seed)


@dataclass
class Features:
    """Names of one_click.features.DERIVED; the spec of what expands the scaled numbers."""

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
        _check(self.points >= 2, "search.points", "at least 2", self.points)
        _check(self.factor >= 2, "search.factor", "at least 2", self.factor)
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
        _check(0 < self.confidence < 1, "choice.confidence", "between 0 and 1", self.confidence)
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
        _check(0 < self.confidence < 1, "evaluate.confidence", "between 0 and 1", self.confidence)
        _seed("evaluate.seed", self.seed)


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


@dataclass
class ExpectedProfit:
    """Terms of a retention wave, in the unit of profit; see one_click.expected_profit."""

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
        cut, given = self.risk_cut, self.risk_by in ("value", "quantile")
        if given:
            _check(cut is not None and 0 <= cut <= 1, "segments.risk_cut", "0 to 1", cut)
        else:
            need = f"null, as risk_by is {self.risk_by}"
            _check(cut is None, "segments.risk_cut", need, cut)
        _one_of("segments.profit_by", self.profit_by, ("quantile", "value"))
        if self.profit_by == "quantile":
            quantile = self.profit_cut
            _check(0 <= quantile <= 1, "segments.profit_cut", "0 to 1", quantile)
        for move in self.moves:
            _check(-1 < move < 1 and move != 0, "segments.moves", "between -1 and 1, not 0", move)
        _check(0 < self.confidence < 1, "segments.confidence", "between 0 and 1", self.confidence)


@dataclass
class Drift:
    """When new customers are said to differ from the known ones; see conf/config.yaml."""

    shifted: float = MISSING
    far: float = MISSING
    alpha: float = MISSING
    absent: float = MISSING
    least_rows: int = MISSING

    def __post_init__(self) -> None:
        _check(self.shifted > 0, "drift.shifted", "above 0", self.shifted)
        _check(self.far >= self.shifted, "drift.far", "at least drift.shifted", self.far)
        for key in ("alpha", "absent"):
            value = getattr(self, key)
            _check(0 < value < 1, f"drift.{key}", "between 0 and 1", value)
        _check(self.least_rows >= 2, "drift.least_rows", "at least 2", self.least_rows)


@dataclass
class Report:
    """The report's language, its customers' ids, the rows of its table of offers."""

    language: str = MISSING
    ids: str = MISSING
    rows: int = MISSING

    def __post_init__(self) -> None:
        _one_of("report.language", self.language, ("ru", "en"))
        _one_of("report.ids", self.ids, ("shown", "hashed"))
        _check(1 <= self.rows <= 5000, "report.rows", "1 to 5000", self.rows)


@dataclass
class Params:
    """All sections. A spec of an estimator (`_target_` and its arguments) stays a dictionary."""

    tables: str = MISSING
    metric: str = MISSING
    sample: Sample = MISSING
    cleaning: Cleaning = MISSING
    split: Split = MISSING
    describe: Describe = MISSING
    features: Features = MISSING
    selector: dict[str, Any] = MISSING
    encoder: dict[str, Any] = MISSING
    scaler: dict[str, Any] = MISSING
    sampler: dict[str, Any] = MISSING
    folds: Folds = MISSING
    search: Search = MISSING
    candidates: dict[str, Any] = MISSING
    ensembles: dict[str, Any] = MISSING
    choice: Choice = MISSING
    evaluate: Evaluate = MISSING
    explain: Explain = MISSING
    segments: Segments = MISSING
    campaign: Campaign = MISSING
    drift: Drift = MISSING
    report: Report = MISSING

    def __post_init__(self) -> None:
        _one_of("metric", self.metric, ("roc_auc", "average_precision"))
        for section in ("candidates", "ensembles"):
            for name, spec in getattr(self, section).items():
                rank = spec.get("_complexity_") if isinstance(spec, dict) else None
                key = f"{section}.{name}._complexity_"
                _check(isinstance(rank, int), key, "a whole number", rank)
        for name, spec in self.ensembles.items():
            key, members = f"ensembles.{name}._members_", spec.get("_members_")
            _check(_are_members(members), key, "a list of candidates, or their weights", members)
            for argument in ("estimators", "weights"):
                given = f"ensembles.{name}.{argument}"
                _check(argument not in spec, given, "left out: `_members_` says it", argument)
            _check(name not in self.candidates, f"ensembles.{name}", "no candidate's name", name)
            for member in members:
                _one_of(key, member, tuple(self.candidates))


def checked(config: Any, source: str) -> Params:
    """Check a composed config against the dataclasses.

    Raises
    ------
    InputError
        One line that names `source`, the key and what is wrong with it.
    """
    try:
        return OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(Params), config))
    except InputError as error:
        raise InputError(f"{source}: {error}: correct it in params.yaml or in conf/") from None
    except OmegaConfBaseException as error:
        key = error.full_key or "config"
        problem = str(error).splitlines()[0]
        raise InputError(
            f"{source}: {key}: {problem}: correct it in params.yaml or in conf/"
        ) from None


def digest(config: Any) -> str:
    """Of the values of a config: the same for the same values, however they are written."""
    values = json.dumps(OmegaConf.to_container(config), sort_keys=True, default=str)
    return hashlib.sha256(values.encode()).hexdigest()[:16]


def is_edited(text: str, config: Any) -> bool:
    """Whether a lock's text is signed for other values than it holds; `config` is what it holds."""
    signed = [line for line in text.splitlines()[:5] if line.startswith(DIGEST)]
    return bool(signed) and signed[0].removeprefix(DIGEST).strip() != digest(config)


def load(*sections: str, path: Path = CONF_LOCK) -> SimpleNamespace:
    """Read the sections of the lock that a stage names, as attributes; others are not given.

    Raises
    ------
    InputError
        Where the lock or a section is missing, a value is not what the dataclasses allow, or the
        lock was edited: the next `compose` would undo what a stage did with it.
    """
    if not path.exists():
        raise InputError(f"{path}: not found; `python -m one_click.compose` writes it")
    try:
        text = path.read_text(encoding="utf-8")
        whole = OmegaConf.create(text)
    except (YAMLError, UnicodeDecodeError):
        raise InputError(f"{path}: not readable; `python -m one_click.compose` writes it") from None
    if is_edited(text, whole):
        raise InputError(
            f"{path}: edited, but it is composed: `python -m one_click.compose` says more"
        )
    for section in sections:
        if section not in whole:
            raise InputError(
                f"{path}: no section {section!r}; `python -m one_click.compose` writes it anew"
            )
    params = checked(whole, str(path))
    return SimpleNamespace(**{section: getattr(params, section) for section in sections})
