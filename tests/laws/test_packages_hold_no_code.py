"""`__init__.py` is a docstring and imports: deps of dvc.yaml may leave it out."""

import ast

import pytest
from helpers.imports import SOURCE, tree_of

PACKAGES = sorted(
    path.relative_to(SOURCE.parent).as_posix() for path in SOURCE.rglob("__init__.py")
)


@pytest.mark.parametrize("path", PACKAGES)
def test_a_package_holds_a_docstring_and_imports_alone(path):
    tree = tree_of(path)
    assert ast.get_docstring(tree)
    assert all(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body[1:])
