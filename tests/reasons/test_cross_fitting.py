"""Each customer is judged by models that have not seen it, against those they have not seen."""

import numpy as np
import pandas as pd
import pytest
from helpers.reasons import PARAMS
from helpers.store import Memoriser, pipeline_of

from one_click.artefacts import MODEL
from one_click.columns import FEATURES, ID, NUMBERS, TARGET
from one_click.reasons.contributions import (
    VALUES,
    contributions_table,
    standing,
)
from one_click.reasons.cross_fitting import cross_fitted
from one_click.reasons.explainers import explainers_of, explainers_table
from one_click.risk.model.model_files import model_content
from one_click.risk.model.scoring import scores
from one_click.risk.origins import NEW, unseen_name


@pytest.fixture(scope="module")
def is_new(folds):
    return folds[0] < 0


def test_no_customer_is_scored_by_a_model_that_has_seen_it(customers, folds):
    """Nor by one that has seen its twin: a model that remembers rows remembers none of them."""
    crossed = cross_fitted(Memoriser(), customers, folds, PARAMS)
    assert crossed.scores.shape == folds.shape
    assert (crossed.scores == 0).all()
    learned = customers[customers["part"] != "aside"]  # as it would, had it seen them
    assert (scores(crossed.explainers[NEW].model, learned) == 1).all()


def test_contributions_add_up_to_the_score_by_each_model(customers, crossed, is_new):
    """And so the means of both, for those who are known; a new one has the model on all rows."""
    by_model = crossed.contributions.set_index(["model", ID])
    sums = by_model["base_value"] + by_model[VALUES].sum(axis=1)
    known = customers.loc[~is_new, ID]
    for repeat, own in enumerate(crossed.scores):
        assert sums[unseen_name(repeat)][known].to_numpy() == pytest.approx(own[~is_new], abs=1e-9)
    table = standing(crossed.contributions).set_index(ID).loc[customers[ID]]
    total = table["base_value"] + table[VALUES].sum(axis=1)
    assert total.to_numpy() == pytest.approx(crossed.scores.mean(axis=0), abs=1e-9)


def test_everybody_has_a_row_a_repeat_and_new_ones_one_by_the_model_on_all_rows(
    customers, crossed, is_new
):
    rows = crossed.contributions.groupby("model")[ID].apply(set)
    new, known = (set(customers.loc[mask, ID]) for mask in (is_new, ~is_new))
    assert PARAMS.second_opinions == 1
    assert rows.to_dict() == {NEW: new, unseen_name(0): known | new, unseen_name(1): known}
    assert not crossed.contributions.duplicated([ID, "model"]).any()


def test_a_base_is_the_mean_score_of_the_fold(customers, folds, crossed, is_new):
    learned = (customers["part"] != "aside").to_numpy()
    base = crossed.contributions.set_index(["model", ID])["base_value"]
    for repeat, fold in enumerate(folds):
        for number in range(3):
            own = learned & (fold == number)
            there = base[unseen_name(repeat)][customers.loc[own, ID]]
            assert there.to_numpy() == pytest.approx(crossed.scores[repeat, own].mean())


def test_customers_aside_are_no_baseline(customers, folds, crossed):
    """Neither their values nor their being there change another's contributions."""
    aside = customers["part"] == "aside"
    poisoned = customers.copy()
    poisoned.loc[aside, list(NUMBERS)] = 1e6
    dirty = cross_fitted(pipeline_of("tree"), poisoned, folds, PARAMS).contributions
    is_aside = dirty[ID].isin(customers.loc[aside, ID])
    clean = crossed.contributions
    assert dirty[~is_aside][VALUES].to_numpy() == pytest.approx(
        clean[~is_aside][VALUES].to_numpy(), abs=1e-12
    )
    assert (dirty[is_aside][VALUES] != clean[is_aside][VALUES]).any(axis=None)


def test_what_shuffling_loses_is_there_a_row_a_fold_model(crossed):
    assert crossed.auc_lost.shape == (PARAMS.repeats * 3, len(FEATURES))
    assert crossed.auc_lost.mean().max() > 0.02


def test_an_explainer_that_was_kept_explains_as_it_did(customers, crossed, is_new):
    """New customers get by it what the stage gave them."""
    table = explainers_table(crossed.explainers)
    models = {name: explainer.model for name, explainer in crossed.explainers.items()}
    again = explainers_of(table, models)
    assert list(again) == [NEW, unseen_name(0)]
    new = customers[is_new]
    for name, explainer in again.items():
        before = crossed.contributions
        before = before[(before["model"] == name) & before[ID].isin(new[ID])]
        now = contributions_table(new[ID], name, explainer.explain(new[list(FEATURES)]))
        pd.testing.assert_frame_equal(
            now.sort_values(ID, ignore_index=True), before.reset_index(drop=True)
        )


def test_one_core_fits_a_model_of_its_own_a_fold(customers, folds, monkeypatch):
    """There the folds are fitted in one process, and share what they are given."""
    results = []
    for cores in ("1", "2"):
        monkeypatch.setenv("LOKY_MAX_CPU_COUNT", cores)  # what joblib counts
        results.append(cross_fitted(pipeline_of("logistic"), customers, folds, PARAMS))
    one, two = results
    assert (one.scores == two.scores).all()
    pd.testing.assert_frame_equal(one.contributions, two.contributions)
    contents = [
        [model_content(MODEL, explainer.model) for explainer in result.explainers.values()]
        for result in results
    ]
    assert contents[0] == contents[1]
    assert len(set(contents[0])) == PARAMS.second_opinions + 1


def test_a_shuffled_target_gives_a_roc_auc_around_one_half(customers, folds):
    from sklearn.metrics import roc_auc_score

    learned = customers["part"] != "aside"
    shuffled = customers.copy()
    shuffled.loc[learned, TARGET] = np.random.default_rng(1).permutation(customers[learned][TARGET])
    crossed = cross_fitted(pipeline_of("svc"), shuffled, folds, PARAMS)
    for own in crossed.scores:
        assert 0.3 < roc_auc_score(shuffled[learned][TARGET], own[learned]) < 0.7
