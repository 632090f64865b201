"""Searches of scikit-learn with a budget of seconds and a bar of progress."""

import math
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from joblib import cpu_count
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV, ParameterGrid

from one_click.running.progress import bar
from one_click.settings.risk import Search


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

    def __init__(
        self,
        estimator: Pipeline,
        trials: list[dict],
        seconds: float | None = None,
        name: str = "",
        **common: Any,
    ) -> None:
        super().__init__(estimator, {}, **common)
        self.trials = trials
        self.seconds = seconds
        self.name = name

    def planned(self, rows: int) -> list[tuple[int, float]]:
        """Trials, and the share of the rows that each is cross-validated on."""
        return [(len(self.trials), 1.0)]

    def _run_search(self, evaluate_candidates: Callable) -> None:
        start, cores = time.perf_counter(), cpu_count()
        with bar(self.name, total=len(self.trials), unit="trials") as progress:
            for first in range(0, len(self.trials), cores):
                if first and self.seconds and time.perf_counter() - start > self.seconds:
                    break
                batch = self.trials[first : first + cores]
                evaluate_candidates(batch)
                progress.update(len(batch))


def _number_of_trials(space: dict, search: Search) -> int:
    """The budget, or all the combinations there are."""
    assert search.trials is not None  # the settings' own check
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

    def __init__(
        self, estimator: Pipeline, space: dict, search: Search, name: str = "", **common: Any
    ) -> None:
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

    def rungs(self, rows: int) -> int:
        """As many as trials and rows allow, so that the last sees all rows."""
        smallest, count = SMALLEST_FOLD * self.cv.get_n_splits(), 1
        while self.search.factor**count <= min(self.n_candidates, rows // smallest):
            count += 1
        return count

    def planned(self, rows: int) -> list[tuple[int, float]]:
        """Trials of each rung, and the share of the rows that they are cross-validated on."""
        factor, rungs = self.search.factor, self.rungs(rows)
        return [
            (math.ceil(self.n_candidates / factor**rung), factor ** (rung + 1.0 - rungs))
            for rung in range(rungs)
        ]

    def fit(self, X: pd.DataFrame, y: np.ndarray, **params: Any) -> "HalvingSearch":
        """Start at the lowest rung."""
        self.rungs_ = self.rungs(len(y))
        self.min_resources = len(y) // self.search.factor ** (self.rungs_ - 1)
        return super().fit(X, y, **params)

    def _run_search(self, evaluate_candidates: Callable, *, callback_ctx: Any) -> None:
        start, search = time.perf_counter(), self.search
        total = sum(math.ceil(self.n_candidates / self.factor**rung) for rung in range(self.rungs_))

        def evaluate(candidates: list[dict], *arguments: Any, **keywords: Any) -> Any:
            if rungs and search.seconds and time.perf_counter() - start > search.seconds:
                raise TimeoutError
            results = evaluate_candidates(candidates, *arguments, **keywords)
            rungs.append(len(candidates))
            progress.update(len(candidates))
            return results

        rungs: list[int] = []
        with bar(self.name, total=total, unit="trials") as progress, suppress(TimeoutError):
            super()._run_search(evaluate, callback_ctx=callback_ctx)
