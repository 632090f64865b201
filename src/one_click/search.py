"""How the parameters of a candidate are searched: the space in the form of a method, its budget.

Every method has a budget of trials and of seconds. Seconds make what is found depend on the
machine, so that no budget of conf/ has them unless somebody asks for them.
"""

import logging
import math
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
from imblearn.pipeline import Pipeline
from joblib import cpu_count
from scipy import stats
from sklearn.base import clone
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - the next line needs it
from sklearn.model_selection import (
    GridSearchCV,
    HalvingRandomSearchCV,
    ParameterGrid,
    ParameterSampler,
)
from tqdm import tqdm

from one_click.params import Search
from one_click.pipeline import searched_arguments
from one_click.stage import InputError


def _range(argument: dict, where: str) -> tuple[float, float, bool]:
    unknown = set(argument) - {"low", "high", "log"}
    if unknown or not {"low", "high"} <= set(argument):
        raise InputError(f"{where}: {argument} is no range; write {{low: 1, high: 9, log: false}}")
    low, high, log = argument["low"], argument["high"], argument.get("log", False)
    if not (_is_number(low) and _is_number(high) and isinstance(log, bool)):
        raise InputError(f"{where}: {argument}: low and high must be numbers, log true or false")
    if not low < high or (log and low <= 0):
        raise InputError(f"{where}: low must be below high, and above 0 where log is true")
    return low, high, log


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


class IntegerLogUniform:
    """Whole numbers from `low` to `high`, both ends possible, uniform in the logarithm."""

    def __init__(self, low: int, high: int):
        self._log = stats.uniform(np.log(low - 0.5), np.log((high + 0.5) / (low - 0.5)))
        self._bounds = low, high

    def rvs(self, random_state: Any = None) -> int:
        """Draw one."""
        drawn = round(float(np.exp(self._log.rvs(random_state=random_state))))
        return int(np.clip(drawn, *self._bounds))


def distribution(argument: dict, where: str) -> Any:
    """What a random search draws an argument from: a list, or a distribution with `rvs`."""
    if "choices" in argument:
        return _choices(argument, where)
    low, high, log = _range(argument, where)
    if isinstance(low, int) and isinstance(high, int):
        return IntegerLogUniform(low, high) if log else stats.randint(low, high + 1)
    return stats.loguniform(low, high) if log else stats.uniform(low, high - low)


def grid(argument: dict, points: int, where: str) -> list:
    """The values of an argument in a grid: evenly spaced, in the logarithm where `log` is true."""
    if "choices" in argument:
        return _choices(argument, where)
    low, high, log = _range(argument, where)
    values = (np.geomspace if log else np.linspace)(low, high, points)
    if isinstance(low, int) and isinstance(high, int):
        return sorted({round(float(value)) for value in values})
    return [float(f"{value:.6g}") for value in values]


def _choices(argument: dict, where: str) -> list:
    choices = argument["choices"]
    if set(argument) != {"choices"} or not isinstance(choices, list) or not choices:
        raise InputError(f"{where}: {argument} is no list of choices; write {{choices: [a, b]}}")
    return choices


def optuna_distribution(argument: dict, where: str) -> Any:
    """What Optuna suggests an argument from."""
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    if "choices" in argument:
        return CategoricalDistribution(_choices(argument, where))
    low, high, log = _range(argument, where)
    whole = isinstance(low, int) and isinstance(high, int)
    return (IntDistribution if whole else FloatDistribution)(low, high, log=log)


@contextmanager
def progress_bar(trials: int, name: str) -> Iterator[tqdm]:
    """A bar of trials on a terminal; nothing in a log."""
    with tqdm(total=trials, desc=name, unit=" trials", disable=None, leave=False) as bar:
        yield bar


class TrialsSearch(GridSearchCV):
    """Cross-validate trials known beforehand, until the seconds are over.

    Parameters
    ----------
    estimator
        A classifier.
    trials
        Parameters of each trial.
    seconds
        No trial starts later; None means no limit. The first trials, one a core, always run.
    name
        Beside the progress bar.
    common
        Arguments of every search of scikit-learn.
    """

    def __init__(self, estimator, trials, seconds=None, name="", **common):
        super().__init__(estimator, {}, **common)
        self.trials = trials
        self.seconds = seconds
        self.name = name

    def _run_search(self, evaluate_candidates) -> None:
        started, cores = time.perf_counter(), cpu_count()
        with progress_bar(len(self.trials), self.name) as bar:
            for first in range(0, len(self.trials), cores):
                if first and self.seconds and time.perf_counter() - started > self.seconds:
                    break
                batch = self.trials[first : first + cores]
                evaluate_candidates(batch)
                bar.update(len(batch))


def _grid_search(pipeline, searched, search: Search, name: str, common: dict):
    space = {key: grid(argument, search.points, where) for key, where, argument in searched}
    points = ParameterGrid(space)
    if search.trials is not None and search.trials < len(points):
        points = ParameterSampler(space, search.trials, random_state=search.seed)
    return TrialsSearch(pipeline, list(points), search.seconds, name, **common)


def _random_search(pipeline, searched, search: Search, name: str, common: dict):
    space = {key: distribution(argument, where) for key, where, argument in searched}
    drawn = ParameterSampler(space, _number_of_trials(space, search), random_state=search.seed)
    return TrialsSearch(pipeline, list(drawn), search.seconds, name, **common)


def _number_of_trials(space: dict, search: Search) -> int:
    """The budget, or all the combinations there are."""
    if all(isinstance(values, list) for values in space.values()):
        return min(search.trials, len(ParameterGrid(space)))
    return search.trials


SMALLEST_FOLD = 40  # rows of a fold's test part in the first rung: fewer may hold one class alone


class HalvingSearch(HalvingRandomSearchCV):
    """Successive halving with a budget of seconds between its rungs.

    Parameters
    ----------
    estimator, space
        A classifier, the distributions of its parameters.
    search
        The section of the config.
    name
        Beside the progress bar.
    common
        Arguments of every search of scikit-learn.
    """

    def __init__(self, estimator, space, search, name="", **common):
        super().__init__(
            estimator,
            space,
            n_candidates=_number_of_trials(space, search),
            factor=search.factor,
            random_state=search.seed,
            **common,
        )
        self.space = space
        self.search = search
        self.name = name

    def fit(self, X, y=None, **params) -> "HalvingSearch":
        """Start as low as trials and rows allow, so that the last rung sees all rows."""
        factor, rows = self.search.factor, len(y)
        smallest = SMALLEST_FOLD * self.cv.get_n_splits()
        self.rungs_ = 1
        while factor**self.rungs_ <= min(self.n_candidates, rows // smallest):
            self.rungs_ += 1
        self.min_resources = rows // factor ** (self.rungs_ - 1)
        return super().fit(X, y, **params)

    def _run_search(self, evaluate_candidates, *, callback_ctx) -> None:
        started, search = time.perf_counter(), self.search
        total = sum(math.ceil(self.n_candidates / self.factor**rung) for rung in range(self.rungs_))

        def evaluate(candidates, *arguments, **keywords):
            if done and search.seconds and time.perf_counter() - started > search.seconds:
                raise TimeoutError
            results = evaluate_candidates(candidates, *arguments, **keywords)
            done.append(True)
            bar.update(len(candidates))
            return results

        done: list[bool] = []
        with progress_bar(total, self.name) as bar, suppress(TimeoutError):
            super()._run_search(evaluate, callback_ctx=callback_ctx)


def _halving_search(pipeline, searched, search: Search, name: str, common: dict):
    space = {key: distribution(argument, where) for key, where, argument in searched}
    return HalvingSearch(pipeline, space, search, name, **common)


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing of Optuna's log and warnings: a fault comes as an exception."""
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


class OptunaSearch:
    """`optuna_integration.OptunaSearchCV`, with the attributes of a search of scikit-learn.

    Trials come one after the other, so that the same seed gives the same trials; the folds of a
    trial run side by side.
    """

    def __init__(self, pipeline, space: dict, search: Search, name: str, common: dict):
        self.pipeline, self.space, self.search, self.name = pipeline, space, search, name
        self.common = {key: common[key] for key in ("scoring", "cv", "refit")}
        self.cv = common["cv"]

    def fit(self, X, y) -> "OptunaSearch":
        """Run the trials, then fit the best parameters on all rows."""
        with progress_bar(self.search.trials, self.name) as bar, _silence():
            from optuna_integration import OptunaSearchCV

            found = OptunaSearchCV(
                self.pipeline,
                self.space,
                n_trials=self.search.trials,
                timeout=self.search.seconds,
                random_state=self.search.seed,
                callbacks=[lambda study, trial: bar.update()],
                **self.common,
            )
            with suppress(ValueError):  # no trial went well
                found.fit(X, y)
        trials = found.study_.trials
        for trial in trials:
            if trial.value is None:  # Optuna goes on; here a fault of the space is one
                clone(self.pipeline).set_params(**trial.params).fit(X, y)
                raise ValueError(f"{trial.params}: no score in some fold")
        self.n_splits_ = found.n_splits_
        self.best_estimator_, self.best_params_ = found.best_estimator_, found.best_params_
        self.best_index_ = found.best_index_
        self.cv_results_ = {
            "params": [trial.params for trial in trials],
            **{
                key: np.array([trial.user_attrs[key] for trial in trials])
                for key in trials[0].user_attrs
            },
            **{f"param_{key}": [trial.params[key] for trial in trials] for key in self.space},
        }
        return self


def _optuna_search(pipeline, searched, search: Search, name: str, common: dict):
    space = {key: optuna_distribution(argument, where) for key, where, argument in searched}
    return OptunaSearch(pipeline, space, search, name, common)


METHODS = {
    "grid": _grid_search,
    "random": _random_search,
    "halving": _halving_search,
    "optuna": _optuna_search,
}


def make_search(
    search: Search, pipeline: Pipeline, candidate: dict, name: str, metric: str, cv
) -> GridSearchCV | OptunaSearch:
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
