"""The workflow of CI and the Makefile call what there is."""

import re

import yaml
from helpers.imports import SOURCE

from one_click.cli import COMMANDS

ROOT = SOURCE.parent
TEXT = (ROOT / ".github/workflows/ci.yaml").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_it_is_a_workflow_with_steps():
    jobs = yaml.safe_load(TEXT)["jobs"]
    for job in jobs.values():
        assert job["runs-on"]
        assert all(("uses" in step) != ("run" in step) for step in job["steps"])


def test_targets_exist():
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.M))
    assert set(re.findall(r"\bmake ([a-z]+)", TEXT)) <= targets


def test_modules_and_commands_exist():
    called = re.findall(r"(?:python -m one_click|one-click)(?!\.) ([\w-]+)", TEXT + MAKEFILE)
    assert called
    assert set(called) <= set(COMMANDS)
    for module in re.findall(r"python -m (one_click\.[\w.]+)", TEXT + MAKEFILE):
        assert (SOURCE / f"{module.replace('.', '/')}.py").exists()


def test_the_project_s_own_ci_and_the_workflow_run_the_same():
    own = set(re.findall(r"^make ([a-z]+)", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.M))
    assert {"fresh", "lint", "test"} == own
    assert own <= set(re.findall(r"\bmake ([a-z]+)", TEXT))
