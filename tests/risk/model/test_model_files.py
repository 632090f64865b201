"""Promises of model files: what is read is what was written, the same bytes, nothing foreign."""

import hashlib
import io
import json
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import imblearn
import numpy as np
import pytest
import skops.io
from helpers.imports import SOURCE
from helpers.store import choices, pipeline_of, small_store
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from one_click.allowed import ALLOWED_MODULES
from one_click.columns import FEATURES, TARGET
from one_click.customers.parts import training_rows
from one_click.risk.model.model_files import model_content, model_of, normalised
from one_click.risk.model.scoring import scores
from one_click.risk.model.specs import estimator_class
from one_click.running import writing
from one_click.running.errors import InputError


@pytest.fixture(scope="module")
def customers():
    return small_store(200, seed=2)


def fitted(customers, candidate, **parts):
    return pipeline_of(candidate, **parts).fit(*training_rows(customers))


FILE = Path("model.skops")


def kept(model):
    return model_of(FILE, model_content(FILE, model))


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
def test_what_is_read_scores_as_what_was_written(parts, customers):
    """Every choice of conf/ can be kept and read."""
    model = fitted(customers, **parts)
    read = kept(model)
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
def test_every_sampler_that_a_config_may_name_can_be_kept(target):
    """Adding a sampler is one YAML file: its type is on the list already."""
    sampler = estimator_class(target)
    given = {"categorical_features": [0]} if sampler.__name__ == "SMOTENC" else {}
    assert isinstance(kept(sampler(**given)), sampler)


@pytest.mark.parametrize("parts", [{"p": 1}, {"p": 2}])
def test_neighbours_among_few_columns_can_be_kept(parts):
    """Of few columns, as a selector may leave, scikit-learn makes a tree of neighbours."""
    rows = np.random.default_rng(0).normal(size=(200, 4))
    target = (rows[:, 0] > 1).astype(int)
    model = KNeighborsClassifier(**parts).fit(rows, target)
    assert model._fit_method == "kd_tree"
    read = kept(model)
    assert (read.predict_proba(rows) == model.predict_proba(rows)).all()
    sampler = imblearn.over_sampling.SMOTE(random_state=0)
    sampler.fit_resample(rows, target)
    kept(sampler)


FIT_AND_HASH = """
import hashlib, sys
from pathlib import Path
from one_click.risk.model.model_files import model_content
from one_click.customers.parts import training_rows
from helpers.store import pipeline_of, small_store
features, target = training_rows(small_store(200, seed=2))
for name in sys.argv[1:]:
    content = model_content(Path("model.skops"), pipeline_of(name).fit(features, target))
    print(hashlib.sha256(content).hexdigest())
"""


def test_other_processes_write_the_same_bytes(customers):
    """Whatever the hash seed, the memory addresses and the time."""
    names = ["svc", "extra_trees", "knn", "logistic"]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", FIT_AND_HASH, *names],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(SOURCE.parent / "tests")},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    first, second = (process.communicate(timeout=60)[0].split() for process in running)
    here = []
    for name in names:
        here.append(hashlib.sha256(model_content(FILE, fitted(customers, name))).hexdigest())
    assert first == second == here
    assert len(set(here)) == len(names)


def test_another_model_writes_other_bytes(customers):
    contents = set()
    for seed in (0, 1):
        candidate = {"_target_": "sklearn.tree.ExtraTreeClassifier", "random_state": seed}
        contents.add(model_content(FILE, fitted(customers, candidate)))
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


def test_a_foreign_class_is_refused_before_it_is_built():
    content = skops.io.dumps(Foreign())
    assert isinstance(skops.io.loads(content, trusted=[Foreign]), Foreign)  # it is good as such
    assert Foreign.built == 1
    with pytest.raises(InputError, match=r"model\.skops: Untrusted types .*Foreign.*`dvc repro`"):
        model_of(FILE, content)
    assert Foreign.built == 1


@pytest.mark.parametrize("forbidden", ["os.system", "builtins.eval", "subprocess.Popen"])
@pytest.mark.parametrize("loader", ["ObjectNode", "FunctionNode", "TypeNode"])
def test_a_crafted_file_is_refused(forbidden, loader):
    """Whichever loader the file asks for: as an object, a function or a type."""

    def crafted(schema: bytes) -> bytes:
        content = json.loads(schema)
        content["__module__"], _, content["__class__"] = forbidden.partition(".")
        return json.dumps(content | {"__loader__": loader}).encode()

    content = rewritten(skops.io.dumps(DecisionTreeClassifier()), json=crafted)
    with pytest.raises(InputError, match=rf"Untrusted types found in the file: \['{forbidden}'\]"):
        model_of(FILE, content)


def test_a_function_hidden_in_an_allowed_class_is_refused():
    content = skops.io.dumps(imblearn.FunctionSampler(func=os.system))
    with pytest.raises(InputError, match="system"):
        model_of(FILE, content)


def test_what_could_not_be_read_is_not_written(tmp_path):
    """Else a run would tune for minutes and fail a stage later."""
    path = tmp_path / "model.skops"
    writing.write_bytes(path, model_content(path, DecisionTreeClassifier()))
    before = path.read_bytes()
    with pytest.raises(
        InputError, match=r"model\.skops: .*Foreign cannot be kept .* choose another class"
    ):
        writing.write_bytes(path, model_content(path, [DecisionTreeClassifier(), Foreign()]))
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
def test_what_is_no_model_file_is_an_input_error(case):
    content = broken_files()[case]
    with pytest.raises(InputError, match=r"model\.skops: .* run `dvc repro` to write it anew"):
        model_of(FILE, content)


def test_a_model_read_can_be_fitted_again(customers):
    """`choose` and `predict` fit clones of what they read."""
    from sklearn.base import clone

    model = fitted(customers, "extra_trees")
    read = clone(kept(model))
    rows = customers[customers["part"] == "train"]
    again = read.fit(rows[list(FEATURES)], rows[TARGET])
    assert (scores(again, customers) == scores(model, customers)).all()


def test_what_parts_share_in_memory_writes_no_other_bytes():
    """Parts share strings and numbers on one core, not where each comes from a forked process."""
    neighbours, metric = np.float64(5), "".join(["manhat", "tan"])
    sharing = [KNeighborsClassifier(neighbours, metric=metric) for _ in range(2)]
    apart = [pickle.loads(pickle.dumps(part)) for part in sharing]
    assert apart[0].n_neighbors is not apart[1].n_neighbors
    assert apart[0].metric is not apart[1].metric
    assert normalised(skops.io.dumps(sharing)) == normalised(skops.io.dumps(apart))
