"""Which modules of the package a module imports, directly or through others, from the source."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


def imported_modules(module: str) -> set[str]:
    """Files of `one_click` that running `module` imports, itself included, as in dvc.yaml."""
    seen: set[str] = set()
    waiting = ["one_click", module]
    while waiting:
        name = waiting.pop()
        path = _file(name)
        if path is None or str(path) in seen:
            continue
        seen.add(str(path))
        waiting.append(name.rpartition(".")[0])  # to import a module is to run its packages
        for node in ast.walk(ast.parse((SOURCE.parent / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                waiting.append(node.module)
                waiting += [f"{node.module}.{alias.name}" for alias in node.names]
    return seen


def _file(name: str) -> Path | None:
    if name.partition(".")[0] != "one_click":
        return None
    base = SOURCE / name.replace(".", "/")
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.exists():
            return path.relative_to(SOURCE.parent)
    return None
