"""deps of a stage are the code that it reaches: nothing is left out, nothing is listed in vain."""

import ast
from pathlib import Path

import pytest
from helpers.imports import SOURCE, imported_modules, tree_of
from helpers.pipeline import EXEMPT, STAGES, code_of, lies_in

DATA = {  # files of the package that are no Python, by what a module names them by
    path.name: path.relative_to(SOURCE.parent).as_posix()
    for path in (SOURCE / "one_click").rglob("*.*")
    if path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts
}
CATALOGUES = {
    "report",
    "pictures",
    "offers",
    "measured",
}  # of words/, which `speaker` is asked for by their stem


def reached(stage: str) -> set[str]:
    """Modules that a stage imports, packages left out: those hold imports alone."""
    modules = imported_modules(f"one_click.stages.{stage}")
    return {path for path in modules if not path.endswith("/__init__.py")}


def named_data(path: str) -> set[str]:
    """Files that are no Python and that a module reads: a catalogue, or one beside it."""
    tree, found = tree_of(path), set()
    speakers = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (node.module, alias.name) == ("one_click.words.speaker", "speaker")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in speakers:
            catalogue = node.args[0]
            assert isinstance(catalogue, ast.Constant), f"{path}: say which catalogue, by its name"
            assert catalogue.value in CATALOGUES
            found.add(DATA[f"{catalogue.value}.yaml"])
        elif isinstance(node, ast.Constant) and node.value in DATA:
            found.add(DATA[node.value])
    return found


def data_of(stage: str) -> set[str]:
    return {name for path in reached(stage) for name in named_data(path)}


@pytest.mark.parametrize("stage", STAGES)
def test_every_module_that_a_stage_imports_lies_in_its_deps(stage):
    left_out = {
        path
        for path in reached(stage) - EXEMPT
        if not any(lies_in(path, dep) for dep in code_of(stage))
    }
    assert left_out == set()


@pytest.mark.parametrize("stage", STAGES)
def test_every_other_file_that_a_stage_reads_lies_in_its_deps(stage):
    left_out = {
        path for path in data_of(stage) if not any(lies_in(path, dep) for dep in code_of(stage))
    }
    assert left_out == set()


@pytest.mark.parametrize("stage", STAGES)
def test_every_dep_holds_something_that_the_stage_reaches(stage):
    reaches = reached(stage) | data_of(stage)
    in_vain = {dep for dep in code_of(stage) if not any(lies_in(path, dep) for path in reaches)}
    assert in_vain == set()


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_lists_its_own_file(stage):
    assert f"src/one_click/stages/{stage}.py" in code_of(stage)


@pytest.mark.parametrize("stage", STAGES)
def test_no_dep_is_exempt_or_absent(stage):
    """A file in vain would re-run a stage; one that is not there would stop it."""
    assert not code_of(stage) & EXEMPT
    assert all((SOURCE.parent / path).exists() for path in code_of(stage))


def test_every_file_that_is_no_python_is_named_by_a_module():
    modules = [path.relative_to(SOURCE.parent) for path in (SOURCE / "one_click").rglob("*.py")]
    named = {name for path in modules for name in named_data(Path(path).as_posix())}
    layouts = {path for path in DATA.values() if path.startswith("src/one_click/report/")}
    included = {path for path in layouts if path.endswith(".html.j2")}  # by report.html.j2
    assert named | included == set(DATA.values())
