"""Promises of the choice: fair comparison over the same folds, and the rule by hand."""

import numpy as np
import pandas as pd
import pytest
from helpers.store import pipeline_of, small_store
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss

from one_click.customers.parts import training_rows
from one_click.folds import comparison_folds, search_folds
from one_click.risk.judging import choice as choose
from one_click.risk.judging.calibration import calibrated
from one_click.risk.judging.comparison import (
    combined,
    metric_by_fold,
    out_of_fold_scores,
    scores_of_all,
)
from one_click.risk.judging.ranking import compared
from one_click.risk.model.scoring import scores
from one_click.running.errors import InputError
from one_click.settings.risk import Choice, Folds

FOLDS = Folds(splits=3, repeats=2, seed=5)


def choice(
    rule: str = "simplest_indistinguishable", margin: float = 0.01, metric: str = "roc_auc"
) -> Choice:
    return Choice(
        metric=metric,
        rule=rule,
        margin=margin,
        confidence=0.95,
        calibration="venn_abers",
        threshold="max_f1",
    )


# Behind `rich`, by fold: `plain` .01, -.01, .02 and 0 (mean .005, interval .005 -+ .029 by the
# formula of Nadeau and Bengio with a share of 1/4); `poor` .05 to .06 (distinguishable).
BY_FOLD = pd.DataFrame(
    {
        "plain": [0.89, 0.93, 0.92, 0.92],
        "rich": [0.90, 0.92, 0.94, 0.92],
        "poor": [0.85, 0.86, 0.89, 0.86],
    }
)
COMPLEXITY = {"poor": 0, "plain": 1, "rich": 5}


@pytest.fixture(scope="module")
def rows():
    return training_rows(small_store(200, seed=4))


@pytest.mark.parametrize(
    ("rule", "margin", "chosen"),
    [
        ("best", 1.0, "rich"),
        ("simplest_indistinguishable", 0.01, "plain"),
        ("simplest_indistinguishable", 1.0, "plain"),
        ("simplest_indistinguishable", 0.004, "rich"),
        ("simplest_indistinguishable", 0.0, "rich"),
    ],
)
def test_the_rule_by_hand(rule, margin, chosen):
    assert compared(BY_FOLD, COMPLEXITY, 0.25, choice(rule, margin))[0] == chosen


def test_the_comparison_by_hand():
    """Best first; the interval is that of the difference fold by fold."""
    _, table = compared(BY_FOLD, COMPLEXITY, 0.25, choice())
    assert table["candidate"].tolist() == ["rich", "plain", "poor"]
    assert table["value"].tolist() == pytest.approx([0.92, 0.915, 0.865])
    assert table["complexity"].tolist() == [5, 1, 0]
    assert table["indistinguishable"].tolist() == [True, True, False]
    assert table["behind_best"].tolist() == pytest.approx([0, 0.005, 0.055], abs=1e-12)
    half = 3.182446 * np.sqrt((1 / 4 + 1 / 4) * 0.0005 / 3)
    ends = table.loc[1, ["behind_best_low", "behind_best_high"]].tolist()
    assert ends == pytest.approx([0.005 - half, 0.005 + half])


@pytest.mark.parametrize(
    ("ensembles", "chosen"),
    [
        (["plain"], "plain"),
        (["rich", "plain"], "rich"),
        (["poor"], "rich"),
        (["poor", "plain"], "plain"),
        ([], "rich"),
    ],
)
def test_an_ensemble_is_kept_unless_it_is_worse(ensembles, chosen):
    """Distinguishably: then the best is kept."""
    rule = choice("ensemble_unless_worse", 0.0)
    assert compared(BY_FOLD, COMPLEXITY, 0.25, rule, ensembles)[0] == chosen


@pytest.mark.parametrize("metric", ["log_loss", "brier"])
def test_of_losses_the_lowest_is_best(metric):
    losses = 1 - BY_FOLD
    chosen, table = compared(losses, COMPLEXITY, 0.25, choice("best", metric=metric))
    assert chosen == "rich"
    assert table["candidate"].tolist() == ["rich", "plain", "poor"]
    assert table["value"].tolist() == pytest.approx([0.08, 0.085, 0.135])
    assert table["behind_best"].tolist() == pytest.approx([0, 0.005, 0.055], abs=1e-12)


@pytest.mark.parametrize("rule", ["best", "simplest_indistinguishable"])
@pytest.mark.parametrize("order", [["plain", "rich"], ["rich", "plain"]])
def test_of_equally_good_candidates_the_simplest_is_kept(rule, order):
    """Whatever their order in the menu."""
    twice = pd.DataFrame({name: BY_FOLD["rich"] for name in order})
    chosen, table = compared(twice, COMPLEXITY, 0.25, choice(rule, 0.0))
    assert chosen == table["candidate"].iloc[0] == "plain"


def test_of_equally_simple_candidates_the_better_is_kept():
    chosen, _ = compared(BY_FOLD, dict.fromkeys(BY_FOLD, 1), 0.25, choice())
    assert chosen == "rich"


@settings(deadline=None)
@given(
    values=st.lists(
        st.tuples(*[st.integers(50, 100).map(lambda score: score / 100)] * 3),
        min_size=2,
        max_size=6,
    ),
    ranks=st.tuples(*[st.integers(0, 2)] * 3),
    margin=st.sampled_from([0.0, 0.02, 0.1]),
)
def test_what_is_kept_is_never_more_complex_nor_further_behind_than_allowed(values, ranks, margin):
    by_fold = pd.DataFrame(values, columns=["a", "b", "c"])
    complexity = dict(zip("abc", ranks, strict=True))
    best, _ = compared(by_fold, complexity, 0.25, choice("best"))
    chosen, table = compared(by_fold, complexity, 0.25, choice(margin=margin))
    assert by_fold[best].mean() == by_fold.mean().max()
    assert complexity[chosen] <= complexity[best]
    kept = table.set_index("candidate").loc[chosen]
    assert kept["indistinguishable"]
    assert kept["behind_best"] <= margin


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
        monkeypatch.setattr(choose, "cpu_count", lambda workers=workers: workers)
        models = {"svc": pipeline_of("svc"), "extra_trees": pipeline_of("extra_trees")}
        by_fold = out_of_fold_scores(models, *rows, folds)
        found.append(np.concatenate([np.concatenate(by_fold[name]) for name in models]))
    assert found[0].tobytes() == found[1].tobytes()
