"""Mend what a kill or a full disk left behind, so that `dvc repro` goes on.

Enters: dvc.lock, its copies, lock files of DVC and git, processes. Leaves: the last whole dvc.lock,
no lock file of a process that has ended, no stage that works without its DVC, no half of a file.
`make repro` and `one-click sweep` do this before they begin.
"""

from one_click import artefacts
from one_click.experiments.repair import repair
from one_click.running.arguments import command_parser
from one_click.running.errors import InputError


def main() -> None:
    command_parser("repair", __doc__, "").parse_args()
    if not artefacts.MENU.exists():
        raise InputError(f"{artefacts.MENU}: not found; run this in the project's folder")
    for line in repair():
        print(line)
