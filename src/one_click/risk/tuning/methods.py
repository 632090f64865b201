"""How the parameters of a candidate are searched: the space in the form of a method, its budget.

Every method has a budget of trials and of seconds. Seconds make what is found depend on the
machine, so that no budget of conf/ has them unless somebody asks for them.
"""

from collections.abc import Callable
from typing import Any

from imblearn.pipeline import Pipeline
from sklearn.model_selection import ParameterGrid, ParameterSampler, StratifiedKFold

from one_click.risk.model.specs import searched_arguments
from one_click.risk.tuning.by_optuna import OptunaSearch
from one_click.risk.tuning.searches import HalvingSearch, TrialsSearch, _number_of_trials
from one_click.risk.tuning.spaces import distribution, grid, optuna_distribution
from one_click.running.errors import InputError
from one_click.settings.risk import MOST_TRIALS, Search

Searched = list[tuple[str, str, Any]]  # scikit-learn's name, the config's, range or choices
AnySearch = TrialsSearch | HalvingSearch | OptunaSearch


def _grid_search(
    pipeline: Pipeline, searched: Searched, search: Search, name: str, common: dict
) -> TrialsSearch:
    space = {key: grid(argument, search.points, where) for key, where, argument in searched}
    points = ParameterGrid(space)
    if search.trials is None and len(points) > MOST_TRIALS:
        raise InputError(
            f"candidates.{name}: a grid of {len(points):,} points, more than {MOST_TRIALS:,}: "
            "lower search.points, or give search.trials"
        )
    if search.trials is not None and search.trials < len(points):
        points = ParameterSampler(space, search.trials, random_state=search.seed)
    return TrialsSearch(pipeline, list(points), search.seconds, name, **common)


def _random_search(
    pipeline: Pipeline, searched: Searched, search: Search, name: str, common: dict
) -> TrialsSearch:
    space = {key: distribution(argument, where) for key, where, argument in searched}
    points = ParameterSampler(space, _number_of_trials(space, search), random_state=search.seed)
    return TrialsSearch(pipeline, list(points), search.seconds, name, **common)


def _halving_search(
    pipeline: Pipeline, searched: Searched, search: Search, name: str, common: dict
) -> HalvingSearch:
    space = {key: distribution(argument, where) for key, where, argument in searched}
    return HalvingSearch(pipeline, space, search, name, **common)


def _optuna_search(
    pipeline: Pipeline, searched: Searched, search: Search, name: str, common: dict
) -> OptunaSearch:
    space = {key: optuna_distribution(argument, where) for key, where, argument in searched}
    return OptunaSearch(pipeline, space, search, name, common)


METHODS: dict[str, Callable[..., AnySearch]] = {
    "grid": _grid_search,
    "random": _random_search,
    "halving": _halving_search,
    "optuna": _optuna_search,
}


def make_search(
    search: Search,
    pipeline: Pipeline,
    candidate: dict,
    name: str,
    metric: str,
    cv: StratifiedKFold,
) -> AnySearch:
    """The search of the config over the candidate's space; one trial where nothing is open.

    Parameters
    ----------
    pipeline, candidate, name
        Of the candidate: what is fitted, its spec, its name.
    metric, cv
        What is maximised, and over which folds.
    """
    common = {"scoring": metric, "cv": cv, "refit": True, "n_jobs": -1, "error_score": "raise"}
    searched = [
        (f"model__{key}", f"candidates.{name}.{key}", argument)
        for key, argument in searched_arguments(candidate).items()
    ]
    if not searched:
        return TrialsSearch(pipeline, [{}], name=name, **common)
    return METHODS[search.method](pipeline, searched, search, name, common)
