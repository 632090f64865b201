"""Promises of the search: the best of what was tried, the same again, faults in a line."""

import warnings

import numpy as np
import pytest
from helpers.store import pipeline_of, small_store, spec
from sklearn.model_selection import StratifiedKFold, cross_val_score

from one_click.customers.parts import training_rows
from one_click.folds import search_folds
from one_click.risk.model.scoring import scores
from one_click.risk.tuning.methods import make_search
from one_click.risk.tuning.tuned import tuned
from one_click.running.errors import InputError
from one_click.settings.risk import Folds, Search

FOLDS = Folds(splits=3, repeats=1, seed=7)
RANDOM = spec("search", "random") | {"trials": 4}
HALVING = spec("search", "halving") | {"trials": 9}
OPTUNA = spec("search", "optuna") | {"trials": 4}


@pytest.fixture(scope="module")
def rows():
    return training_rows(small_store(200, seed=3))


def searched(rows, candidate, search=RANDOM, metric="roc_auc"):
    """What `tune` makes of a candidate: a name of conf/ or a spec."""
    candidate = spec("model", candidate) if isinstance(candidate, str) else candidate
    cv = search_folds(FOLDS)
    pipeline = pipeline_of(candidate)
    found = make_search(Search(**search), pipeline, candidate, "tested", metric, cv)
    return tuned(found, *rows, "tested")


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


def test_a_grid_larger_than_its_budget_is_thinned(rows):
    candidate = spec("model", "tree") | {"random_state": 0}
    _, metrics, trials = searched(rows, candidate, spec("search", "grid") | {"trials": 5})
    assert metrics["trials"] == len(trials) == 5
    assert len(trials[["max_depth", "min_samples_leaf", "criterion"]].drop_duplicates()) == 5


def test_halving_keeps_a_third_of_the_trials_and_ends_on_all_rows(rows):
    rows = training_rows(small_store(500, seed=3))  # 375, of which a third is 125
    model, metrics, trials = searched(rows, "tree", HALVING)
    assert trials.groupby("iter").size().tolist() == [9, 3]
    assert trials.groupby("iter")["n_resources"].first().tolist() == [125, 375]
    last = trials[trials["iter"] == 1].iloc[0]
    assert metrics["score"] == last["score"]
    assert metrics["parameters"]["max_depth"] == last["max_depth"]
    assert model["model"].max_depth == last["max_depth"]


def test_halving_of_few_combinations_still_ends_on_all_rows():
    rows = training_rows(small_store(500, seed=3))
    candidate = {"_target_": "sklearn.tree.DecisionTreeClassifier", "random_state": 0}
    candidate |= {"max_depth": {"choices": [2, 4]}}
    _, _, trials = searched(rows, candidate, HALVING)
    assert trials["n_resources"].max() == len(rows[1])
    assert len(trials) == 2


def test_a_fault_that_a_boosting_library_finds_is_a_line(rows):
    for name, fault in (("catboost", {"depth": 40}), ("lightgbm", {"num_leaves": 1})):
        with pytest.raises(InputError, match=r"^candidates\.tested: "):
            searched(rows, spec("model", name) | fault, RANDOM | {"trials": 1})


def test_optuna_keeps_the_best_of_its_trials(rows):
    model, metrics, trials = searched(rows, "tree", OPTUNA)
    assert len(trials) == metrics["trials"] == 4
    assert metrics["score"] == trials["score"].iloc[0] == trials["score"].max()
    assert metrics["parameters"]["max_depth"] == trials["max_depth"].iloc[0]
    assert model["model"].max_depth == trials["max_depth"].iloc[0]
    cv = StratifiedKFold(3, shuffle=True, random_state=7)
    expected = cross_val_score(model, *rows, cv=cv, scoring="roc_auc").mean()
    assert metrics["score"] == pytest.approx(expected)


@pytest.mark.parametrize("method", ["random", "grid", "halving", "optuna"])
def test_a_budget_of_seconds_ends_a_search_early_with_what_it_has(method, rows):
    """The first trials always run: a model comes of any budget."""
    search = spec("search", method) | {"seconds": 0.001, "trials": 30}
    candidate = spec("model", "tree") | {"random_state": 0}
    if method == "grid":
        search |= {"points": 8}
    _, metrics, trials = searched(rows, candidate, search)
    assert 1 <= len(trials) == metrics["trials"] < 31
    assert metrics["score"] > 0.5


def test_a_range_inside_a_nested_spec_is_searched(rows):
    model, metrics, _ = searched(rows, "spline_logistic")
    assert set(metrics["parameters"]) == {"splines__n_knots", "logistic__C"}
    assert metrics["parameters"]["logistic__C"] == model["model"]["logistic"].C


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
        ({"C": -1}, HALVING, r"^candidates\.tested: The 'C' parameter of SVC"),
        (
            {"C": -1, "gamma": {"low": 1, "high": 2}},
            OPTUNA,
            r"^candidates\.tested: The 'C' parameter of SVC",
        ),
        (
            {"C": {"choices": [-1, 1, 2]}},
            OPTUNA | {"trials": 9},
            r"^candidates\.tested: The 'C' parameter of SVC",
        ),
        ({"C": {"low": 1, "high": 2}}, RANDOM | {"method": "grief"}, r"^search\.method: 'grief'"),
        ({"C": {"low": 1, "high": 2}}, RANDOM | {"trials": 0}, r"^search\.trials: 0"),
        ({"C": {"low": 1, "high": 2}}, RANDOM | {"trials": None}, r"^search\.trials: None"),
        ({"C": {"low": 1, "high": 2}}, RANDOM | {"seconds": 0}, r"^search\.seconds: 0"),
        ({"C": {"low": 1, "high": 2}}, RANDOM | {"points": 1}, r"^search\.points: 1"),
        ({"C": {"low": 1, "high": 2}}, RANDOM | {"factor": 1}, r"^search\.factor: 1"),
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


def test_a_grid_that_nobody_could_wait_for_is_refused_before_it_is_written_out():
    """Its points are counted, and four arguments of a thousand make a billion times a thousand."""
    wide = {f: {"low": 0.0, "high": 0.1} for f in ("ccp_alpha", "min_impurity_decrease")}
    wide |= {f: {"low": 0.1, "high": 0.4} for f in ("min_samples_leaf", "min_samples_split")}
    candidate = {"_target_": "sklearn.tree.DecisionTreeClassifier"} | wide
    grid = Search("grid", trials=None, seconds=None, seed=0, points=1_000)
    with pytest.raises(InputError, match="a grid of 1,000,000,000,000 points, more"):
        make_search(
            grid, pipeline_of(candidate), candidate, "tested", "roc_auc", search_folds(FOLDS)
        )
