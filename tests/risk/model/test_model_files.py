"""Promises of model files: what is read is what was written, the same bytes, nothing foreign."""

import hashlib
import io
import json
import os
import pickle
import re
import subprocess
import sys
import time
import tracemalloc
import zipfile
from functools import cache
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
from one_click.risk.model import bounds
from one_click.risk.model.model_files import SEAL_BYTES, model_content, model_of, normalised, sealed
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


def with_seal(content: bytes) -> bytes:
    """Content that no stage wrote, as whoever knows how a file is sealed would write it."""
    return sealed(FILE, content + bytes(SEAL_BYTES))


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
from one_click.risk.model import bounds
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
    with pytest.raises(InputError, match=r"model\.skops: .*Untrusted types .*Foreign.*`dvc repro`"):
        model_of(FILE, with_seal(content))
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
        model_of(FILE, with_seal(content))


def test_a_function_hidden_in_an_allowed_class_is_refused():
    content = skops.io.dumps(imblearn.FunctionSampler(func=os.system))
    with pytest.raises(InputError, match="system"):
        model_of(FILE, with_seal(content))


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


TREE = skops.io.dumps(DecisionTreeClassifier().fit([[0], [1]], [0, 1]))
ONE_LINE = r"^model\.skops: not as `dvc repro` leaves it \(.+\): run `dvc repro`$"


def zipped(**entries: bytes) -> bytes:
    """A zip of entries, compressed as model files are; a name's first `_` is its dot."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as target:
        for name, data in entries.items():
            target.writestr(name.replace("_", ".", 1), data)
    return buffer.getvalue()


def schema(node: dict) -> bytes:
    return json.dumps({"protocol": 2, **node}).encode()


def node(loader: str, content=None, name: str = "builtins.list", **more) -> dict:
    module, _, of_class = name.rpartition(".")
    return {
        "__loader__": loader, "__module__": module, "__class__": of_class, "content": content
    } | more  # fmt: skip


def array_of(shape: tuple, descr: str = "<f8", body: bytes = bytes(8)) -> bytes:
    """A `.npy` whose header says a shape, whatever it holds."""
    buffer = io.BytesIO()
    header = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, header)
    return buffer.getvalue() + body


def nested(depth: int) -> bytes:
    """Lists in lists, as text: Python's own encoder gives up at such a depth too."""
    start = json.dumps(node("ListNode", []))[: -len("[]}")] + "["
    text = start * depth + "]}" * depth
    return b'{"protocol": 2, ' + text[1:].encode()


def doubling(depth: int) -> bytes:
    """Each node holds the next one and a stub of its number: two to the depth are visited."""
    inner = node("ListNode", [])
    for number in range(1, depth):
        inner = node("ListNode", [inner | {"__id__": number}, node("ListNode", [], __id__=number)])
    return schema(inner)


def lying(content: bytes, size: int) -> bytes:
    """The zip with another unpacked size of its first entry, in both of its headers."""
    changed = bytearray(content)
    directory = content.index(b"PK\x01\x02")
    changed[22:26] = changed[directory + 24 : directory + 28] = size.to_bytes(4, "little")
    return bytes(changed)


ARRAY = node("NdArrayNode", name="numpy.ndarray", type="numpy", file="0.npy")


@cache
def crafted_files() -> dict[str, bytes]:
    """Files that a person who knows the seal would send, by what they try."""
    good = TREE
    number = io.BytesIO()
    np.save(number, np.int64(8 * 10**11))
    void = {**ARRAY, "__class__": "void"}
    return {
        "text": b"not a model",
        "cut off": good[: len(good) // 2],
        "another zip": zipped(another_txt=b"not a model"),
        "no JSON": rewritten(good, json=lambda _: b"{"),
        "no schema": rewritten(good, json=lambda _: b"[]"),
        "empty schema": rewritten(good, json=lambda _: b"{}"),
        "of a later skops": rewritten(
            good, json=lambda data: json.dumps(json.loads(data) | {"protocol": 99}).encode()
        ),
        "no arrays": rewritten(good, npy=lambda _: b""),
        "eight gigabytes": lying(zipped(bomb_bin=bytes(2**20)), 2**33 - 2**32 - 1),
        "more than it says": lying(zipped(schema_json=bytes(2**22)), 10),
        "less than it says": lying(zipped(schema_json=b"{}"), 2**20),
        "a large schema": lying(zipped(schema_json=b"{}"), 2**27),
        "array of 745 GiB": zipped(schema_json=schema(ARRAY), **{"0_npy": array_of((10**11,))}),
        "shape beyond 64 bits": zipped(
            schema_json=schema(ARRAY), **{"0_npy": array_of((2**33, 2**31))}
        ),
        "array under another name": zipped(
            schema_json=schema({**ARRAY, "file": "0.bin"}), **{"0_bin": array_of((10**11,))}
        ),
        "numbers of no bytes": zipped(
            schema_json=schema(ARRAY), **{"0_npy": array_of((10**18,), "|S0", b"")}
        ),
        "array in a sparse matrix": zipped(
            schema_json=schema(
                node("SparseMatrixNode", name="scipy.sparse._csr.csr_matrix", type="scipy")
                | {"file": "0.npz"}
            ),
            **{"0_npz": zipped(data_npy=array_of((10**11,)))},
        ),
        "zip in a sparse matrix": zipped(
            schema_json=schema(ARRAY), **{"0_npy": lying(zipped(a_npy=b""), 2**31)}
        ),
        "void of 745 GiB": zipped(schema_json=schema(void), **{"0_npy": number.getvalue()}),
        "list of numbers": zipped(
            schema_json=schema(node("BytearrayNode", name="builtins.bytes", file="0.bin")),
            **{"0_bin": b"a"},
        ),
        "lists in lists": zipped(schema_json=nested(900)),
        "lists in lists, deeper": zipped(schema_json=nested(5_000)),
        "text of lists": zipped(schema_json=schema(node("JsonNode", "[" * 10**5))),
        "nodes that double": zipped(schema_json=doubling(60)),
        "a node within itself": zipped(
            schema_json=schema(node("ListNode", [node("ListNode", [], __id__=1)], __id__=1))
        ),
        "an absent library": zipped(schema_json=schema(node("QuantileForestNode"))),
        "an unknown loader": zipped(schema_json=schema(node("Nonesuch"))),
    }


@pytest.mark.parametrize("case", crafted_files())
def test_a_crafted_file_is_one_line_before_it_costs_memory_or_time(case):
    """A bomb is refused by what it says of itself: in no time, and never unpacked."""
    content = with_seal(crafted_files()[case])
    tracemalloc.start()
    try:
        start = time.perf_counter()
        with pytest.raises(InputError, match=ONE_LINE):
            model_of(FILE, content)
        assert time.perf_counter() - start < 3
        assert tracemalloc.get_traced_memory()[1] < 2**28
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("content", [b"", b"PK", TREE, TREE[:-1], TREE + b"a"], ids=len)
def test_a_file_without_its_seal_is_not_opened(content):
    with pytest.raises(InputError, match=r"model\.skops: .*seal.*run `dvc repro`"):
        model_of(FILE, content)


def test_another_model_in_a_models_place_is_not_opened():
    """A second opinion, or an earlier name: good as such, but not what is asked for."""
    content = model_content(Path("second_opinions/unseen_1.skops"), DecisionTreeClassifier())
    with pytest.raises(InputError, match=r"^models/model\.skops: .*seal does not fit its name"):
        model_of(Path("models/model.skops"), content)
    model_of(Path("elsewhere/unseen_1.skops"), content)  # as in a copy of the project


FLIPS = 700


def flipped(content: bytes, generator: np.random.Generator) -> bytes:
    """The content with one bit of another value."""
    changed = bytearray(content)
    changed[generator.integers(len(content))] ^= 1 << int(generator.integers(8))
    return bytes(changed)


def test_no_flipped_bit_is_opened():
    content = model_content(FILE, DecisionTreeClassifier().fit([[0], [1]], [0, 1]))
    generator = np.random.default_rng(0)
    for _ in range(FLIPS):
        with pytest.raises(InputError, match="seal"):
            model_of(FILE, flipped(content, generator))


def test_a_flipped_bit_under_a_seal_is_one_line_or_a_model():
    """Whatever a library makes of it: no other error reaches the user."""
    content = model_content(FILE, DecisionTreeClassifier().fit([[0], [1]], [0, 1]))
    generator, lines = np.random.default_rng(1), set()
    for _ in range(FLIPS):
        try:
            model_of(FILE, sealed(FILE, flipped(content, generator)))
        except InputError as error:
            lines.add(str(error))
    assert len(lines) > 10
    assert all(re.search(ONE_LINE, line) for line in lines)


def test_a_model_beyond_the_bounds_is_not_written(monkeypatch):
    monkeypatch.setattr(bounds, "MOST_BYTES", 1000)
    with pytest.raises(InputError, match=r"1000 is the most: choose a smaller model in conf/"):
        model_content(FILE, DecisionTreeClassifier())


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
