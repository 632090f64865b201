"""conf.lock.yaml in git is what params.yaml and conf/ compose to."""

from helpers.imports import SOURCE

from one_click import artefacts
from one_click.choices.composing import composed
from one_click.choices.lock import lock_text
from one_click.choices.menu import read_menu

ROOT = SOURCE.parent


def test_the_committed_lock_is_what_the_choices_compose_to():
    config = composed(read_menu(ROOT / artefacts.MENU), ROOT / artefacts.CONF)
    text = (ROOT / artefacts.CONF_LOCK).read_text(encoding="utf-8")
    assert text == lock_text(config), "run `dvc repro` and commit conf.lock.yaml"
