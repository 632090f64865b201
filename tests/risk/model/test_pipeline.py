"""Promises of the pipeline: how it stands, and what it cannot see."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from helpers import store
from helpers.store import choices, pipeline_of, spec

from one_click.columns import CATEGORIES, FEATURES, ID, PROFIT, TARGET, category_codes
from one_click.customers.parts import training_rows
from one_click.risk.judging.comparison import out_of_fold_scores
from one_click.risk.model.pipeline import build_pipeline
from one_click.risk.model.scoring import scores
from one_click.running.errors import InputError
from one_click.settings.risk import Features

BEFORE = {"none", "class_weights", "random_over", "random_under", "smotenc"}


@pytest.mark.parametrize("candidate", ["logistic", "svc", "extra_trees", "catboost", "lightgbm"])
def test_class_weights_reach_the_model_wherever_it_takes_them(candidate, customers):
    """The rarer class is scored higher on the whole than without them."""
    rows = customers[customers["part"] != "aside"]
    features, target = rows[list(FEATURES)], rows[TARGET].to_numpy()
    learned = np.arange(len(rows)) % 2 == 0
    assert target[learned].mean() < 0.45
    plain, weighted = (
        scores(
            pipeline_of(candidate, sampler).fit(features[learned], target[learned]),
            features[~learned],
        ).mean()
        for sampler in ("none", "class_weights")
    )
    assert weighted != plain
    if candidate != "extra_trees":  # grown to pure leaves, where weights decide on splits alone
        assert weighted > plain


@pytest.mark.parametrize("part", ["scaler", "selector", "encoder", "sampler"])
def test_a_range_that_no_search_sees_is_refused(part, monkeypatch):
    """It would be ignored."""
    real_spec = store.spec
    given = {"_stands_": "before_encoder", "alpha": {"low": 0.1, "high": 0.2}}
    monkeypatch.setattr(
        store,
        "spec",
        lambda group, choice: real_spec(group, choice) | (given if group == part else {}),
    )
    with pytest.raises(InputError, match=rf"^{part}\.alpha: only candidates are searched"):
        pipeline_of("tree", selector="anova")


def test_class_weights_reach_a_nested_model():
    model = pipeline_of("spline_logistic", "class_weights")["model"]
    assert model["logistic"].class_weight == "balanced"


@pytest.mark.parametrize("candidate", ["knn", "gaussian_process"])
def test_a_model_without_class_weights_says_so(candidate):
    with pytest.raises(InputError, match=r"sampler\._class_weights_: .* takes no class weights"):
        pipeline_of(candidate, "class_weights")


@pytest.mark.parametrize(
    "target", ["sklearn.linear_model.Ridge", "sklearn.preprocessing.Binarizer"]
)
def test_a_candidate_must_be_a_classifier(target):
    with pytest.raises(InputError, match=r"candidates\.tested\._target_: \w+ is no classifier"):
        pipeline_of({"_target_": target})


LOGISTIC = {"_target_": "sklearn.linear_model.LogisticRegression"}
KFOLD = {"_target_": "sklearn.model_selection.KFold"}
STEPS = {"_target_": "sklearn.pipeline.Pipeline"}
BOOSTED = spec("model", "catboost")


@pytest.mark.parametrize(
    ("candidate", "told"),
    [
        (KFOLD, "KFold is no classifier"),
        ({"_target_": "sklearn.gaussian_process.kernels.RBF"}, "RBF is no classifier"),
        (STEPS | {"steps": "hello"}, "Pipeline is no classifier with these arguments: "),
        (STEPS | {"steps": [["a", "b"]]}, "Pipeline is no classifier"),
        (STEPS | {"steps": {"a": KFOLD}}, "Pipeline is no classifier"),
        (STEPS | {"steps": {}}, "Pipeline is no classifier"),
        ({"_target_": "sklearn.multiclass.OneVsRestClassifier", "estimator": "hello"},
         "OneVsRestClassifier is no classifier with these arguments: "),
        ({"_target_": "sklearn.ensemble.BaggingClassifier", "estimator": KFOLD},
         "BaggingClassifier is no classifier with these arguments: "),
        (BOOSTED | {"loss_function": "x"}, "CatBoostClassifier is no classifier with"),
        (BOOSTED | {"verbose": "x"}, "verbose should have a type of"),
        (BOOSTED | {"random_state": 1}, "only one of the parameters random_seed, random_state"),
    ],
)  # fmt: skip
def test_a_candidate_that_cannot_even_be_asked_is_a_line(candidate, told):
    with pytest.raises(InputError, match=rf"^candidates\.tested(\._target_)?: .*{told}") as error:
        pipeline_of(candidate)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("part", "given"),
    [
        ("scaler", LOGISTIC),
        ("scaler", spec("sampler", "smote")),
        ("selector", KFOLD),
        ("encoder", {"_target_": "sklearn.gaussian_process.kernels.RBF"}),
        ("encoder", {"_target_": "sklearn.preprocessing.LabelEncoder"}),
        ("features.expansion", LOGISTIC),
        ("sampler", spec("scaler", "standard") | {"_stands_": "after_encoder"}),
        ("sampler", KFOLD | {"_stands_": "after_encoder"}),
    ],
)
def test_each_part_must_be_of_the_kind_that_its_place_needs(part, given):
    """A scaler in the sampler's place fits, and would balance nothing."""
    specs = {
        "selector": spec("selector", "none"), "encoder": spec("encoder", "onehot"),
        "scaler": spec("scaler", "none"), "sampler": spec("sampler", "none"),
        "features.expansion": spec("features", "raw")["expansion"],
    } | {part: given}  # fmt: skip
    parts = SimpleNamespace(
        features=Features([], specs.pop("features.expansion")),
        candidates={"tree": spec("model", "tree")},
        **specs,
    )
    kind = "sampler" if part == "sampler" else "transformer"
    with pytest.raises(InputError, match=rf"^{part}\._target_: \w+ is no {kind}; name one$"):
        build_pipeline(parts, "tree")


@pytest.mark.parametrize("stands", [None, "in the corner"])
def test_a_sampler_must_say_where_it_stands(stands):
    sampler = spec("sampler", "smote") | {"_stands_": stands}
    parts = SimpleNamespace(
        features=Features(**spec("features", "raw")),
        sampler=sampler,
        candidates={"tree": spec("model", "tree")},
    )
    with pytest.raises(InputError, match=r"sampler\._stands_: .* before_encoder, after_encoder"):
        build_pipeline(parts, "tree")


@pytest.mark.parametrize("sampler", choices("sampler"))
def test_the_sampler_stands_where_it_gets_what_it_can_take(sampler, customers):
    """Raw categories stand before the encoder, numbers after it; each sampler of conf/ fits."""
    pipeline = pipeline_of("tree", sampler)
    before = ["features", "select", "scale", "sampler", "encode", "model"]
    after = ["features", "select", "scale", "encode", "sampler", "model"]
    assert [name for name, _ in pipeline.steps] == (before if sampler in BEFORE else after)
    features, target = training_rows(customers)
    pipeline.fit(features, target)
    given = pipeline[: 3 if sampler in BEFORE else 4].transform(features)
    if sampler in BEFORE:
        kinds = given.dtypes
        assert [name for name in given if kinds[name] == "category"] == list(CATEGORIES)
    else:
        assert np.issubdtype(given.dtype, np.floating)


@pytest.mark.parametrize("sampler", choices("sampler"))
def test_a_sampler_changes_no_row_that_is_scored(sampler, customers):
    features, target = training_rows(customers)
    pipeline = pipeline_of("logistic", sampler).fit(features, target)
    together = scores(pipeline, features)
    assert together.shape == (len(features),)
    alone = [scores(pipeline, features.iloc[[row]])[0] for row in range(5)]
    assert together[:5] == pytest.approx(alone)


def test_samplers_even_out_the_classes_where_the_model_learns(customers):
    features, target = training_rows(customers)
    counts = {}
    for sampler in ("none", "random_over", "random_under"):
        fitted = pipeline_of({"_target_": "sklearn.tree.DecisionTreeClassifier"}, sampler)
        tree = fitted.fit(features, target)["model"].tree_
        counts[sampler] = tree.n_node_samples[0]
    rarest, most = np.sort(np.bincount(target))
    assert rarest < most
    assert counts == {"none": rarest + most, "random_over": 2 * most, "random_under": 2 * rarest}


@pytest.mark.parametrize("scaler", choices("scaler"))
def test_scalers_touch_numbers_alone(scaler, customers):
    """Categories leave the scaler as they came."""
    features, target = training_rows(customers)
    pipeline = pipeline_of("tree", scaler=scaler).fit(features, target)
    plain, scaled = pipeline[:1].transform(features), pipeline[:3].transform(features)
    assert list(scaled) == list(plain)
    pd.testing.assert_frame_equal(scaled[list(CATEGORIES)], plain[list(CATEGORIES)])


@pytest.mark.parametrize("encoder", choices("encoder"))
@pytest.mark.parametrize("name", ["service_type", "favourite_category"])
@pytest.mark.parametrize("seen_missing", [False, True], ids=["all known", "one missing"])
def test_an_unknown_category_is_shown_as_none_of_the_levels(encoder, name, seen_missing, customers):
    """Also where a training row misses it; a missing one is shown as an unknown one is."""
    features, target = training_rows(customers)
    if seen_missing:
        features.loc[0, name] = None
    pipeline = pipeline_of("tree", encoder=encoder).fit(features, target)
    levels = category_codes(name)
    row = features.iloc[[1]]
    asked = pd.concat([row.assign(**{name: code}) for code in [*levels, "unheard_of", None]])
    *known, unheard, missing = pipeline[:-1].transform(asked)
    assert len({tuple(shown) for shown in [*known, unheard]}) == len(levels) + 1
    assert (unheard == missing).all()
    assert np.isfinite(unheard).all()


def test_profit_id_target_and_part_cannot_reach_the_model(customers):
    """Garbage in them changes nothing that is learned and nothing that is scored."""
    rows = customers[customers["part"] == "train"]
    target = rows[TARGET].to_numpy()
    poisoned = rows.assign(
        **{ID: target * 10**12, PROFIT: target * 1e12, TARGET: 1 - target},
        part=np.where(target, "aside", "test"),
        twin_of=pd.NA,
    )
    for model in ("logistic", "knn", "tree"):
        clean, dirty = (pipeline_of(model).fit(frame, target) for frame in (rows, poisoned))
        assert (scores(clean, rows) == scores(dirty, poisoned)).all()
        assert (scores(clean, rows) == scores(clean, poisoned)).all()


@pytest.mark.parametrize(
    ("scaler", "sampler"),
    [("quantile", "smote"), ("standard", "smotenc"), ("none", "random_under")],
)
def test_a_poisoned_test_row_changes_no_other_score_of_its_fold(scaler, sampler, customers):
    """Medians, scalers, encoders and samplers learn from a fold's training rows alone."""
    features, target = training_rows(customers)
    rows = np.arange(len(features))
    folds = [(rows[rows % 3 != fold], rows[rows % 3 == fold]) for fold in range(3)]
    models = {"knn": pipeline_of("knn", sampler, scaler)}
    poisoned = features.copy()
    poisoned.loc[0, ["revenue_this_month", "promo_share", "tenure_days"]] = [1e9, -1e6, np.nan]
    poisoned.loc[0, "favourite_category"] = "unheard_of"
    clean = out_of_fold_scores(models, features, target, folds)["knn"]
    dirty = out_of_fold_scores(models, poisoned, target, folds)["knn"]
    assert folds[0][1][0] == 0
    assert (clean[0][1:] == dirty[0][1:]).all()
    assert any((clean[fold] != dirty[fold]).any() for fold in (1, 2))  # there it was learned from
