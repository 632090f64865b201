"""Promises of the comparison: every candidate over the same folds, none tested on what it saw."""

import numpy as np
import pytest
from helpers.choosing import FOLDS, choice
from helpers.store import pipeline_of, small_store
from sklearn.metrics import log_loss

from one_click.customers.parts import training_rows
from one_click.folds import comparison_folds, search_folds
from one_click.risk.judging.calibration import calibrated
from one_click.risk.judging.comparison import (
    combined,
    metric_by_fold,
    out_of_fold_scores,
    scores_of_all,
)
from one_click.risk.model.scoring import scores
from one_click.running import parallel
from one_click.running.errors import InputError


@pytest.fixture(scope="module")
def rows():
    return training_rows(small_store(200, seed=4))


def test_every_row_is_tested_once_a_repeat_by_a_model_that_has_not_seen_it(rows):
    _, target = rows
    folds = comparison_folds(FOLDS, rows[1])
    assert len(folds) == 6
    for train, test in folds:
        assert sorted([*train, *test]) == list(range(len(target)))
        assert target[test].mean() == pytest.approx(target.mean(), abs=0.02)
    for repeat in (folds[:3], folds[3:]):
        tested = np.concatenate([test for _, test in repeat])
        assert sorted(tested) == list(range(len(target)))
    assert set(folds[0][1]) != set(folds[3][1])


def test_candidates_are_not_compared_over_the_folds_that_tuned_them(rows):
    tuned = {frozenset(test) for _, test in search_folds(FOLDS).split(*rows)}
    assert not tuned & {frozenset(test) for _, test in comparison_folds(FOLDS, rows[1])}


def test_scores_are_those_of_a_model_fitted_on_the_folds_training_rows(rows):
    features, target = rows
    models = {"tree": pipeline_of("tree"), "logistic": pipeline_of("logistic").fit(*rows)}
    folds = comparison_folds(FOLDS, rows[1])[:3]
    found = out_of_fold_scores(models, features, target, folds)
    assert list(found) == ["tree", "logistic"]
    for name, by_fold in found.items():
        for (train, test), scored in zip(folds, by_fold, strict=True):
            fitted = pipeline_of(name).fit(features.iloc[train], target[train])
            assert scored == pytest.approx(scores(fitted, features.iloc[test]), abs=1e-9)


def test_losses_are_of_risks_calibrated_by_the_other_folds_of_the_repeat(rows):
    """A fold's own outcomes do not reach its risks, and are what these are measured by."""
    _, target = rows
    folds = comparison_folds(FOLDS, target)
    draws = np.random.default_rng(0)
    found = {"a": [target[test] + draws.normal(size=len(test)) for _, test in folds]}
    by_fold = metric_by_fold(choice(metric="log_loss"), found, target, folds, 3)
    assert by_fold.shape == (6, 1)
    known = np.concatenate([found["a"][fold] for fold in (3, 5)])
    outcome = np.concatenate([target[folds[fold][1]] for fold in (3, 5)])
    risk, _, _ = calibrated("venn_abers", known, outcome, found["a"][4])
    assert by_fold["a"][4] == pytest.approx(log_loss(target[folds[4][1]], risk))


def test_a_blend_costs_no_fit_and_scores_as_one_that_is_fitted(rows):
    features, target = rows
    models = {name: pipeline_of(name) for name in ("knn", "tree")}
    spec = {
        "_target_": "one_click.risk.model.blends.LogOddsBlend",
        "_members_": {"knn": 2, "tree": 1},
    }
    ensembles = combined({"blend": spec}, models)
    folds = comparison_folds(FOLDS, target)[:2]
    found = scores_of_all(models, ensembles, features, target, folds)
    assert list(found) == ["knn", "tree", "blend"]
    fitted = out_of_fold_scores(ensembles, features, target, folds)["blend"]
    for pooled, expected in zip(found["blend"], fitted, strict=True):
        assert pooled == pytest.approx(expected)


def test_an_ensemble_whose_members_cannot_vote_is_a_line(rows):
    """An SVC has no probability to average."""
    models = {"svc": pipeline_of("svc")}
    spec = {
        "_target_": "sklearn.ensemble.VotingClassifier",
        "_members_": ["svc"],
        "voting": "soft",
    }
    folds = comparison_folds(FOLDS, rows[1])[:1]
    with pytest.raises(InputError, match=r"^vote: .*predict_proba"):
        scores_of_all(models, combined({"vote": spec}, models), *rows, folds)


def test_one_worker_and_two_give_the_same_scores(rows, monkeypatch):
    folds = comparison_folds(FOLDS, rows[1])[:2]
    found = []
    for workers in (1, 2):
        monkeypatch.setattr(parallel, "cpu_count", lambda workers=workers: workers)
        models = {"svc": pipeline_of("svc"), "extra_trees": pipeline_of("extra_trees")}
        by_fold = out_of_fold_scores(models, *rows, folds)
        found.append(np.concatenate([np.concatenate(by_fold[name]) for name in models]))
    assert found[0].tobytes() == found[1].tobytes()
