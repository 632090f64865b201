"""A folder to compose in."""

import shutil

import pytest
from helpers.composing import OLD_LOCK
from helpers.imports import SOURCE

from one_click import artefacts


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A working folder with copies of params.yaml and conf/, and an earlier lock."""
    root = SOURCE.parent
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_STAGE", raising=False)
    shutil.copy(root / artefacts.MENU, artefacts.MENU)
    shutil.copytree(root / artefacts.CONF, artefacts.CONF)
    artefacts.CONF_LOCK.write_bytes(OLD_LOCK)
    return tmp_path
