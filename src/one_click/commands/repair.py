"""Mend what a kill or a full disk left behind, so that `dvc repro` goes on.

Enters: dvc.lock, its copies, lock files of DVC and git. Leaves: the last whole dvc.lock, and no
lock file of a process that has ended. `make repro` calls it.
"""

from one_click import artefacts
from one_click.experiments.lock_files import DVC_TMP, held, mend_git, mend_rwlock
from one_click.experiments.recovery import mend_lock
from one_click.running.arguments import command_parser
from one_click.running.errors import InputError


def main() -> None:
    command_parser("repair", __doc__, "").parse_args()
    if not artefacts.MENU.exists():
        raise InputError(f"{artefacts.MENU}: not found; run this in the project's folder")
    lines = mend_git()
    with held(DVC_TMP / "lock"):
        lines += mend_rwlock() + mend_lock()
    for line in lines:
        print(f"mended: {line}")
