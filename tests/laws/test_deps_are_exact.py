"""dvc.yaml says of each stage what the stage's source says: modules, sections, files."""

import ast
import re
from pathlib import Path

import pytest
import yaml
from helpers.imports import SOURCE, imported_modules

from one_click import artefacts
from one_click.choices.menu import CHOICES
from one_click.settings.whole import Params

ROOT = SOURCE.parent
PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
STAGES = {name: stage.get("do", stage) for name, stage in PIPELINE["stages"].items()}
PATHS = {name: path for name, path in vars(files).items() if isinstance(path, Path)}
OF_NO_STAGE = {  # compose's own, the log, and what is made of experiments
    "MENU", "CONF", "CONF_LOCK", "SECONDS", "SWEEP", "SWEEP_PLOT", "PLOTS_PAGE",
}  # fmt: skip


def listed(stage: dict, *kinds: str) -> set[str]:
    """Paths that a stage lists, their options dropped."""
    entries = [entry for kind in kinds for entry in stage.get(kind, [])]
    return {next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries}


def source_of(stage: str) -> ast.Module:
    return ast.parse((SOURCE / "one_click" / f"{stage}.py").read_text(encoding="utf-8"))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_runs_the_module_of_its_name(stage):
    argument = " ${item}" if stage == "tune" else ""
    assert STAGES[stage]["cmd"] == f"PYTHONPATH=src python -m one_click.{stage}{argument}"


@pytest.mark.parametrize("stage", STAGES)
def test_deps_list_every_imported_module_and_no_other(stage):
    modules = {path for path in listed(STAGES[stage], "deps") if path.endswith(".py")}
    assert modules == imported_modules(f"one_click.{stage}")


@pytest.mark.parametrize("stage", sorted(set(STAGES) - {"compose"}))
def test_params_are_the_sections_that_the_stage_loads(stage):
    loaded = {
        argument.value
        for node in ast.walk(source_of(stage))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "load"
        for argument in node.args
    }
    sections = {
        section.removesuffix(".${item}")
        for entry in STAGES[stage].get("params", [])
        for section in entry["conf.lock.yaml"]
    }
    assert sections == loaded


def test_every_section_of_the_lock_is_loaded_by_a_stage_or_by_score():
    sections = {
        section.removesuffix(".${item}")
        for stage in STAGES.values()
        for entry in stage.get("params", [])
        if isinstance(entry, dict)
        for section in entry["conf.lock.yaml"]
    }
    assert sections | {"drift"} == set(Params.__dataclass_fields__)


def test_compose_depends_on_every_choice():
    assert set(STAGES["compose"]["params"]) == CHOICES


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_lists_the_files_that_it_names(stage):
    """Every `artefacts.NAME` in a stage's source stands in its deps or outputs (or lies inside one)."""
    listed_paths = listed(STAGES[stage], "deps", "outs", "metrics", "plots")
    named = {
        PATHS[node.attr]
        for node in ast.walk(source_of(stage))
        if isinstance(node, ast.Attribute)
        and getattr(node.value, "id", "") == "files"
        and node.attr in set(PATHS) - OF_NO_STAGE
    }
    if stage == "compose":
        # It removes what left the menu from the one, and knows that the other is yet to come.
        named -= {artefacts.TUNED, artefacts.TUNE_METRICS, artefacts.SAMPLE}
    for path in named:
        inside = [p for p in listed_paths if Path(p) == path or path in Path(p).parents]
        around = [p for p in listed_paths if Path(p) in path.parents]
        assert inside or around, f"{stage} names {path}, which dvc.yaml does not list for it"


def test_every_output_is_in_the_file_table():
    table = {str(path) for name, path in PATHS.items() if name not in OF_NO_STAGE}
    for name, stage in STAGES.items():
        for path in listed(stage, "outs", "metrics", "plots") - {"conf.lock.yaml"}:
            known = path in table or any(str(parent) in table for parent in Path(path).parents)
            known |= any(Path(path) in Path(entry).parents for entry in table)
            assert known, f"{name} writes {path}, which is not in files.py"


def test_customers_and_models_are_never_left_to_git():
    """What may hold customers' rows is in DVC's cache."""
    for stage in STAGES.values():
        for kind in ("outs", "metrics", "plots"):
            for entry in stage.get(kind, []):
                in_git = isinstance(entry, dict)
                path = next(iter(entry)) if in_git else entry
                if re.match(r"(data|models|reports)/", path):
                    assert not in_git, f"{path} would be committed"


def test_no_cached_stage_has_an_uncached_plain_output():
    """DVC leaves such a stage out of the run-cache; compose alone pays that."""
    for name, stage in STAGES.items():
        uncached = [entry for entry in stage.get("outs", []) if isinstance(entry, dict)]
        assert bool(uncached) == (name == "compose")
