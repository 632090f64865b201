"""Specs of the config become estimators: one imbalanced-learn pipeline a candidate.

features -> scale numbers -> [sampler] -> encode categories -> [sampler] -> model

A spec is a mapping with `_target_`, the arguments beside it. An argument that is a range
(`{low, high, log}`) or a list of choices (`{choices: [...]}`) is searched; any other is fixed. Keys
`_so_` are the project's own. Only classes of the modules below can be named: a config must not be
able to run anything else.
"""

import importlib
import inspect
from typing import Any

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from sklearn.base import BaseEstimator, is_classifier
from sklearn.compose import ColumnTransformer

from one_click.columns import CATEGORIES, FEATURES, TARGET
from one_click.features import CustomerFeatures, numbers_with
from one_click.params import Features
from one_click.stage import InputError

ALLOWED_MODULES = (
    "imblearn",
    "imblearn.combine",
    "imblearn.over_sampling",
    "imblearn.under_sampling",
    "sklearn.dummy",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.neighbors",
    "sklearn.preprocessing",
    "sklearn.svm",
    "sklearn.tree",
)
# Fits are too short and too much Python for threads, and a fresh process would import for seconds:
# forked processes share what is imported. On one core and on several the figures are the same.
# Fork under `threadpool_limits(1)`: OpenMP hangs in a child whose parent has used several threads.
PARALLEL = "multiprocessing"
STANDS = ("before_encoder", "after_encoder")


def estimator_class(target: str) -> type[BaseEstimator]:
    """The class that `_target_` names; nothing is imported before the name is found allowed.

    Raises
    ------
    InputError
        Where the module is not allowed, or holds no such estimator.
    """
    module, _, name = str(target).rpartition(".")
    if module not in ALLOWED_MODULES:
        raise InputError(
            f"_target_: {target!r} is not allowed; name a class of {', '.join(ALLOWED_MODULES)}"
        )
    found = getattr(importlib.import_module(module), name, None)
    if not (inspect.isclass(found) and issubclass(found, BaseEstimator)):
        raise InputError(f"_target_: {module} has no estimator {name!r}; correct the name")
    return found


def is_searched(value: Any) -> bool:
    """Whether an argument of a spec is a range or a list of choices."""
    return isinstance(value, dict) and bool({"low", "high", "choices"} & set(value))


def arguments(spec: dict) -> dict:
    """Arguments of a spec, without the keys `_so_`."""
    return {k: v for k, v in spec.items() if not (k.startswith("_") and k.endswith("_"))}


def searched_arguments(spec: dict) -> dict:
    """The arguments of a spec that are searched, as they stand there."""
    return {name: value for name, value in arguments(spec).items() if is_searched(value)}


def build(spec: dict, where: str, **more: Any) -> Any:
    """Make the estimator of a spec with its fixed arguments.

    Parameters
    ----------
    spec
        With `_target_`.
    where
        The section of the config, for the message of an error.
    more
        Further arguments.

    Raises
    ------
    InputError
        Where the class is not allowed or does not take an argument.
    """
    if not isinstance(spec, dict) or "_target_" not in spec:
        raise InputError(f"{where}: no _target_; name a class")
    try:
        cls = estimator_class(spec["_target_"])
    except InputError as error:
        raise InputError(f"{where}.{error}") from None
    fixed = {name: value for name, value in arguments(spec).items() if not is_searched(value)}
    accepted = inspect.signature(cls).parameters
    for name in [*arguments(spec), *more]:
        if name not in accepted:
            raise InputError(
                f"{where}.{name}: {cls.__name__} takes no such argument; "
                f"it takes {', '.join(accepted)}: correct it in conf/ or in `set` of params.yaml"
            )
    return cls(**fixed, **more)


def build_pipeline(
    features: Features, encoder: dict, scaler: dict, sampler: dict, candidate: dict, name: str
) -> Pipeline:
    """Put the parts together; the sampler stands where its spec says.

    Parameters
    ----------
    features, encoder, scaler, sampler, candidate
        Sections of the config.
    name
        The candidate's name, for the message of an error.

    Raises
    ------
    InputError
        Where a part cannot be built, the candidate is no classifier, or the sampler's spec does not
        say where it stands.
    """
    numbers = numbers_with(features.derived)
    stands = sampler.get("_stands_")
    if stands not in STANDS:
        raise InputError(f"sampler._stands_: {stands!r}; it must be one of {', '.join(STANDS)}")
    model = build(candidate, f"candidates.{name}")
    if not is_classifier(model):
        raise InputError(f"candidates.{name}._target_: {type(model).__name__} is no classifier")
    categories = list(CATEGORIES)
    scale = ColumnTransformer(
        [("numbers", build(scaler, "scaler"), numbers), ("categories", "passthrough", categories)],
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    encode = ColumnTransformer(
        [("categories", build(encoder, "encoder"), categories)],
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="default")
    steps = [
        ("features", CustomerFeatures(tuple(features.derived))),
        ("scale", scale),
        ("encode", encode),
        ("model", model),
    ]
    steps.insert(2 + STANDS.index(stands), ("sampler", build(sampler, "sampler")))
    return Pipeline(steps)


def training_rows(customers: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Features and target of the training rows: shapes (n, features) and (n,)."""
    rows = customers[customers["part"] == "train"]
    return rows[list(FEATURES)].reset_index(drop=True), rows[TARGET].to_numpy()


def scores(fitted: Pipeline, customers: pd.DataFrame) -> np.ndarray:
    """Raw score of each customer, shape (n,): a higher one ranks as a likelier decline.

    The decision function where the model has one, else the probability of decline.
    """
    if hasattr(fitted, "decision_function"):
        return fitted.decision_function(customers)
    return fitted.predict_proba(customers)[:, 1]
