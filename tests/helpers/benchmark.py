"""A script of benchmarks/, which is no package."""

import importlib.util
from types import ModuleType

from helpers.imports import SOURCE


def script(name: str) -> ModuleType:
    """The script as a module."""
    path = SOURCE.parent / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
