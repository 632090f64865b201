"""Fits that do not converge are one line, with their number."""

import warnings

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from one_click.risk.model.convergence import convergence_counted
from one_click.running.parallel import side_by_side


def fitted(steps: int) -> np.ndarray:
    draws = np.random.default_rng(0)
    features, target = draws.normal(size=(60, 5)), np.arange(60) % 2
    return LogisticRegression(max_iter=steps).fit(features, target).coef_


@pytest.mark.parametrize("cores", ["1", "2"])
def test_fits_that_stop_early_are_counted_in_every_process(capfd, monkeypatch, cores):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", cores)
    with convergence_counted("logistic"):
        side_by_side(fitted, [(1,), (500,), (1,), (1,)])
    told = capfd.readouterr().err
    assert told.startswith("warning: logistic: 3 fits did not converge: raise max_iter")
    assert len(told.splitlines()) == 1


def test_fits_that_converge_are_not_spoken_of(capfd):
    with convergence_counted("logistic"):
        fitted(500)
    assert capfd.readouterr().err == ""


def test_other_warnings_are_shown_as_ever():
    with (
        pytest.warns(UserWarning, match="something else"),
        convergence_counted("logistic"),
    ):
        warnings.warn("something else", stacklevel=1)
