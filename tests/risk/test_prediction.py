"""Promises of the risks: nobody is scored by a model that has seen it, nor by its own outcome."""

import numpy as np
import pandas as pd
import pytest
from helpers.store import pipeline_of
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from one_click import artefacts
from one_click.columns import ID, PROFIT, TARGET
from one_click.folds import assigned_folds
from one_click.risk.judging.calibration import calibrated_by_repeats
from one_click.risk.model.model_files import model_content
from one_click.risk.model.scoring import scores
from one_click.risk.origins import NEW, UNSEEN
from one_click.risk.prediction import fitted, known_scores, risk_by_customer
from one_click.running import writing
from one_click.settings.risk import Folds

FOLDS = Folds(splits=4, repeats=1, seed=6)
REPEATS = 2


def folds_of(customers) -> np.ndarray:
    return np.array([assigned_folds(customers, FOLDS, repeat) for repeat in range(REPEATS)])


def scores_of(customers, pipeline, folds) -> np.ndarray:
    """By a model that has not seen the customer, in each repeat."""
    learned = (customers["part"] != "aside").to_numpy()
    score = np.empty(folds.shape)
    for repeat, fold in enumerate(folds):
        for number in np.unique(fold):
            rows = fold == number
            model = fitted(pipeline, customers[learned & ~rows])
            score[repeat, rows] = scores(model, customers[rows])
    return score


def risks_of(customers, pipeline, calibration="venn_abers") -> pd.DataFrame:
    folds = folds_of(customers)
    score = scores_of(customers, pipeline, folds)
    return risk_by_customer(customers, folds, score, calibration)


@pytest.fixture(scope="module")
def risks(customers):
    return risks_of(customers, pipeline_of("logistic"))


def test_score_and_risk_are_means_over_the_repeats(customers, risks):
    folds = folds_of(customers)
    score = scores_of(customers, pipeline_of("logistic"), folds)
    single = [
        risk_by_customer(customers, folds[[repeat]], score[[repeat]], "venn_abers")
        for repeat in range(REPEATS)
    ]
    for name in ("score", "risk"):
        mean = np.mean([one[name] for one in single], axis=0)
        assert risks[name].to_numpy() == pytest.approx(mean, abs=1e-12)
    assert (single[0]["score"] != single[1]["score"]).any()


def test_the_origin_tells_new_customers_from_the_others(risks, is_twin, learned):
    assert ((risks["origin"] == NEW) == (~learned & ~is_twin)).all()
    assert ((risks["origin"] == UNSEEN) == (learned | is_twin)).all()


def test_new_customers_are_calibrated_as_a_new_month_is(customers, risks, learned):
    """By what calibrates new ones: the table that `score` reads."""
    folds = folds_of(customers)
    score = scores_of(customers, pipeline_of("logistic"), folds)
    outcomes = known_scores(customers, score)
    assert len(outcomes) == REPEATS * learned.sum()
    new = (risks["origin"] == NEW).to_numpy()
    assert new.sum() > 1
    for repeat in range(REPEATS):
        assert (score[repeat, new] == score[0, new]).all()
    again = calibrated_by_repeats("venn_abers", outcomes, score[0, new])
    for name, values in zip(("risk", "risk_low", "risk_high"), again, strict=True):
        assert risks.loc[new, name].to_numpy() == pytest.approx(values, abs=1e-12)


def test_every_customer_has_one_risk_within_its_interval(customers, risks):
    assert list(risks) == [ID, "score", "risk", "risk_low", "risk_high", "origin", "score_by_one"]
    assert risks[ID].tolist() == customers[ID].tolist()
    ordered = risks[["risk_low", "risk", "risk_high"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ordered >= 0).all()
    assert (ordered <= 1).all()
    assert (ordered[:, 0] < ordered[:, 2]).any()


def test_no_outcome_of_its_fold_calibrates_a_customer(customers):
    """Outcomes turned round in one fold change no risk of that fold, and risks elsewhere."""
    fold = assigned_folds(customers, FOLDS)
    score = scores_of(customers, pipeline_of("logistic"), fold[None])
    turned = customers.assign(
        declined=np.where(fold == 1, 1 - customers[TARGET], customers[TARGET])
    )
    before = risk_by_customer(customers, fold[None], score, "venn_abers")["risk"]
    after = risk_by_customer(turned, fold[None], score, "venn_abers")["risk"]
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


def test_risks_tell_decliners_from_others(customers, risks, learned):
    for figure in ("score", "risk"):
        assert roc_auc_score(customers[learned][TARGET], risks[learned][figure]) > 0.65


def test_one_thread_and_two_give_the_same_bytes(customers, tmp_path):
    pipeline = pipeline_of("svc", sampler="smotenc")
    contents = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            writing.write_parquet(tmp_path / "risks.parquet", risks_of(customers, pipeline))
            model = fitted(pipeline, customers)
        risks = (tmp_path / "risks.parquet").read_bytes()
        contents.append((risks, model_content(artefacts.MODEL, model)))
    assert contents[0] == contents[1]
