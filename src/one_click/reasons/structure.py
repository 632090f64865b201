"""What a fitted model's structure says of its score: which columns matter, and if each by itself.

A score is additive where the model is linear in columns of which each is made from one column of a
customer, or is a sum of such, straight: a log ratio, scaled. A curve of a ratio is no sum. A class
that is not named here counts as not additive, and any column matters to a model that is no pipeline
of ours.
"""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import NUMBERS
from one_click.risk.model.blends import LogOddsBlend
from one_click.risk.model.features import DERIVED, CustomerFeatures

STRAIGHT = {  # transformers that keep a column, or take it times a number plus a number
    "ByAnova", "ByChiSquare", "ByMutualInformation", "CustomerFeatures", "MaxAbsScaler",
    "MinMaxScaler", "RobustScaler", "StandardScaler", "WithoutPhikPairs",
}  # fmt: skip
CURVED = {  # transformers that make of each column what they make of it alone
    "KBinsDiscretizer", "OneHotEncoder", "OrdinalEncoder", "PowerTransformer",
    "QuantileTransformer", "SplineTransformer", "TargetEncoder",
}  # fmt: skip


@cache
def sources(derived: str) -> tuple[str, ...]:
    """The columns without which a derived feature is missing: those that it comes from."""
    lacking = pd.DataFrame(1.0, NUMBERS, NUMBERS).mask(np.eye(len(NUMBERS), dtype=bool))
    return tuple(lacking.index[DERIVED[derived](lacking).isna()])


def members_of(model: Any) -> list[Any]:
    """The models whose scores make up the score: those of a blend, else the model itself."""
    return list(model.estimators_) if isinstance(model, LogOddsBlend) else [model]


def used_columns(model: Any, names: list[str]) -> list[str]:
    """Those of a customer's columns that reach the model."""
    used: set[str] = set()
    for member in members_of(model):
        if not _is_ours(member):
            return names
        for name in _kept(member):
            used.update(sources(name) if name in DERIVED else [name])
    return [name for name in names if name in used]


def model_columns(model: Any) -> list[tuple[str, ...]] | None:
    """Of each number that a pipeline's classifier is given, the columns that it comes from.

    None where a step takes columns together, or is not known.
    """
    if not _is_ours(model) or not all(_is_by_column(part, False) for _, part in model.steps[:-1]):
        return None
    numbers = model.named_steps["encode"].get_feature_names_out()
    kept = sorted(_kept(model), key=len)
    origins = [
        [name for name in kept if f"{number}_".startswith(f"{name}_")][-1] for number in numbers
    ]
    return [sources(name) if name in DERIVED else (name,) for name in origins]


def model_input(model: Any, customers: pd.DataFrame) -> Any:
    """What a pipeline's classifier is given of customers; a sampler works in fits alone."""
    rows: Any = customers
    for _, step in model.steps[:-1]:
        if hasattr(step, "transform"):
            rows = step.transform(rows)
    return rows


def is_additive(customers: pd.DataFrame, model: Any) -> np.ndarray:
    """Of which customers the score, and of any mix of two of them, is a sum over columns; (n,).

    Of none by a model that is not additive. Else not of whom a column is missing that a derived
    feature comes from: the feature is filled as a whole then.
    """
    members = members_of(model)
    if not all(_is_ours(member) and _is_sum(member) for member in members):
        return np.zeros(len(customers), dtype=bool)
    needed = {c for member in members for name in _derived(member) for c in sources(name)}
    return customers[sorted(needed)].notna().all(axis="columns").to_numpy()


def _is_ours(model: Any) -> bool:
    return isinstance(getattr(model, "named_steps", {}).get("features"), CustomerFeatures)


def _kept(pipeline: Any) -> list[str]:
    """Columns that the selector leaves, in no order."""
    leaving = pipeline.named_steps["features"].get_feature_names_out()
    return list(getattr(pipeline.named_steps["select"], "kept_", leaving))


def _derived(pipeline: Any) -> list[str]:
    return [name for name in _kept(pipeline) if name in DERIVED]


def _is_sum(pipeline: Any) -> bool:
    """Whether the score of a pipeline of ours is a sum, missing values apart."""
    derived = bool(_derived(pipeline))
    *before, (_, model) = pipeline.steps
    return _is_linear(model, derived) and all(
        _is_by_column(step, derived and name != "encode")  # it encodes categories alone
        for name, step in before
    )


def _is_linear(model: Any, straight: bool) -> bool:
    """Whether a classifier's score is a sum over columns that it is given, straight if it must be.

    A linear classifier has a weight a column (`coef_`) and a decision function.
    """
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import Pipeline

    if isinstance(model, Pipeline):
        *before, (_, last) = model.steps
        curves = all(_is_by_column(step, straight) for _, step in before)
        return curves and _is_linear(last, straight=False)
    if isinstance(model, OneVsRestClassifier):
        return len(model.estimators_) == 1 and _is_linear(model.estimators_[0], straight)
    return hasattr(model, "decision_function") and len(getattr(model, "coef_", ())) == 1


def _is_by_column(step: Any, straight: bool) -> bool:
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer

    if hasattr(step, "fit_resample") or step in ("passthrough", "drop"):  # samplers: in fits alone
        return True
    if isinstance(step, Pipeline | ColumnTransformer):
        inner = [part for _, part, *_ in getattr(step, "transformers_", None) or step.steps]
        return all(_is_by_column(part, straight) for part in inner)
    if isinstance(step, FunctionTransformer):
        return step.func is None
    name, clips = type(step).__name__, getattr(step, "clip", False)
    return (name in STRAIGHT and not clips) or (not straight and name in STRAIGHT | CURVED)
