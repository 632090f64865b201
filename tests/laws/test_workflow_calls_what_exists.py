"""The workflow of CI calls what there is."""

import re

import yaml
from helpers.imports import SOURCE

ROOT = SOURCE.parent
TEXT = (ROOT / ".github/workflows/ci.yaml").read_text(encoding="utf-8")


def test_it_is_a_workflow_with_steps():
    jobs = yaml.safe_load(TEXT)["jobs"]
    for job in jobs.values():
        assert job["runs-on"]
        assert all(("uses" in step) != ("run" in step) for step in job["steps"])


def test_targets_and_modules_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"\bmake ([a-z]+)", TEXT)) <= targets
    for module in re.findall(r"python -m one_click\.(\w+)", TEXT):
        assert (SOURCE / f"one_click/{module}.py").exists()


def test_the_project_s_own_ci_and_the_workflow_run_the_same():
    own = set(re.findall(r"^make ([a-z]+)", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.M))
    assert {"fresh", "lint", "test"} == own
    assert own <= set(re.findall(r"\bmake ([a-z]+)", TEXT))
