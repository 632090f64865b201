"""What fewer rows cost: over the folds of `choose`, by samples within one another."""

import numpy as np
import pandas as pd
import pytest
from helpers.store import Memoriser, pipeline_of, small_store

from one_click.customers.parts import training_rows
from one_click.folds import comparison_folds
from one_click.risk.judging.comparison import cross_fitted_risks, out_of_fold_scores
from one_click.risk.judging.measures import LOSSES, RANKING
from one_click.risk.learning_curve import curve_by_fold, learning_curve, sample_sizes
from one_click.settings.risk import Choice, Folds
from one_click.statistics import corrected_interval

FOLDS = Folds(splits=3, repeats=2, seed=4)
CHOICE = Choice("log_loss", "best", 0.0, 0.9, "venn_abers", "max_f1")


@pytest.fixture(scope="module")
def rows():
    return training_rows(small_store(400, seed=3))


@pytest.fixture(scope="module")
def by_fold(rows):
    return curve_by_fold(pipeline_of("logistic"), rows, FOLDS, "venn_abers", [70, 200])


def test_samples_are_halves_of_all_rows_as_long_as_they_can_be_learned_from():
    assert sample_sizes(770) == [96, 192, 385, 770]
    assert sample_sizes(100_000) == [3125, 6250, 12_500, 25_000, 50_000, 100_000]
    assert sample_sizes(50) == [50]


def test_with_all_rows_it_is_the_comparison_of_choose(rows, by_fold):
    features, target = rows
    folds = comparison_folds(FOLDS, target)
    fold_scores = out_of_fold_scores({"one": pipeline_of("logistic")}, features, target, folds)[
        "one"
    ]
    risks = cross_fitted_risks("venn_abers", fold_scores, target, folds, FOLDS.splits)
    whole = by_fold[by_fold["rows"] == 200]
    for name, metric, values in (
        ("roc_auc", RANKING["roc_auc"], fold_scores), ("log_loss", LOSSES["log_loss"], risks),
    ):  # fmt: skip
        expected = [metric(target[test], v) for (_, test), v in zip(folds, values, strict=True)]
        assert whole[name].to_numpy() == pytest.approx(expected)


def test_fewer_rows_are_another_model_over_the_same_folds(by_fold):
    few, more = (by_fold[by_fold["rows"] == size] for size in (70, 200))
    assert few["fold"].tolist() == more["fold"].tolist() == list(range(6))
    assert few["roc_auc"].mean() < more["roc_auc"].mean()
    assert (by_fold["fit_seconds"] > 0).all()


def test_no_row_is_tested_by_a_model_that_has_learned_from_it(rows):
    """One that knows rows by heart, and no other, ranks nothing."""
    table = curve_by_fold(Memoriser(), rows, FOLDS, "sigmoid", [100, 200])
    assert (table["roc_auc"] == 0.5).all()


def test_what_is_lost_is_a_difference_over_the_folds_with_its_corrected_interval():
    """ROC-AUC is worse where it is lower, log-loss where it is higher."""
    table = pd.DataFrame(
        {
            "rows": [10, 10, 10, 20, 20, 20], "fold": [0, 1, 2] * 2,
            "roc_auc": [0.7, 0.8, 0.6, 0.8, 0.8, 0.8], "log_loss": [0.6, 0.5, 0.7, 0.5, 0.5, 0.5],
            "fit_seconds": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        }
    )  # fmt: skip
    few, whole = learning_curve(table, FOLDS, CHOICE).to_dict("records")
    lost = np.array([0.1, 0.0, 0.2])
    keys = ("{}_worse", "{}_worse_low", "{}_worse_high")
    for metric in ("roc_auc", "log_loss"):
        assert [few[key.format(metric)] for key in keys] == pytest.approx(
            corrected_interval(lost, 0.5, 0.9)
        )
        assert [whole[key.format(metric)] for key in keys] == [0, 0, 0]
    assert (few["rows"], few["fit_seconds"]) == (10, 2.0)
    assert (few["roc_auc"], whole["log_loss"]) == pytest.approx((0.7, 0.5))
