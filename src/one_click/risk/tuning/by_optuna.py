"""A guided search: Optuna's, with the attributes of a search of scikit-learn."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from one_click.running.progress import bar
from one_click.settings.risk import Search


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing of Optuna's log and warnings: a fault comes as an exception."""
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", ConvergenceWarning)  # these are counted
            yield
    finally:
        logging.disable(logging.NOTSET)


class OptunaSearch:
    """`optuna_integration.OptunaSearchCV`, with the attributes of a search of scikit-learn.

    Trials come one after the other, so that the same seed gives the same trials; the folds of a
    trial run side by side.
    """

    def __init__(
        self, pipeline: Pipeline, space: dict, search: Search, name: str, common: dict
    ) -> None:
        self.pipeline, self.space, self.search, self.name = pipeline, space, search, name
        self.common = {key: common[key] for key in ("scoring", "cv", "refit")}
        self.cv = common["cv"]

    def planned(self, rows: int) -> list[tuple[int, float]]:
        """Trials, and the share of the rows that each is cross-validated on."""
        assert self.search.trials is not None  # the settings' own check
        return [(self.search.trials, 1.0)]

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> "OptunaSearch":
        """Run the trials, then fit the best parameters on all rows."""
        with bar(self.name, total=self.search.trials, unit="trials") as progress, _silence():
            from optuna_integration import OptunaSearchCV

            search = OptunaSearchCV(
                self.pipeline,
                self.space,
                n_trials=self.search.trials,
                timeout=self.search.seconds,
                random_state=self.search.seed,
                callbacks=[lambda study, trial: progress.update()],
                **self.common,
            )
            with suppress(ValueError):  # no trial went well
                search.fit(X, y)
        trials = search.study_.trials
        for trial in trials:
            if trial.value is None:  # Optuna goes on; here a fault of the space is one
                clone(self.pipeline).set_params(**trial.params).fit(X, y)
                raise ValueError(f"{trial.params}: no score in some fold")
        self.n_splits_ = search.n_splits_
        self.best_estimator_, self.best_params_ = search.best_estimator_, search.best_params_
        self.best_index_ = search.best_index_
        self.cv_results_: dict[str, Any] = {
            "params": [trial.params for trial in trials],
            **{
                key: np.array([trial.user_attrs[key] for trial in trials])
                for key in trials[0].user_attrs
            },
            **{f"param_{key}": [trial.params[key] for trial in trials] for key in self.space},
        }
        return self
