"""Promises of the arithmetic: on x86-64 with AVX2 a setting or a processor changes no byte."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.imports import SOURCE
from helpers.project import Project, nested

from one_click.running import machine

pytestmark = pytest.mark.skipif(not machine.has_kernels(), reason="kernels are the machine's own")

# What stands for other processors: settings that have this one take the code of theirs.
PRESCOTT = {
    "OPENBLAS_CORETYPE": "Prescott",
    "OPENBLAS_L2_SIZE": "256",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    "OMP_NUM_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "2",
    "LOKY_MAX_CPU_COUNT": "2",
}
SANDYBRIDGE = {
    "OPENBLAS_CORETYPE": "Sandybridge",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}
REPORT = """
import json
import one_click
import numpy, scipy.linalg, sklearn.neighbors
from numpy._core._multiarray_umath import __cpu_features__ as features
from threadpoolctl import threadpool_info
print(json.dumps({
    "architectures": sorted(pool["architecture"] for pool in threadpool_info() if
                            pool["internal_api"] == "openblas"),
    "threads": sorted(pool["num_threads"] for pool in threadpool_info()),
    "dispatched": [name for name in ("X86_V3", "X86_V4") if features[name]],
}))
"""


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """An environment that no earlier import of one_click has set."""
    for name in (*machine.THREADS, *machine.KERNELS, *machine.UNSET):
        monkeypatch.delenv(name, raising=False)


def report(**settings: str) -> dict:
    """What a process finds that imports one_click first; it must not print an error."""
    process = subprocess.run(
        [sys.executable, "-c", REPORT], env=os.environ | {"PYTHONPATH": str(SOURCE)} | settings,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert process.stderr == ""
    return json.loads(process.stdout)


@pytest.mark.parametrize("settings", [PRESCOTT, PRESCOTT | {"NPY_DISABLE_CPU_FEATURES": ""}])
def test_kernels_and_threads_are_fixed_whatever_the_environment_says(settings, monkeypatch):
    monkeypatch.delenv("ONE_CLICK_KERNELS", raising=False)
    process = report(**settings)
    assert set(process["architectures"]) == {"Haswell"}
    assert set(process["threads"]) == {1}
    assert process["dispatched"] == ["X86_V3"]


def test_a_variable_leaves_them_to_the_machine():
    process = report(**(PRESCOTT | SANDYBRIDGE), ONE_CLICK_KERNELS="machine")
    assert set(process["architectures"]) == {"Sandybridge"}
    assert 2 in process["threads"] or os.cpu_count() == 1
    assert "X86_V3" in process["dispatched"]
    assert "X86_V4" not in process["dispatched"]


CHAIN = """
import runpy, sys
for stage in sys.argv[1:]:
    sys.argv = stage.split("@")
    runpy.run_module(f"one_click.stages.{sys.argv[0]}", run_name="__main__")
"""
CANDIDATES = ["logistic", "knn", "svc"]


@pytest.mark.slow
def test_a_small_study_gives_the_same_bytes_on_other_machines(tmp_path):
    """Stages in one process, without DVC: imports would be most of three chains."""
    stages = ["compose", "sample", "prepare", *(f"tune@{name}" for name in CANDIDATES)]
    stages += ["choose", "evaluate", "predict", "explain", "segment"]
    menu = nested({}) | {"candidates": CANDIDATES, "ensembles": []}
    del menu["set"]["candidates"]
    outputs = []
    for place, settings in enumerate([{}, PRESCOTT, SANDYBRIDGE]):
        project = Project.of_work_tree(tmp_path / str(place))
        project.edit_menu(menu)
        subprocess.run(
            [sys.executable, "-c", CHAIN, *stages], cwd=project.folder, check=True,
            env=os.environ | {"PYTHONPATH": str(SOURCE)} | settings,
        )  # fmt: skip
        outputs.append(
            {
                path.relative_to(project.folder): path.read_bytes()
                for folder in ("data", "models", "metrics", "plots")
                for path in (project.folder / folder).rglob("*.*")
                if path.is_file()
            }
        )
    assert Path("data/reasons.parquet") in outputs[0]
    for other in outputs[1:]:
        assert other.keys() == outputs[0].keys()
        assert [path for path, content in other.items() if content != outputs[0][path]] == []
