"""The parts of a candidate put together.

features -> select -> scale, expand numbers -> [sampler] -> encode categories -> [sampler] -> model
"""

import inspect
from typing import Any

from imblearn.pipeline import Pipeline
from sklearn.compose import ColumnTransformer, make_column_selector

from one_click.risk.model.features import CustomerFeatures, numbers_with
from one_click.risk.model.specs import build, build_fixed, check_kind
from one_click.running.errors import InputError
from one_click.settings.risk import Learning

STANDS = ("before_encoder", "after_encoder")


def with_class_weights(model: Any, name: str) -> Any:
    """The model with balanced class weights, wherever in it they are taken.

    Raises
    ------
    InputError
        Where the model takes none.
    """
    keys = [key for key in model.get_params() if key.rpartition("__")[2] == "class_weight"]
    balanced = dict.fromkeys(keys, "balanced")
    if "auto_class_weights" in inspect.signature(type(model)).parameters:  # CatBoost
        balanced = {"auto_class_weights": "Balanced"}
    if not balanced:
        raise InputError(
            f"sampler._class_weights_: {type(model).__name__} (candidates.{name}) takes no class "
            "weights; take it out of the candidates or choose another sampler"
        )
    return model.set_params(**balanced)


def _part(spec: dict, where: str, kind: str = "transformer") -> Any:
    part = build_fixed(spec, where)
    check_kind(part, kind, where)
    return part


def build_pipeline(parts: Learning, name: str) -> Pipeline:
    """Put the parts of a candidate together; the sampler stands where its spec says.

    Parameters
    ----------
    parts
        Its `features`, `selector`, `encoder`, `scaler`, `sampler` and `candidates` are taken.
    name
        The candidate's name.

    Raises
    ------
    InputError
        Where a part cannot be built or is not of the kind that its place needs, or the sampler's
        spec does not say where it stands.
    """
    candidate = parts.candidates[name]
    numbers_with(parts.features.derived)  # a clear line before anything is fitted
    stands = parts.sampler.get("_stands_")
    if stands not in STANDS:
        raise InputError(f"sampler._stands_: {stands!r}; it must be one of {', '.join(STANDS)}")
    model = build(candidate, f"candidates.{name}")
    check_kind(model, "classifier", f"candidates.{name}")
    if parts.sampler.get("_class_weights_"):
        model = with_class_weights(model, name)
    numbers = Pipeline(
        [
            ("scaler", _part(parts.scaler, "scaler")),
            ("expansion", _part(parts.features.expansion, "features.expansion")),
        ]
    )
    scale = ColumnTransformer(
        [("numbers", numbers, make_column_selector(dtype_include="number"))],
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    categories = make_column_selector(dtype_include="category")
    encode = ColumnTransformer(
        [("categories", _part(parts.encoder, "encoder"), categories)],
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="default")
    steps = [
        ("features", CustomerFeatures(tuple(parts.features.derived))),
        ("select", _part(parts.selector, "selector")),
        ("scale", scale),
        ("encode", encode),
        ("model", model),
    ]
    steps.insert(3 + STANDS.index(stands), ("sampler", _part(parts.sampler, "sampler", "sampler")))
    return Pipeline(steps)
