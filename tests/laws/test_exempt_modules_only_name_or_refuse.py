"""What no stage depends on in dvc.yaml can't change an output: it names paths, or it refuses."""

import ast
import sys

import pytest
from helpers.imports import imports, tree_of
from helpers.pipeline import EXEMPT

REFUSES = "src/one_click/settings/checks.py"


@pytest.mark.parametrize("path", sorted(EXEMPT))
def test_it_imports_nothing_but_the_standard_library_and_the_error(path):
    outer = {name for name in imports(tree_of(path)) if name.split(".")[0] == "one_click"}
    assert outer <= {"one_click.running.errors", "one_click.running.errors.InputError"}
    assert {name.split(".")[0] for name in imports(tree_of(path)) - outer} <= (
        sys.stdlib_module_names
    )


@pytest.mark.parametrize("path", sorted(EXEMPT - {REFUSES}))
def test_a_table_is_names_in_capitals_and_functions_of_one_expression(path):
    for node in tree_of(path).body[1:]:
        if isinstance(node, ast.FunctionDef):
            _, result = node.body  # its docstring
            assert isinstance(result, ast.Return)
        elif isinstance(node, ast.Assign):
            assert all(name.id.isupper() for name in node.targets)
        else:
            assert isinstance(node, ast.Import | ast.ImportFrom)


def test_a_check_returns_nothing():
    """It raises, or the value goes on as it is."""
    functions = [node for node in tree_of(REFUSES).body if isinstance(node, ast.FunctionDef)]
    assert functions
    for function in functions:
        assert not [node for node in ast.walk(function) if isinstance(node, ast.Return)]
        assert isinstance(function.returns, ast.Constant)
        assert function.returns.value is None
