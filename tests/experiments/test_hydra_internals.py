"""Hydra's inner parts: fenced in one module, and tried on the version that is installed."""

import re
from importlib.metadata import version

from helpers.imports import SOURCE

from one_click.experiments import hydra_internals


def test_hydra_is_the_version_that_its_inner_parts_were_tried_on():
    """Where this fails: run test_jobs.py and test_sweep.py, then write the new version there."""
    assert version("hydra-core") == hydra_internals.TRIED


def test_one_module_alone_imports_inner_parts_of_hydra():
    inner = re.compile(r"^\s*(from|import) hydra(\._|\.core\.override_parser\.overrides)", re.M)
    importers = [
        path.stem for path in SOURCE.rglob("*.py") if inner.search(path.read_text(encoding="utf-8"))
    ]
    assert importers == [hydra_internals.__name__.rpartition(".")[2]]
