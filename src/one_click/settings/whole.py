"""The shape of conf.lock.yaml: each section a dataclass that checks its own ranges.

`compose` checks the whole; a stage loads the sections that it declares, and no others.
"""

from dataclasses import dataclass
from typing import Any

from omegaconf import MISSING

from one_click.running.lock import typed
from one_click.settings.checks import check as _check
from one_click.settings.checks import check_one_of as _one_of
from one_click.settings.customers import Cleaning, Learn, Sample, Split
from one_click.settings.new_month import Drift
from one_click.settings.offers import Campaign
from one_click.settings.reasons import Explain
from one_click.settings.report import Report
from one_click.settings.risk import Budget, Choice, Cost, Evaluate, Features, Folds, Predict, Search
from one_click.settings.scale import Scale
from one_click.settings.segments import Segments
from one_click.settings.study import Describe


def _are_members(members: Any) -> bool:
    """Names, or names with weights of 0 or more that are not all 0."""
    if isinstance(members, dict):
        weights = list(members.values())
        numbers = all(type(w) in (int, float) and 0 <= w < float("inf") for w in weights)
        return numbers and sum(weights) > 0
    return isinstance(members, list) and len(members) > 0


@dataclass
class Params:
    """All sections. A spec of an estimator (`_target_` and its arguments) stays a dictionary."""

    tables: str = MISSING
    metric: str = MISSING
    sample: Sample = MISSING
    cleaning: Cleaning = MISSING
    split: Split = MISSING
    learn: Learn = MISSING
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
    costs: dict[str, Cost] = MISSING
    budget: Budget = MISSING
    choice: Choice = MISSING
    evaluate: Evaluate = MISSING
    predict: Predict = MISSING
    explain: Explain = MISSING
    segments: Segments = MISSING
    campaign: Campaign = MISSING
    drift: Drift = MISSING
    report: Report = MISSING
    scale: Scale = MISSING

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
                path = f"ensembles.{name}.{argument}"
                _check(argument not in spec, path, "left out: `_members_` says it", argument)
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
    return typed(Params, config, source)
