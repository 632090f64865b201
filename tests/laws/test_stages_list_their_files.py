"""Every `artefacts.NAME` that a stage meets stands in its deps or outputs, or lies inside one."""

import ast
from pathlib import Path

import pytest
from helpers.imports import imported_modules, tree_of
from helpers.pipeline import EXEMPT, OF_NO_STAGE, PATHS, STAGES, listed

from one_click import artefacts
from one_click.columns import TABLES

RAW = {f"${{tables}}/{table.file}" for table in TABLES.values()}
FOLDERS = {"tuned_model": artefacts.TUNED, "second_opinion": artefacts.SECOND_OPINIONS}


def named(stage: str) -> set[Path]:
    """Paths that a stage's module, or one that it imports, names; a function's is a folder."""
    names = {
        node.attr
        for path in imported_modules(f"one_click.stages.{stage}") - EXEMPT
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "artefacts"
    }
    assert names <= {*PATHS, *FOLDERS}
    paths = {PATHS[name] for name in names & set(PATHS) - OF_NO_STAGE}
    return paths | {folder for name, folder in FOLDERS.items() if name in names}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_lists_the_files_that_it_names(stage):
    listed_paths = listed(STAGES[stage], "deps", "outs", "metrics", "plots")
    paths = named(stage)
    if stage == "compose":
        # It removes what left the menu from the one, and knows that the other is yet to come.
        paths -= {artefacts.TUNED, artefacts.TUNE_METRICS, artefacts.SAMPLE}
    if stage == "report":
        paths -= {artefacts.SAMPLE}  # by whose name it tells a generated store, and reads nothing
    for path in paths:
        inside = [p for p in listed_paths if Path(p) == path or path in Path(p).parents]
        around = [p for p in listed_paths if Path(p) in path.parents]
        assert inside or around, f"{stage} names {path}, which dvc.yaml does not list for it"


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_names_the_files_that_it_lists(stage):
    """A file that it does not read would re-run it; one that it does not write is no output."""
    paths = named(stage)
    by_config = {"conf", "conf.lock.yaml", *RAW}
    for entry in listed(STAGES[stage], "deps", "outs", "metrics", "plots") - by_config:
        if not entry.startswith("src/"):
            path = Path(entry)
            assert [p for p in paths if p == path or path in p.parents or p in path.parents], entry


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_that_reads_raw_tables_depends_on_each_and_on_nothing_beside_them(stage):
    """A file that a system or a spreadsheet leaves in their folder is no table."""
    reads = "src/one_click/customers/reading.py" in imported_modules(f"one_click.stages.{stage}")
    by_choice = {dep for dep in listed(STAGES[stage], "deps") if "${tables}" in dep}
    assert by_choice == (RAW if reads else set())


def test_the_generated_store_is_the_raw_tables_file_by_file():
    outs = {Path(out) for out in listed(STAGES["sample"], "outs")}
    tables = {artefacts.SAMPLE / table.file for table in TABLES.values()}
    assert outs == {*tables, artefacts.SAMPLE_TRUTH}
