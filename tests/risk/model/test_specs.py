"""Promises of the specs: what a config may name, and what of it is searched."""

import importlib
import sys

import pytest
from helpers.store import spec

from one_click.risk.model.specs import build, estimator_class, searched_arguments
from one_click.running.errors import InputError


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
    with pytest.raises(InputError, match=rf"{module} is not installed .*`make all` installs it"):
        estimator_class(f"{module}.Classifier")


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("memory", "a/folder"), ("train_dir", "a"), ("snapshot_file", "a"), ("input_borders", "a"),
        ("save_snapshot", True), ("metadata", {"a": 1}), ("callback", "a"),
    ],
)  # fmt: skip
def test_a_config_can_name_no_file_and_no_code(argument, value):
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


def test_missing_arguments_of_a_class_are_a_line():
    with pytest.raises(InputError, match=r"^candidates\.x: .*estimator.*: correct it in conf/"):
        build({"_target_": "sklearn.multiclass.OneVsRestClassifier"}, "candidates.x")


def test_what_would_write_files_must_be_turned_off():
    """CatBoost writes `catboost_info/` into the folder that it runs in, unless told not to."""
    given = spec("model", "catboost")
    for wrong in (given | {"allow_writing_files": True}, given | {"allow_writing_files": "false"}):
        with pytest.raises(InputError, match=r"^candidates\.x\.allow_writing_files: .*say false"):
            build(wrong, "candidates.x")
    with pytest.raises(InputError, match=r"^candidates\.x\.allow_writing_files: .*say false"):
        build({k: v for k, v in given.items() if k != "allow_writing_files"}, "candidates.x")
    assert build(given, "candidates.x").get_params()["allow_writing_files"] is False
