"""Promises of the search: the best of what was tried, the same again, faults in a line."""

import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold, cross_val_score
from store import pipeline_of, small_store, spec

from one_click import tune
from one_click.params import Folds
from one_click.pipeline import scores, training_rows
from one_click.stage import InputError

FOLDS = Folds(splits=3, repeats=1, seed=7)
RANDOM = spec("search", "random") | {"n_iter": 4}


@pytest.fixture(scope="module")
def rows():
    return training_rows(small_store(200, seed=3))


def searched(rows, candidate, search=RANDOM, metric="roc_auc"):
    """What `tune` makes of a candidate: a name of conf/ or a spec."""
    candidate = spec("model", candidate) if isinstance(candidate, str) else candidate
    found = tune.make_search(
        search, pipeline_of(candidate), candidate, "tested", metric, tune.search_folds(FOLDS)
    )
    return tune.tuned(found, *rows, "tested")


@pytest.fixture(scope="module")
def tuned_tree(rows):
    return searched(rows, "tree")


def test_the_best_trial_is_kept(tuned_tree):
    model, metrics, trials = tuned_tree
    assert len(trials) == metrics["trials"] == 4
    assert trials["score"].is_monotonic_decreasing
    assert metrics["score"] == trials["score"].iloc[0]
    for name, value in metrics["parameters"].items():
        assert model["model"].get_params()[name] == value == trials[name].iloc[0]


def test_scores_are_those_of_cross_validation_over_shuffled_stratified_folds(tuned_tree, rows):
    model, metrics, trials = tuned_tree
    cv = StratifiedKFold(3, shuffle=True, random_state=7)
    expected = cross_val_score(model, *rows, cv=cv, scoring="roc_auc")
    assert trials[["split0", "split1", "split2"]].iloc[0].to_numpy() == pytest.approx(expected)
    assert metrics["score"] == pytest.approx(expected.mean())
    assert metrics["score_std"] == pytest.approx(expected.std(ddof=1))


def test_the_model_is_fitted_on_all_rows_given(tuned_tree, rows):
    model, metrics, _ = tuned_tree
    again = pipeline_of("tree").set_params(
        **{f"model__{name}": value for name, value in metrics["parameters"].items()}
    )
    assert (scores(again.fit(*rows), rows[0]) == scores(model, rows[0])).all()


def test_the_same_seeds_give_the_same_trials_and_no_seconds_stand_in_them(tuned_tree, rows):
    """A figure that differs from run to run would make every run a change."""
    again = searched(rows, "tree")
    assert again[1] == tuned_tree[1]
    assert again[2].equals(tuned_tree[2])
    assert not [name for name in again[2] if "time" in name]


def test_a_candidate_with_nothing_to_search_is_one_trial(rows):
    _, metrics, trials = searched(rows, "dummy")
    assert metrics["parameters"] == {}
    assert len(trials) == metrics["trials"] == 1
    assert metrics["score"] == 0.5


def test_a_grid_tries_every_combination(rows):
    candidate = {
        "_target_": "sklearn.tree.DecisionTreeClassifier",
        "max_depth": {"low": 1, "high": 3},
        "criterion": {"choices": ["gini", "entropy"]},
        "random_state": 0,
    }
    _, _, trials = searched(rows, candidate, spec("search", "grid"))
    tried = {tuple(row) for row in trials[["max_depth", "criterion"]].to_numpy()}
    assert tried == {(depth, name) for depth in (1, 2, 3) for name in ("gini", "entropy")}


def test_the_metric_of_the_config_is_the_one_that_decides(rows):
    _, metrics, _ = searched(rows, "dummy", metric="average_precision")
    assert metrics["score"] == pytest.approx(rows[1].mean(), abs=0.01)


def test_a_shuffled_target_gives_a_roc_auc_around_one_half(rows):
    """No leak: there is nothing to learn, and the cross-validation says so."""
    features, target = rows
    shuffled = np.random.default_rng(0).permutation(target)
    _, metrics, _ = searched((features, shuffled), {"_target_": "sklearn.svm.SVC"})
    assert 0.35 < metrics["score"] < 0.65


def test_a_model_that_does_not_converge_is_no_noise(rows):
    candidate = {"_target_": "sklearn.linear_model.LogisticRegression", "max_iter": 1}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        searched(rows, candidate)


@pytest.mark.parametrize(
    ("candidate", "search", "told"),
    [
        ({"C": -1}, RANDOM, r"^candidates\.tested: The 'C' parameter of SVC"),
        ({"C": {"low": "a", "high": 2}}, RANDOM, r"^candidates\.tested\.C: "),
        ({"C": {"low": 1, "high": 2}}, {"_space_": "grid", "_points_": 2}, r"^search\._target_: "),
        (
            {"C": {"low": 1, "high": 2}},
            RANDOM | {"_target_": "os.system"},
            r"^search\._target_: 'os.system' is not allowed",
        ),
        ({"C": {"low": 1, "high": 2}}, RANDOM | {"_target_": "sklearn.svm.SVC"}, "^search: "),
        ({"C": {"low": 1, "high": 2}}, RANDOM | {"iterations": 3}, "^search: .*iterations"),
        ({"C": {"low": 1, "high": 2}}, RANDOM | {"n_jobs": 3}, "^search: .*n_jobs"),
        ({"C": {"low": 1, "high": 2}}, RANDOM | {"n_iter": 0}, "n_iter"),
    ],
)
def test_a_fault_of_the_config_is_a_line_that_names_its_section(candidate, search, told, rows):
    candidate = {"_target_": "sklearn.svm.SVC"} | candidate
    with pytest.raises(InputError, match=told) as caught:
        searched(rows, candidate, search)
    assert "\n" not in str(caught.value)


def test_too_few_rows_of_a_class_are_refused(rows):
    features, target = rows
    rare = np.zeros_like(target)
    rare[:2] = 1
    with pytest.raises(InputError, match=r"folds\.splits: 3 folds need .* there are 2"):
        searched((features, rare), "dummy")


def test_a_candidate_outside_the_config_is_refused(monkeypatch):
    """A candidate taken out of the menu may still be asked for by hand."""
    monkeypatch.setattr(tune, "load", lambda *_: SimpleNamespace(candidates={"svc": {}}))
    monkeypatch.setattr(sys, "argv", ["tune", "oracle"])
    with pytest.raises(InputError, match=r"'oracle' is not in conf\.lock\.yaml"):
        tune.main()
