"""Mend what a kill or a full disk left behind, so that `dvc repro` goes on.

Enters: dvc.lock, its copies, lock files of DVC and git, processes. Leaves: the last whole dvc.lock,
no lock file of a process that has ended, no stage that works without its DVC, no half of a file.
`make repro` calls it.
"""

from pathlib import Path

from one_click import artefacts
from one_click.experiments.lock_files import DVC_TMP, held, mend_git, mend_rwlock, owners
from one_click.experiments.orphans import mend_left, mend_orphans
from one_click.experiments.recovery import mend_lock, named_outputs
from one_click.experiments.snapshot import sweep_up
from one_click.running.arguments import command_parser
from one_click.running.errors import InputError


def main() -> None:
    command_parser("repair", __doc__, "").parse_args()
    if not artefacts.MENU.exists():
        raise InputError(f"{artefacts.MENU}: not found; run this in the project's folder")
    named = named_outputs()
    sweep_up()
    lines = mend_git()
    with held(DVC_TMP / "lock"):
        lines += mend_rwlock() + mend_orphans(Path.cwd().resolve(), owners())
        lines += mend_left({artefacts.DVC_LOCK, *(Path(out) for _, out in named)})
        lines += mend_lock(named)
    for line in lines:
        print(f"mended: {line}")
