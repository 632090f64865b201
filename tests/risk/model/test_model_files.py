"""Promises of model files: what is read is what was written, the same bytes, nothing foreign."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import imblearn
import numpy as np
import pytest
import skops.io
from helpers.store import choices, pipeline_of, small_store
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from one_click.allowed import ALLOWED_MODULES
from one_click.columns import FEATURES, TARGET
from one_click.customers.parts import training_rows
from one_click.risk.model.model_files import load_model, normalised, save_model
from one_click.risk.model.scoring import scores
from one_click.risk.model.specs import estimator_class
from one_click.risk.origins import fold_name, models_by_origin
from one_click.running.errors import InputError


@pytest.fixture(scope="module")
def customers():
    return small_store(200, seed=2)


def fitted(customers, candidate, **parts):
    return pipeline_of(candidate, **parts).fit(*training_rows(customers))


def kept(path: Path, model):
    save_model(path, model)
    return load_model(path)


@pytest.mark.parametrize(
    "parts",
    [
        *({"candidate": name} for name in choices("model")),
        *({"candidate": "logistic", "sampler": name} for name in choices("sampler")),
        *({"candidate": "knn", "scaler": name} for name in choices("scaler")),
        *({"candidate": "tree", "encoder": name} for name in choices("encoder")),
        {"candidate": "tree", "features": "raw"},
    ],
    ids=lambda parts: " ".join(parts.values()),
)
def test_what_is_read_scores_as_what_was_written(parts, customers, tmp_path):
    """Every choice of conf/ can be kept and read."""
    model = fitted(customers, **parts)
    read = kept(tmp_path / "model.skops", model)
    assert (scores(read, customers) == scores(model, customers)).all()
    read, model = (pipeline["model"].get_params() for pipeline in (read, model))
    assert {k: repr(v) for k, v in read.items()} == {k: repr(v) for k, v in model.items()}


def imblearn_samplers() -> list[str]:
    return [
        f"{module}.{name}"
        for module in ALLOWED_MODULES
        if module.startswith("imblearn.")
        for name in estimator_names(module)
    ]


def estimator_names(module: str) -> list[str]:
    return getattr(imblearn, module.removeprefix("imblearn.")).__all__


@pytest.mark.parametrize("target", imblearn_samplers())
def test_every_sampler_that_a_config_may_name_can_be_kept(target, tmp_path):
    """Adding a sampler is one YAML file: its type is on the list already."""
    sampler = estimator_class(target)
    given = {"categorical_features": [0]} if sampler.__name__ == "SMOTENC" else {}
    assert isinstance(kept(tmp_path / "sampler.skops", sampler(**given)), sampler)


@pytest.mark.parametrize("parts", [{"p": 1}, {"p": 2}])
def test_neighbours_among_few_columns_can_be_kept(parts, tmp_path):
    """Of few columns, as a selector may leave, scikit-learn makes a tree of neighbours."""
    rows = np.random.default_rng(0).normal(size=(200, 4))
    target = (rows[:, 0] > 1).astype(int)
    model = KNeighborsClassifier(**parts).fit(rows, target)
    assert model._fit_method == "kd_tree"
    read = kept(tmp_path / "knn.skops", model)
    assert (read.predict_proba(rows) == model.predict_proba(rows)).all()
    sampler = imblearn.over_sampling.SMOTE(random_state=0)
    sampler.fit_resample(rows, target)
    kept(tmp_path / "sampler.skops", sampler)


def test_the_origin_of_a_score_leads_to_its_model(customers, tmp_path):
    features, target = training_rows(customers)
    models = [pipeline_of("tree").fit(features[rows:], target[rows:]) for rows in (0, 20, 40)]
    save_model(tmp_path / "folds.skops", models[:2])
    save_model(tmp_path / "all.skops", models[2])
    found = models_by_origin(tmp_path / "folds.skops", tmp_path / "all.skops")
    assert list(found) == [fold_name(0), fold_name(1), "all_rows"]
    for model, read in zip(models, found.values(), strict=True):
        assert (scores(read, customers) == scores(model, customers)).all()


FIT_AND_HASH = """
import hashlib, sys
from pathlib import Path
from one_click.risk.model.model_files import save_model
from one_click.customers.parts import training_rows
from helpers.store import pipeline_of, small_store
features, target = training_rows(small_store(200, seed=2))
for name in sys.argv[2:]:
    path = Path(sys.argv[1])
    save_model(path, pipeline_of(name).fit(features, target))
    print(hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_other_processes_write_the_same_bytes(customers, tmp_path):
    """Whatever the hash seed, the memory addresses and the time."""
    names = ["svc", "extra_trees", "knn", "logistic"]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", FIT_AND_HASH, tmp_path / f"{seed}.skops", *names],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    first, second = (process.communicate(timeout=60)[0].split() for process in running)
    here = []
    for name in names:
        save_model(tmp_path / "here.skops", fitted(customers, name))
        here.append(hashlib.sha256((tmp_path / "here.skops").read_bytes()).hexdigest())
    assert first == second == here
    assert len(set(here)) == len(names)


def test_another_model_writes_other_bytes(customers, tmp_path):
    contents = set()
    for seed in (0, 1):
        candidate = {"_target_": "sklearn.tree.ExtraTreeClassifier", "random_state": seed}
        save_model(tmp_path / "model.skops", fitted(customers, candidate))
        contents.add((tmp_path / "model.skops").read_bytes())
    assert len(contents) == 2


def rewritten(content: bytes, **changed) -> bytes:
    """The same `.skops` with entries changed, by the suffix of their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            change = changed.get(name.partition(".")[2], lambda data: data)
            target.writestr(name, change(source.read(name)))
    return buffer.getvalue()


def test_padding_of_arrays_is_zeroed():
    """What NumPy leaves between the fields of a tree's nodes is no part of the model."""

    def poisoned(npy: bytes) -> bytes:
        array = np.load(io.BytesIO(npy))
        if array.dtype.names is None:
            return npy
        used = np.zeros(array.dtype.itemsize, dtype=bool)
        for field, offset in array.dtype.fields.values():
            used[offset : offset + field.itemsize] = True
        assert not used.all()
        raw = np.frombuffer(array.tobytes(), dtype=np.uint8).reshape(-1, len(used)).copy()
        raw[:, ~used] = 0xAB
        buffer = io.BytesIO()
        np.save(buffer, np.frombuffer(raw.tobytes(), dtype=array.dtype))
        return buffer.getvalue()

    tree = DecisionTreeClassifier().fit([[0.0], [1.0], [2.0]], [0, 1, 0])
    content = skops.io.dumps(tree)
    dirty = rewritten(content, npy=poisoned)
    assert dirty != content
    assert b"\xab" * 7 in dirty
    assert b"\xab" * 7 not in normalised(dirty)
    assert normalised(dirty) == normalised(content)


class Foreign(ClassifierMixin, BaseEstimator):
    """A class that is on no list; building it leaves a trace."""

    built = 0

    def __setstate__(self, state):
        Foreign.built += 1


def test_a_foreign_class_is_refused_before_it_is_built(tmp_path):
    path = tmp_path / "model.skops"
    path.write_bytes(skops.io.dumps(Foreign()))
    assert isinstance(skops.io.load(path, trusted=[Foreign]), Foreign)  # the file is good as such
    assert Foreign.built == 1
    with pytest.raises(InputError, match=r"model\.skops: Untrusted types .*Foreign.*`dvc repro`"):
        load_model(path)
    assert Foreign.built == 1


@pytest.mark.parametrize("forbidden", ["os.system", "builtins.eval", "subprocess.Popen"])
@pytest.mark.parametrize("loader", ["ObjectNode", "FunctionNode", "TypeNode"])
def test_a_crafted_file_is_refused(forbidden, loader, tmp_path):
    """Whichever loader the file asks for: as an object, a function or a type."""

    def crafted(schema: bytes) -> bytes:
        content = json.loads(schema)
        content["__module__"], _, content["__class__"] = forbidden.partition(".")
        return json.dumps(content | {"__loader__": loader}).encode()

    path = tmp_path / "model.skops"
    path.write_bytes(rewritten(skops.io.dumps(DecisionTreeClassifier()), json=crafted))
    with pytest.raises(InputError, match=rf"Untrusted types found in the file: \['{forbidden}'\]"):
        load_model(path)


def test_a_function_hidden_in_an_allowed_class_is_refused(tmp_path):
    path = tmp_path / "model.skops"
    path.write_bytes(skops.io.dumps(imblearn.FunctionSampler(func=os.system)))
    with pytest.raises(InputError, match="system"):
        load_model(path)


def test_what_could_not_be_read_is_not_written(tmp_path):
    """Else a run would tune for minutes and fail a stage later."""
    path = tmp_path / "model.skops"
    save_model(path, DecisionTreeClassifier())
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"Foreign cannot be kept .* choose another class"):
        save_model(path, [DecisionTreeClassifier(), Foreign()])
    assert path.read_bytes() == before


def broken_files() -> dict[str, bytes]:
    good = skops.io.dumps(DecisionTreeClassifier().fit([[0], [1]], [0, 1]))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as other:
        other.writestr("another.txt", "not a model")
    return {
        "empty": b"",
        "text": b"not a model",
        "cut off": good[: len(good) // 2],
        "another zip": buffer.getvalue(),
        "no JSON": rewritten(good, json=lambda _: b"{"),
        "no schema": rewritten(good, json=lambda _: b"[]"),
        "empty schema": rewritten(good, json=lambda _: b"{}"),
        "of a later skops": rewritten(
            good, json=lambda data: json.dumps(json.loads(data) | {"protocol": 99}).encode()
        ),
        "no arrays": rewritten(good, npy=lambda _: b""),
    }


@pytest.mark.parametrize("case", broken_files())
def test_what_is_no_model_file_is_an_input_error(case, tmp_path):
    path = tmp_path / "model.skops"
    path.write_bytes(broken_files()[case])
    with pytest.raises(InputError, match=r"model\.skops: .* run `dvc repro` to write it anew"):
        load_model(path)


def test_a_model_read_can_be_fitted_again(customers, tmp_path):
    """`choose` and `predict` fit clones of what they read."""
    from sklearn.base import clone

    model = fitted(customers, "extra_trees")
    read = clone(kept(tmp_path / "model.skops", model))
    rows = customers[customers["part"] == "train"]
    again = read.fit(rows[list(FEATURES)], rows[TARGET])
    assert (scores(again, customers) == scores(model, customers)).all()
