"""Promises of the pipeline: what a config may name, how it stands, what it cannot see."""

import importlib
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from helpers import store
from helpers.store import choices, pipeline_of, small_store, spec
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from one_click.columns import CATEGORIES, FEATURES, ID, PROFIT, TARGET, category_codes
from one_click.customers.parts import training_rows
from one_click.risk.judging.comparison import out_of_fold_scores
from one_click.risk.model.pipeline import build_pipeline
from one_click.risk.model.scoring import scores
from one_click.risk.model.specs import build, estimator_class, searched_arguments
from one_click.running.errors import InputError
from one_click.settings.risk import Features

BEFORE = {"none", "class_weights", "random_over", "random_under", "smotenc"}


@pytest.fixture(scope="module")
def customers():
    return small_store(240, seed=1, twins=3, slips=1, missing=0.02)


@pytest.mark.parametrize(
    "target",
    [
        "os.system",
        "posix.system",
        "subprocess.Popen",
        "builtins.eval",
        "joblib.load",
        "pickle.loads",
        "sklearn.utils.Bunch",
        "sklearn.datasets.fetch_openml",
        "sklearn.svm._classes.SVC",
        "sklearn.svm.SVC.fit",
        "sklearn.svm..SVC",
        "one_click.risk.model.features.CustomerFeatures",
        "one_click.running.stage.run",
        "SVC",
        "",
        None,
        ["sklearn.svm.SVC"],
    ],
)
def test_a_name_outside_the_list_is_refused_before_anything_is_imported(target, monkeypatch):
    def import_module(name):
        pytest.fail(f"{name} was imported")

    monkeypatch.setattr(importlib, "import_module", import_module)
    with pytest.raises(InputError, match="is not allowed; name a class of catboost, "):
        estimator_class(target)


def test_a_refused_module_does_not_run(tmp_path, monkeypatch):
    (tmp_path / "trap_of_the_allow_list.py").write_text("raise SystemExit('the trap ran')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match=r"candidates\.x\._target_: 'trap_of_the_allow_list"):
        build({"_target_": "trap_of_the_allow_list.Trap"}, "candidates.x")
    assert "trap_of_the_allow_list" not in sys.modules


@pytest.mark.parametrize(
    "target",
    [
        "sklearn.svm.SVM",
        "sklearn.svm.os",
        "sklearn.svm.__loader__",
        "sklearn.svm.l1_min_c",
        "sklearn.model_selection.ParameterGrid",
        "one_click.risk.model.column_selection._Selector",
    ],
)
def test_what_is_no_estimator_of_an_allowed_module_is_refused(target):
    with pytest.raises(InputError, match="has no estimator"):
        estimator_class(target)


def test_an_unknown_argument_is_a_line_that_names_it_and_the_known_ones():
    given = {"_target_": "sklearn.svm.SVC", "_complexity_": 4, "gama": 0.1}
    with pytest.raises(InputError, match=r"candidates\.svc\.gama: SVC takes no .* C, kernel"):
        build(given, "candidates.svc")


def test_an_unknown_argument_that_is_searched_is_refused_too():
    given = {"_target_": "sklearn.svm.SVC", "gama": {"low": 0.1, "high": 1}}
    with pytest.raises(InputError, match=r"candidates\.svc\.gama: "):
        build(given, "candidates.svc")


@pytest.mark.parametrize("given", [{}, {"C": 1}, None, "SVC"])
def test_a_spec_without_a_class_is_refused(given):
    with pytest.raises(InputError, match="scaler: no _target_; name a class"):
        build(given, "scaler")


def test_fixed_arguments_are_set_and_searched_ones_left_to_the_search():
    """A dictionary that is no range is a fixed argument; `_keys_` are the project's own."""
    given = {
        "_target_": "sklearn.linear_model.LogisticRegression",
        "_complexity_": 1,
        "max_iter": 7,
        "class_weight": {0: 1, 1: 2},
        "C": {"low": 0.1, "high": 1},
        "solver": {"choices": ["lbfgs"]},
    }
    model = build(given, "candidates.logistic")
    assert (model.max_iter, model.class_weight, model.C) == (7, {0: 1, 1: 2}, 1.0)
    assert searched_arguments(given) == {"C": given["C"], "solver": given["solver"]}


def test_specs_inside_a_spec_are_built_and_searched_by_their_path():
    """A spec is an estimator, a mapping of specs a list of named ones."""
    scaled = {"_target_": "sklearn.preprocessing.SplineTransformer", "degree": {"choices": [2]}}
    logistic = {"_target_": "sklearn.linear_model.LogisticRegression", "C": {"low": 1, "high": 2}}
    given = {
        "_target_": "sklearn.multiclass.OneVsRestClassifier",
        "estimator": {
            "_target_": "sklearn.pipeline.Pipeline",
            "steps": {"splines": scaled, "logistic": logistic},
        },
    }
    model = build(given, "candidates.nested")
    assert [name for name, _ in model.estimator.steps] == ["splines", "logistic"]
    found = searched_arguments(given)
    assert found == {
        "estimator__splines__degree": scaled["degree"],
        "estimator__logistic__C": logistic["C"],
    }
    assert set(found) <= set(model.get_params())


def test_a_fault_inside_a_nested_spec_names_its_place():
    inner = {"_target_": "sklearn.svm.SVC", "gama": 1}
    given = {"_target_": "sklearn.multiclass.OneVsRestClassifier", "estimator": inner}
    with pytest.raises(InputError, match=r"^candidates\.x\.estimator\.gama: SVC takes no such"):
        build(given, "candidates.x")
    given["estimator"] = {"_target_": "os.system"}
    with pytest.raises(
        InputError, match=r"^candidates\.x\.estimator\._target_: 'os.system' is not"
    ):
        build(given, "candidates.x")


@pytest.mark.parametrize("module", ["catboost", "lightgbm"])
def test_a_boosting_library_that_is_not_installed_is_a_line(module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=rf"{module} is not installed .*one-click\[boosting\]"):
        estimator_class(f"{module}.Classifier")


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


@pytest.mark.parametrize(
    ("argument", "value"),
    [("memory", "a/folder"), ("train_dir", "a"), ("snapshot_file", "a"), ("input_borders", "a")],
)
def test_a_config_can_name_no_file(argument, value):
    """joblib, for one, unpickles what it finds in a pipeline's `memory`."""
    steps = {"logistic": spec("model", "logistic")}
    given = {"_target_": "sklearn.pipeline.Pipeline", "steps": steps, argument: value}
    if argument != "memory":
        given = spec("model", "catboost") | {argument: value}
    with pytest.raises(InputError, match=rf"candidates\.x\.{argument}: a config can name no file"):
        build(given, "candidates.x")


def test_unlisted_arguments_are_of_a_fixed_set():
    given = spec("model", "lightgbm") | {"_unlisted_": {"forcedsplits_filename": "a"}}
    with pytest.raises(InputError, match=r"candidates\.x\._unlisted_: "):
        build(given, "candidates.x")


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


def test_missing_arguments_of_a_class_are_a_line():
    with pytest.raises(InputError, match=r"^candidates\.x: .*estimator.*: correct it in conf/"):
        build({"_target_": "sklearn.multiclass.OneVsRestClassifier"}, "candidates.x")


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


def test_training_rows_are_the_features_and_target_of_the_training_part(customers):
    features, target = training_rows(customers)
    part = customers["part"] == "train"
    assert list(features) == list(FEATURES)
    assert len(features) == len(target) == part.sum()
    assert features.index.tolist() == list(range(len(features)))
    assert (target == customers.loc[part, TARGET]).all()


def test_what_stands_in_other_parts_changes_no_training_row(customers):
    other = customers["part"] != "train"
    poisoned = customers.copy()
    poisoned.loc[other, [TARGET, "pages_per_visit", PROFIT]] = 99
    for clean, dirty in zip(training_rows(customers), training_rows(poisoned), strict=True):
        assert pd.DataFrame(clean).equals(pd.DataFrame(dirty))


@pytest.mark.parametrize("model", sorted(set(choices("model")) - {"dummy"}))
def test_a_higher_score_ranks_as_a_likelier_decline(model, customers):
    """On rows that were not learned from; the sign of a score is easily lost."""
    rows = customers[customers["part"] != "aside"]
    learned = np.arange(len(rows)) % 2 == 0
    candidate = spec("model", model) | ({"max_depth": 3} if model == "tree" else {})
    pipeline = pipeline_of(candidate).fit(rows[learned], rows.loc[learned, TARGET])
    assert roc_auc_score(rows.loc[~learned, TARGET], scores(pipeline, rows[~learned])) > 0.6


def test_scores_are_the_decision_function_where_there_is_one(customers):
    """Log-odds, not probabilities, of the logistic regression; probabilities of the tree."""
    features, target = training_rows(customers)
    logistic = pipeline_of("logistic").fit(features, target)
    assert isinstance(logistic["model"], LogisticRegression)
    probability = logistic.predict_proba(features)[:, 1]
    assert scores(logistic, features) == pytest.approx(np.log(probability / (1 - probability)))
    tree = pipeline_of("tree").fit(features, target)
    assert (scores(tree, features) == tree.predict_proba(features)[:, 1]).all()


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
