"""What a kill or a full disk left behind, mended as a whole, before DVC is called."""

from pathlib import Path

from one_click import artefacts
from one_click.experiments.lock_files import (
    DVC_LOCK,
    dvcs_lock,
    mend_git,
    mend_hard_links,
    mend_rwlock,
    owners,
)
from one_click.experiments.orphans import mend_left, mend_orphans
from one_click.experiments.recovery import mend_lock, named_outputs
from one_click.experiments.snapshot import sweep_up


def repair() -> list[str]:
    """Mend the project; what was done, in lines. Another DVC that is at work is waited for."""
    named = named_outputs()
    sweep_up()
    lines = mend_git() + mend_hard_links()
    with dvcs_lock(DVC_LOCK):
        lines += mend_rwlock() + mend_orphans(Path.cwd().resolve(), owners())
        lines += mend_left({artefacts.DVC_LOCK, *(Path(out) for _, out in named)})
        lines += mend_lock(named)
    return [f"mended: {line}" for line in lines]
