"""The sweep's own settings."""

import os

from helpers.imports import SOURCE

from one_click import artefacts
from one_click.choices.menu import read_menu
from one_click.experiments.sweep_settings import defaults


def test_two_sweeps_of_the_same_second_have_folders_of_their_own(monkeypatch):
    """The second would take away what the first has written."""
    menu = read_menu(SOURCE.parent / artefacts.MENU)
    folders = []
    for process in (1, 2):
        monkeypatch.setattr(os, "getpid", lambda process=process: process)
        folders.append(defaults(menu)["hydra"]["sweep"]["dir"])
    assert len(set(folders)) == 2
