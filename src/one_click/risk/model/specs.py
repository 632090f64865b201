"""Specs of the config become estimators: one imbalanced-learn pipeline a candidate.

features -> select -> scale, expand numbers -> [sampler] -> encode categories -> [sampler] -> model

A spec is a mapping with `_target_`, the arguments beside it. An argument that is a range
(`{low, high, log}`) or a list of choices (`{choices: [...]}`) is searched; one that is a spec is
built; a mapping of specs becomes a list of named estimators; any other is fixed. Keys `_so_` are
the project's own; `_unlisted_` holds arguments that a class takes without listing them. Only
classes of the modules below can be named: a config must not be able to run anything else.
"""

import importlib
import inspect
from typing import Any

from sklearn.base import is_classifier

from one_click.allowed import ALLOWED_MODULES, MUST_BE, OPTIONAL_MODULES, REFUSED, UNLISTED
from one_click.running.errors import InputError

METHODS = {"transformer": ("transform", "set_output"), "sampler": ("fit_resample",)}  # of a kind
PROBLEMS = (
    ArithmeticError, AttributeError, LookupError, MemoryError, NotImplementedError, RecursionError,
    TypeError, ValueError,
)  # fmt: skip


def estimator_class(target: str) -> type:
    """The class that `_target_` names; nothing is imported before the name is found allowed.

    Raises
    ------
    InputError
        Where the module is not allowed or not installed, or holds no such estimator.
    """
    module, _, name = str(target).rpartition(".")
    if module not in ALLOWED_MODULES:
        raise InputError(
            f"_target_: {target!r} is not allowed; name a class of {', '.join(ALLOWED_MODULES)}"
        )
    try:
        estimator: Any = getattr(importlib.import_module(module), name, None)
    except (ImportError, OSError) as error:  # OSError: a system library it needs is not there
        if module not in OPTIONAL_MODULES:
            raise
        raise InputError(
            f"_target_: {module} is not installed ({error}): "
            "`make all` installs it, or choose another model"
        ) from None
    # Estimators, kernels and the boosting libraries' classes have parameters; splitters do not.
    public = inspect.isclass(estimator) and not name.startswith("_")
    if not (public and (hasattr(estimator, "get_params") or hasattr(estimator, "split"))):
        raise InputError(f"_target_: {module} has no estimator {name!r}; correct the name")
    return estimator


def is_searched(value: Any) -> bool:
    """Whether an argument of a spec is a range or a list of choices."""
    return isinstance(value, dict) and bool({"low", "high", "choices"} & set(value))


def is_spec(value: Any) -> bool:
    """Whether an argument of a spec is itself a spec."""
    return isinstance(value, dict) and "_target_" in value


def are_named_specs(value: Any) -> bool:
    """Whether an argument of a spec is a mapping of names to specs."""
    return isinstance(value, dict) and bool(value) and all(map(is_spec, value.values()))


def arguments(spec: dict) -> dict:
    """Arguments of a spec, without the keys `_so_`."""
    return {k: v for k, v in spec.items() if not (k.startswith("_") and k.endswith("_"))}


def searched_arguments(spec: dict) -> dict:
    """The arguments of a spec that are searched, by scikit-learn's names (`estimator__C`)."""
    searched = {}
    for name, value in arguments(spec).items():
        if is_searched(value):
            searched[name] = value
        elif is_spec(value):
            searched |= {f"{name}__{inner}": v for inner, v in searched_arguments(value).items()}
        elif are_named_specs(value):
            for part, part_spec in value.items():
                inner = searched_arguments(part_spec)
                searched |= {f"{part}__{argument}": v for argument, v in inner.items()}
    return searched


def _built(value: Any, where: str) -> Any:
    if is_spec(value):
        return build(value, where)
    if are_named_specs(value):
        return [(name, build(spec, f"{where}.{name}")) for name, spec in value.items()]
    return value


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
    unlisted = spec.get("_unlisted_", {})
    if not isinstance(unlisted, dict) or set(unlisted) - UNLISTED:
        raise InputError(
            f"{where}._unlisted_: {unlisted}: only {', '.join(sorted(UNLISTED))} can stand there"
        )
    for name in arguments(spec):
        if name in REFUSED or name.endswith(("_file", "_filename", "_dir")):
            raise InputError(f"{where}.{name}: a config can name no file and no code: take it out")
    fixed = {
        name: _built(value, f"{where}.{name}")
        for name, value in arguments(spec).items()
        if not is_searched(value)
    }
    accepted = inspect.signature(cls).parameters
    for name in [*arguments(spec), *more]:
        if name not in accepted:
            raise InputError(
                f"{where}.{name}: {cls.__name__} takes no such argument; "
                f"it takes {', '.join(accepted)}: correct it in conf/ or in `set` of params.yaml"
            )
    for name in set(MUST_BE) & set(accepted):
        if fixed.get(name) is not MUST_BE[name]:
            must = str(MUST_BE[name]).lower()
            raise InputError(f"{where}.{name}: {cls.__name__} would write files; say {must}")
    try:
        return cls(**fixed, **unlisted, **more)
    except Exception as error:
        problem = fit_problem(error)
        if problem is None:
            raise
        raise InputError(f"{where}: {problem}: correct it in conf/ or in `set`") from None


def build_fixed(spec: dict, where: str, **more: Any) -> Any:
    """Like `build`, of a spec that no search sees: a range in it would be ignored."""
    if searched := searched_arguments(spec) if isinstance(spec, dict) else None:
        raise InputError(
            f"{where}.{next(iter(searched))}: only candidates are searched; give one value"
        )
    return build(spec, where, **more)


def check_kind(estimator: Any, kind: str, where: str) -> None:
    """Check that what a spec makes is of the kind that its place needs.

    Parameters
    ----------
    kind
        `classifier`, or one of `METHODS`.

    Raises
    ------
    InputError
        Where it is not, or cannot even be asked, as with `steps: hello`.
    """
    name = type(estimator).__name__
    try:
        fits = all(hasattr(estimator, method) for method in ("fit", *METHODS.get(kind, ())))
        fits = fits and (kind != "classifier" or is_classifier(estimator))
    except Exception as error:
        problem = fit_problem(error)
        if problem is None:
            raise
        raise InputError(f"{where}: {name} is no {kind} with these arguments: {problem}") from None
    if not fits:
        raise InputError(f"{where}._target_: {name} is no {kind}; name one")


def fit_problem(error: Exception) -> str | None:
    """What a fit found wrong with its parameters or rows, in a line; None for any other error."""
    boosting = type(error).__module__.strip("_").startswith(OPTIONAL_MODULES)
    if not boosting and not isinstance(error, PROBLEMS):
        return None
    return " ".join(str(error).split()) or type(error).__name__
