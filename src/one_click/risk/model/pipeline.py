"""The parts of a candidate put together.

features -> select -> scale, expand numbers -> [sampler] -> encode categories -> [sampler] -> model
"""

import inspect
from typing import Any

from imblearn.pipeline import Pipeline
from sklearn.base import is_classifier
from sklearn.compose import ColumnTransformer, make_column_selector

from one_click.risk.model.features import CustomerFeatures, numbers_with
from one_click.risk.model.specs import build, build_fixed
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
        Where a part cannot be built, the candidate is no classifier, or the sampler's spec does not
        say where it stands.
    """
    candidate = parts.candidates[name]
    numbers_with(parts.features.derived)  # a clear line before anything is fitted
    stands = parts.sampler.get("_stands_")
    if stands not in STANDS:
        raise InputError(f"sampler._stands_: {stands!r}; it must be one of {', '.join(STANDS)}")
    model = build(candidate, f"candidates.{name}")
    if not is_classifier(model):
        raise InputError(f"candidates.{name}._target_: {type(model).__name__} is no classifier")
    if parts.sampler.get("_class_weights_"):
        model = with_class_weights(model, name)
    numbers = Pipeline(
        [
            ("scaler", build_fixed(parts.scaler, "scaler")),
            ("expansion", build_fixed(parts.features.expansion, "features.expansion")),
        ]
    )
    scale = ColumnTransformer(
        [("numbers", numbers, make_column_selector(dtype_include="number"))],
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    categories = make_column_selector(dtype_include="category")
    encode = ColumnTransformer(
        [("categories", build_fixed(parts.encoder, "encoder"), categories)],
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="default")
    steps = [
        ("features", CustomerFeatures(tuple(parts.features.derived))),
        ("select", build_fixed(parts.selector, "selector")),
        ("scale", scale),
        ("encode", encode),
        ("model", model),
    ]
    steps.insert(3 + STANDS.index(stands), ("sampler", build_fixed(parts.sampler, "sampler")))
    return Pipeline(steps)
