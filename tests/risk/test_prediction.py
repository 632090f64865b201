"""Promises of the risks: nobody is scored by a model that has seen it, nor by its own outcome."""

import numpy as np
import pandas as pd
import pytest
from helpers.store import pipeline_of
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from one_click import artefacts
from one_click.columns import FEATURES, ID, PROFIT, TARGET
from one_click.folds import assigned_folds
from one_click.risk.model.model_files import model_content
from one_click.risk.model.scoring import scores
from one_click.risk.origins import NEW, fold_name
from one_click.risk.prediction import fitted_models, risk_by_customer
from one_click.running import writing
from one_click.settings.risk import Folds

FOLDS = Folds(splits=4, repeats=1, seed=6)


class Memoriser(ClassifierMixin, BaseEstimator):
    """Scores 1 for a row that it has learned from, else 0."""

    def fit(self, X, y):
        """Learn rows by heart."""
        self.rows_ = set(rows_of(X))
        return self

    def decision_function(self, X):
        """Whether each row was learned."""
        return np.array([float(row in self.rows_) for row in rows_of(X)])


def rows_of(frame: pd.DataFrame) -> list[tuple]:
    return list(frame[list(FEATURES)].itertuples(index=False, name=None))


def risks_of(customers, pipeline, calibration="venn_abers") -> pd.DataFrame:
    fold = assigned_folds(customers, FOLDS)
    models = fitted_models(pipeline, customers, fold)
    return risk_by_customer(customers, fold, *models, calibration)


@pytest.fixture(scope="module")
def risks(customers):
    return risks_of(customers, pipeline_of("logistic"))


def test_no_customer_is_scored_by_a_model_that_has_seen_it(customers, learned):
    """Nor by one that has seen its twin: a model that remembers rows remembers none of them."""
    risks = risks_of(customers, Memoriser())
    assert (risks["score"] == 0).all()
    _, model = fitted_models(Memoriser(), customers, assigned_folds(customers, FOLDS))
    assert (scores(model, customers)[learned] == 1).all()  # as it would, had it seen them


def test_each_fold_model_has_seen_all_learned_customers_outside_its_fold(customers, learned):
    fold = assigned_folds(customers, FOLDS)
    models, _ = fitted_models(Memoriser(), customers, fold)
    assert len(models) == FOLDS.splits
    for number, model in enumerate(models):
        assert model.rows_ == set(rows_of(customers[learned & (fold != number)]))


def test_the_origin_names_the_model_that_a_score_comes_from(customers, risks, is_twin, learned):
    fold = assigned_folds(customers, FOLDS)
    fold_models, model = fitted_models(pipeline_of("logistic"), customers, fold)
    by_origin = {fold_name(number): fitted for number, fitted in enumerate(fold_models)}
    by_origin[NEW] = model
    assert set(risks["origin"]) == set(by_origin)
    assert (risks["origin"] == NEW).tolist() == (~learned & ~is_twin).tolist()
    for origin, rows in risks.groupby("origin"):
        again = scores(by_origin[origin], customers.loc[rows.index])
        assert rows["score"].to_numpy() == pytest.approx(again)


def test_every_customer_has_one_risk_within_its_interval(customers, risks):
    assert list(risks) == [ID, "score", "risk", "risk_low", "risk_high", "origin"]
    assert risks[ID].tolist() == customers[ID].tolist()
    ordered = risks[["risk_low", "risk", "risk_high"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ordered >= 0).all()
    assert (ordered <= 1).all()
    assert (ordered[:, 0] < ordered[:, 2]).any()


def test_no_outcome_of_its_fold_calibrates_a_customer(customers):
    """Outcomes turned round in one fold change no risk of that fold, and risks elsewhere."""
    fold = assigned_folds(customers, FOLDS)
    models = fitted_models(pipeline_of("logistic"), customers, fold)
    turned = customers.assign(
        declined=np.where(fold == 1, 1 - customers[TARGET], customers[TARGET])
    )
    before = risk_by_customer(customers, fold, *models, "venn_abers")["risk"]
    after = risk_by_customer(turned, fold, *models, "venn_abers")["risk"]
    assert (before[fold == 1] == after[fold == 1]).all()
    for other in (-1, 0, 2, 3):
        assert (before[fold == other] != after[fold == other]).any()


def test_no_outcome_aside_is_learned_from(customers, learned):
    turned = customers.assign(declined=np.where(learned, customers[TARGET], 1 - customers[TARGET]))
    pipeline = pipeline_of("tree")
    pd.testing.assert_frame_equal(risks_of(customers, pipeline), risks_of(turned, pipeline))


def test_renamed_ids_and_other_profits_change_no_risk(customers, risks):
    """Whatever the order of the new ids; the order of rows is `prepare`'s promise."""
    names = dict(
        zip(
            customers[ID],
            np.random.default_rng(0).permutation(10**6)[: len(customers)],
            strict=True,
        )
    )
    renamed = customers.assign(
        **{
            ID: customers[ID].map(names),
            "twin_of": customers["twin_of"].map(names).astype("Int64"),
            PROFIT: 1e9 * customers[TARGET],
        }
    )
    found = risks_of(renamed, pipeline_of("logistic"))
    assert (found[ID] != risks[ID]).any()
    pd.testing.assert_frame_equal(found.drop(columns=ID), risks.drop(columns=ID))


def test_test_rows_and_training_rows_are_learned_from_alike(customers, risks):
    """The part of the split is no matter here: all learned customers get an out-of-fold risk."""
    other = customers.assign(part=customers["part"].replace({"train": "test", "test": "train"}))
    pd.testing.assert_frame_equal(risks_of(other, pipeline_of("logistic")), risks)


def test_a_shuffled_target_gives_a_roc_auc_around_one_half(customers, learned):
    shuffled = customers.copy()
    shuffled.loc[learned, TARGET] = np.random.default_rng(1).permutation(customers[learned][TARGET])
    found = risks_of(shuffled, pipeline_of("svc"))
    for figure in ("score", "risk"):
        assert 0.35 < roc_auc_score(shuffled[learned][TARGET], found[learned][figure]) < 0.65


def test_risks_tell_decliners_from_others(customers, risks, learned):
    for figure in ("score", "risk"):
        assert roc_auc_score(customers[learned][TARGET], risks[learned][figure]) > 0.65


def test_one_thread_and_two_give_the_same_bytes(customers, tmp_path):
    pipeline = pipeline_of("svc", sampler="smotenc")
    contents = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            writing.write_parquet(tmp_path / "risks.parquet", risks_of(customers, pipeline))
            fold = assigned_folds(customers, FOLDS)
            models = fitted_models(pipeline, customers, fold)[0]
        risks = (tmp_path / "risks.parquet").read_bytes()
        contents.append((risks, model_content(artefacts.FOLD_MODELS, models)))
    assert contents[0] == contents[1]


def test_one_core_fits_a_model_of_its_own_a_fold(customers, monkeypatch):
    """There the folds are fitted in one process, and share what they are given."""
    fold = assigned_folds(customers, FOLDS)
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")  # what joblib counts
    one = fitted_models(pipeline_of("logistic"), customers, fold)
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    two = fitted_models(pipeline_of("logistic"), customers, fold)
    path = artefacts.FOLD_MODELS
    assert model_content(path, one[0]) == model_content(path, two[0])
    assert model_content(path, one[1]) == model_content(path, two[1])
    assert len(set(map(id, [*one[0], one[1]]))) == FOLDS.splits + 1
