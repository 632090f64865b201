"""The config's contract: every file of every group composes, builds, fits and can be stored."""

from pathlib import Path

import numpy as np
import pytest
from helpers.imports import SOURCE
from helpers.store import small, small_store, spec
from omegaconf import OmegaConf
from sklearn.metrics import roc_auc_score

from one_click import artefacts
from one_click.choices.composing import composed
from one_click.choices.menu import GROUPS, LISTS, read_menu
from one_click.columns import TABLES
from one_click.customers.generated import draw_store, table_csv
from one_click.customers.parts import training_rows
from one_click.customers.preparation import prepared
from one_click.offers.table import offers_by_customer
from one_click.reasons.typical import typical_values
from one_click.risk.judging.comparison import combined
from one_click.risk.model.model_files import model_content, model_of
from one_click.risk.model.pipeline import build_pipeline
from one_click.risk.model.scoring import scores
from one_click.risk.tuning.tuned import candidate_search, tuned
from one_click.settings.whole import checked

ROOT = SOURCE.parent
CONF = ROOT / "conf"
CHOICES = [
    (group, path.stem)
    for group in (*GROUPS, *LISTS.values())
    for path in sorted((CONF / group).glob("*.yaml"))
]


FEW = {"search": {"trials": 3}, "folds": {"splits": 3, "repeats": 1}}


def params_with(**choices):
    """The composed and checked config of the menu, with some choices changed."""
    menu = read_menu(ROOT / artefacts.MENU) | choices
    return checked(composed(menu, CONF), "test")


def few_trees(*models: str) -> dict:
    """Single values for `set`: fewer trees or rounds for those models that have many."""
    given = {model: spec("model", model) for model in models}
    return {
        "candidates": {
            model: {name: value for name, value in small(model).items() if value != there[name]}
            for model, there in given.items()
        }
    }


def pipeline_of(params):
    return build_pipeline(params, next(iter(params.candidates)))


def stored(model):
    """The model as it is read again, against the list of types."""
    path = Path("model.skops")
    return model_of(path, model_content(path, model))


@pytest.fixture(scope="module")
def customers():
    return small_store(240, seed=5)


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """A prepared store of which the truth is known to rank well."""
    folder = tmp_path_factory.mktemp("tables")
    params = params_with(set={"sample": {"customers": 600}})
    tables, _ = draw_store(params.sample.customers, params.sample.seed)
    for key, frame in tables.items():
        (folder / TABLES[key].file).write_bytes(table_csv(key, frame))
    return prepared(folder, params.cleaning, params.split)[0]


@pytest.mark.parametrize(("group", "choice"), CHOICES)
def test_every_choice_composes(group, choice):
    """Hydra composes it, and the dataclasses take it."""
    if group == "model":
        assert list(params_with(candidates=[choice]).candidates) == [choice]
    elif group == "ensemble":
        members = list(spec("ensemble", choice)["_members_"])
        assert list(params_with(candidates=members, ensembles=[choice]).ensembles) == [choice]
    else:
        params_with(**{group: choice})


PARTS = ("features", "selector", "encoder", "scaler", "sampler")
PARTS = [(group, choice) for group, choice in CHOICES if group in PARTS]
PARTS += [("candidates", choice) for group, choice in CHOICES if group == "model"]


@pytest.mark.parametrize(("group", "choice"), PARTS)
def test_every_part_of_a_pipeline_fits_scores_and_is_stored(group, choice, customers):
    """And the stored model, read against the list of types, scores as the fitted one."""
    model = "knn" if group == "scaler" else "logistic"  # which needs long without a scaler
    chosen = {"candidates": [model], "features": "ratios", "selector": "none"}
    chosen[group] = [choice] if group == "candidates" else choice
    chosen["set"] = few_trees(*chosen["candidates"])
    features, target = training_rows(customers)
    fitted = pipeline_of(params_with(**chosen)).fit(features, target)
    score = scores(fitted, features)
    assert score.shape == (len(features),)
    assert np.isfinite(score).all()
    np.testing.assert_array_equal(score, scores(stored(fitted), features))


@pytest.mark.parametrize("model", [choice for group, choice in CHOICES if group == "model"])
def test_every_model_ranks_well_or_is_the_dummy(model, generated):
    params = params_with(candidates=[model], set=few_trees(model))
    features, target = training_rows(generated)
    half = np.arange(len(target)) % 2 == 0
    fitted = pipeline_of(params).fit(features[half], target[half])
    score = scores(fitted, features[~half])
    stayed, declined = score[target[~half] == 0], score[target[~half] == 1]
    better = (declined[:, None] > stayed).mean() + (declined[:, None] == stayed).mean() / 2
    assert better > 0.7 or (model == "dummy" and better == 0.5)


@pytest.mark.parametrize("search", [choice for group, choice in CHOICES if group == "search"])
@pytest.mark.parametrize("model", ["dummy", "tree"])
def test_every_search_tunes(search, model, customers):
    """The best trial's score is the one reported; the same seed gives the same."""
    params = params_with(search=search, candidates=[model], set=FEW)
    features, target = training_rows(customers)

    def run():
        return tuned(candidate_search(params, model), features, target, model)

    _, metrics, trials = run()
    last = trials[trials["iter"] == trials["iter"].max()] if "iter" in trials else trials
    assert metrics["score"] == last["score"].max()
    assert metrics["trials"] == len(trials)
    assert run()[1] == metrics


@pytest.mark.parametrize("ensemble", [name for group, name in CHOICES if group == "ensemble"])
def test_every_ensemble_is_made_of_its_members_scores_well_and_is_stored(ensemble, generated):
    members = list(spec("ensemble", ensemble)["_members_"])
    params = params_with(candidates=members, ensembles=[ensemble], set=FEW | few_trees(*members))
    features, target = training_rows(generated)
    half = np.arange(len(target)) % 2 == 0
    made = combined(params.ensembles, {name: build_pipeline(params, name) for name in members})
    fitted = made[ensemble].fit(features[half], target[half])
    score = scores(fitted, features[~half])
    assert roc_auc_score(target[~half], score) > 0.8
    np.testing.assert_array_equal(score, scores(stored(fitted), features[~half]))


@pytest.mark.parametrize("campaign", [choice for group, choice in CHOICES if group == "campaign"])
def test_every_campaign_plans_within_its_budget(campaign, customers):
    plan = params_with(campaign=campaign).campaign
    draws = np.random.default_rng(0)
    risks = draws.uniform(size=len(customers))
    described = customers.assign(
        risk=risks,
        risk_low=risks,
        risk_high=risks,
        segment=draws.choice(plan.segments, len(customers)),
        reason_1=draws.choice(["unpaid_items", "pages_per_visit", "promo_share"], len(customers)),
        agreement_1=1.0,
        waves_since_message=np.nan,
    )
    offers = offers_by_customer(described, plan, typical_values(customers))
    assert 0 < offers["cost"].sum() <= plan.budget


def test_campaigns_differ_really():
    """The site-only one writes to nobody and addresses others, by its file alone."""
    site, usual = (params_with(campaign=name).campaign for name in ("site_only", "standard"))
    assert {offer.channel for offer in site.offers.values()} == {"site"}
    assert set(usual.offers).isdisjoint(site.offers)
    assert set(usual.segments) < set(site.segments)


def test_a_single_value_reaches_one_candidate():
    changed = params_with(set={"candidates": {"svc": {"C": 9}}}, candidates=["svc", "tree"])
    assert changed.candidates["svc"]["C"] == 9
    plain = params_with(candidates=["svc", "tree"])
    assert changed.candidates["tree"] == plain.candidates["tree"]


def test_every_group_file_is_plain_yaml_with_allowed_targets():
    from one_click.risk.model.specs import estimator_class

    for path in CONF.rglob("*.yaml"):
        target = OmegaConf.load(path).get("_target_")
        if target:
            assert estimator_class(target).__name__ == target.rpartition(".")[2]
