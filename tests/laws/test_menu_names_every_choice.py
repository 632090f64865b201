"""The comments of params.yaml list the options, so that nobody must look for them."""

import pytest
from helpers.imports import SOURCE

from one_click import artefacts
from one_click.choices.menu import GROUPS

ROOT = SOURCE.parent


@pytest.mark.parametrize("group", GROUPS)
def test_the_menu_names_every_choice_there_is(group):
    lines = (ROOT / artefacts.MENU).read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in lines if line.startswith(f"{group}:"))
    listed = {option.strip() for option in line.partition("#")[2].split(",")}
    assert listed == {path.stem for path in (ROOT / artefacts.CONF / group).glob("*.yaml")}
