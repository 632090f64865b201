"""A lock that was edited is refused; one that a merge has spoilt is composed anew."""

from dataclasses import dataclass

import pytest
import yaml
from helpers.composing import OLD_LOCK, choose, composing, lock
from helpers.imports import SOURCE

from one_click import artefacts
from one_click.running import stage
from one_click.running.errors import InputError
from one_click.running.lock import load
from one_click.settings.risk import Search
from one_click.stages import compose

ROOT = SOURCE.parent
pytestmark = pytest.mark.usefixtures("workplace")


@dataclass
class Settings:
    """What a stage loads."""

    search: Search


def test_a_check_writes_nothing():
    choose(scaler="robust")
    stage.run(lambda: compose.main(check=True))
    assert artefacts.CONF_LOCK.read_bytes() == OLD_LOCK


def edit_lock(old: str, new: str) -> bytes:
    """Compose, then edit the lock as `-S conf.lock.yaml:...` would; what it holds now."""
    lock()
    text = artefacts.CONF_LOCK.read_text(encoding="utf-8")
    assert old in text
    artefacts.CONF_LOCK.write_text(text.replace(old, new), encoding="utf-8")
    return artefacts.CONF_LOCK.read_bytes()


def test_an_edited_lock_is_refused_and_not_composed_away(capsys):
    edited = edit_lock("trials: 8", "trials: 9")
    with pytest.raises(SystemExit):
        composing()
    (line,) = capsys.readouterr().err.splitlines()
    assert "conf.lock.yaml: edited (search.trials)" in line
    assert "-S ++set.search.trials=" in line
    assert "git checkout conf.lock.yaml" in line
    assert artefacts.CONF_LOCK.read_bytes() == edited


def test_no_stage_loads_an_edited_lock():
    edit_lock("trials: 8", "trials: 9")
    with pytest.raises(InputError, match=r"conf\.lock\.yaml: search: edited"):
        load(Settings)


def test_a_lock_written_otherwise_with_the_same_values_is_none_that_was_edited():
    """DVC's `-S` writes the whole file anew, in its own layout."""
    edit_lock("trials: 8", "trials:    8")
    assert load(Settings).search.trials == 8
    lock()


def test_a_lock_with_the_marks_of_a_merge_is_composed_anew():
    lock()
    before = artefacts.CONF_LOCK.read_bytes()
    artefacts.CONF_LOCK.write_bytes(b"<<<<<<< HEAD\n" + before + b"=======\n>>>>>>> other\n")
    lock()
    assert artefacts.CONF_LOCK.read_bytes() == before


def test_a_wrong_digest_over_the_right_values_is_mended():
    """As after a merge that took the values from one side and the digests from the other."""
    lock()
    good = artefacts.CONF_LOCK.read_bytes()
    signed = yaml.safe_load(good)["digests"]["scaler"]
    edit_lock(f"scaler: {signed}", "scaler: 0123456789ab")
    composing()
    assert artefacts.CONF_LOCK.read_bytes() == good
