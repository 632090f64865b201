"""Which modules of the package a module imports, directly or through others, from the source."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


def imported_modules(module: str) -> set[str]:
    """Files of `one_click` that running `module` imports, itself included.

    Imports for a type checker alone are left out.
    """
    seen: set[str] = set()
    waiting = ["one_click", module]
    while waiting:
        name = waiting.pop()
        path = _file(name)
        if path is None or path in seen:
            continue
        seen.add(path)
        waiting.append(name.rpartition(".")[0])  # to import a module is to run its packages
        waiting += imports(tree_of(path))
    return seen


def imports(tree: ast.AST) -> set[str]:
    """Dotted names that a module imports, of whatever package."""
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            waiting += node.orelse
            continue
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def tree_of(path: str) -> ast.Module:
    """A file of the project, parsed."""
    return ast.parse((SOURCE.parent / path).read_text(encoding="utf-8"))


def _file(name: str) -> str | None:
    if name.partition(".")[0] != "one_click":
        return None
    base = SOURCE / name.replace(".", "/")
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.exists():
            return path.relative_to(SOURCE.parent).as_posix()
    return None
