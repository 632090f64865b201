"""Promises of scores of many rows: those of the model."""

import numpy as np
import pandas as pd
import pytest
from helpers.imports import SOURCE
from helpers.reasons import fitted
from helpers.store import spec

from one_click import artefacts
from one_click.columns import FEATURES
from one_click.reasons import many_scores
from one_click.risk.model.scoring import scores

MACHINES = {
    "rbf": spec("model", "svc") | {"C": 1.0, "gamma": 0.05},
    "as many as there are columns": spec("model", "svc") | {"C": 1.0, "gamma": "scale"},
    "linear": spec("model", "svc_linear") | {"C": 0.5},
    "poly": spec("model", "svc_poly") | {"C": 1.0, "degree": 3, "coef0": 1.5, "gamma": 0.05},
    "sigmoid": spec("model", "svc") | {"C": 1.0, "gamma": 0.02, "kernel": "sigmoid"},
}
SAMPLERS = [path.stem for path in sorted((SOURCE.parent / artefacts.CONF / "sampler").glob("*"))]


@pytest.mark.parametrize("machine", MACHINES)
def test_those_of_a_support_vector_machine_are_libsvms(machine, customers, monkeypatch):
    """However many rows are taken at once."""
    rows = customers[list(FEATURES)]
    model = fitted(customers, MACHINES[machine])
    truth = scores(model, rows)
    monkeypatch.setattr(many_scores, "scores", None)  # not asked
    for values in (1, 50 * len(model[-1].support_vectors_), many_scores.KERNEL_VALUES):
        monkeypatch.setattr(many_scores, "KERNEL_VALUES", values)
        assert many_scores.many_scores(model, rows) == pytest.approx(truth, abs=1e-10)
    assert np.ptp(truth) > 0.1


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_sampler_takes_no_part_in_scores(sampler, customers):
    """Those that stand after the encoder are the last step before the machine."""
    rows = customers[list(FEATURES)].head(30)
    model = fitted(customers, MACHINES["rbf"], sampler=sampler)
    assert many_scores.many_scores(model, rows) == pytest.approx(scores(model, rows), abs=1e-10)


@pytest.mark.parametrize("candidate", ["tree", "logistic"])
def test_those_of_any_other_model_are_its_own(candidate, customers):
    rows = customers[list(FEATURES)]
    model = fitted(customers, candidate)
    assert (many_scores.many_scores(model, rows) == scores(model, rows)).all()


def test_a_model_that_is_no_pipeline_scores_too():
    class Sum:
        """The score is the sum."""

        def decision_function(self, rows: pd.DataFrame) -> np.ndarray:
            """One score a row."""
            return rows.sum(axis=1).to_numpy()

    rows = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]})
    assert many_scores.many_scores(Sum(), rows).tolist() == [4.0, 6.0]
