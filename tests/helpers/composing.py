"""Choices composed in the present folder, as the stage does it, and what it says in vain."""

from pathlib import Path

import pytest
import yaml

from one_click import artefacts
from one_click.running import stage
from one_click.stages import compose

OLD_LOCK = b"# an earlier lock\n"


def composing() -> None:
    """As `python -m one_click.stages.compose` without arguments."""
    stage.run(lambda: compose.main(check=False))


def menu() -> dict:
    return yaml.safe_load(artefacts.MENU.read_text(encoding="utf-8"))


def write(choices: dict) -> None:
    text = yaml.safe_dump(choices, allow_unicode=True, sort_keys=False)
    artefacts.MENU.write_text(text, encoding="utf-8")


def choose(**choices) -> None:
    """Change choices of the menu."""
    write(menu() | choices)


def lock() -> dict:
    """Compose, and read what was written."""
    composing()
    return yaml.safe_load(artefacts.CONF_LOCK.read_text(encoding="utf-8"))


def fault(capsys) -> str:
    """Compose in vain: the one line, with the earlier lock intact and nothing left beside it."""
    with pytest.raises(SystemExit) as exit_:
        composing()
    assert exit_.value.code == 1
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert artefacts.CONF_LOCK.read_bytes() == OLD_LOCK
    assert {path.name for path in Path().iterdir()} <= {"params.yaml", "conf", "conf.lock.yaml"}
    return line.removeprefix("error: ")
