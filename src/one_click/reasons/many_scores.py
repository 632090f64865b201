"""Scores of very many rows."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from one_click.reasons.structure import model_input
from one_click.risk.model.scoring import scores

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline

ROWS_AT_ONCE = 50_000  # rows scored in one call: bounds memory
KERNEL_VALUES = 1_000_000  # held at once: 8 MB, which a processor's cache nearly holds


def many_scores(model: "Pipeline", customers: pd.DataFrame) -> np.ndarray:
    """The scores of customers, up to rounding; shape (n,).

    Those of a support vector machine by products of matrices: libsvm, which takes a pair of a row
    and a support vector at a time, is several times slower.
    """
    from sklearn.svm import SVC

    machine = getattr(model, "steps", [("", None)])[-1][1]
    if isinstance(machine, SVC) and not callable(machine.kernel):
        return _kernel_scores(machine, np.asarray(model_input(model, customers)))
    return scores(model, customers)


def _kernel_scores(machine: Any, rows: np.ndarray) -> np.ndarray:
    """The decision function of a fitted machine with two classes, as its documentation has it."""
    from sklearn.metrics.pairwise import pairwise_kernels
    from sklearn.utils import gen_batches

    vectors, weights = machine.support_vectors_, machine.dual_coef_[0]
    terms = {"gamma": machine._gamma, "degree": machine.degree, "coef0": machine.coef0}
    parts = gen_batches(len(rows), max(1, KERNEL_VALUES // len(vectors)))
    values = [
        pairwise_kernels(rows[part], vectors, metric=machine.kernel, filter_params=True, **terms)
        @ weights
        for part in parts
    ]
    return np.concatenate(values) + machine.intercept_[0]
