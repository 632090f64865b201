"""What a stage leaves when its DVC is killed alone: it works on, beside the next run of itself."""

import re
from collections.abc import Iterable
from pathlib import Path

import psutil

from one_click.experiments.lock_files import lives

BESIDE = re.compile(r"^\.(?P<name>.+)\.(?P<pid>\d+)(?P<suffix>\.[^.]*)?$")  # see running.writing


def _stages_at_work(root: Path) -> dict[int, psutil.Process]:
    """Processes of stages that DVC began in this project, their children too."""
    processes = {}
    for process in psutil.process_iter():
        try:
            given = process.environ()
            if given.get("DVC_STAGE") and Path(given["DVC_ROOT"]).resolve() == root:
                processes[process.pid] = process
        except (psutil.Error, OSError, KeyError):
            continue
    return processes


def orphans(root: Path, owners: set[int]) -> list[psutil.Process]:
    """Processes of stages whose DVC has ended.

    Parameters
    ----------
    owners
        Numbers of living processes that DVC's rwlock names.
    """
    processes = _stages_at_work(root)
    alone = []
    for process in processes.values():
        try:
            parent = process.parent()
            while parent and parent.pid in processes:
                parent = parent.parent()
            is_owned = parent and (
                parent.pid in owners or any(Path(word).name == "dvc" for word in parent.cmdline())
            )
        except psutil.NoSuchProcess:
            continue
        if not is_owned:
            alone.append(process)
    return alone


def mend_orphans(root: Path, owners: set[int]) -> list[str]:
    """End stages whose DVC has ended; what was done, in a line."""
    processes, names = orphans(root, owners), set()
    for process in processes:
        try:
            names.add(process.environ()["DVC_STAGE"])
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(processes, timeout=10)
    return [f"{', '.join(sorted(names))} ran on without its dvc: ended"] if names else []


def _is_left(path: Path) -> bool:
    """Whether a writer that has ended left this beside its target."""
    match = BESIDE.match(path.name)
    if not match or not path.is_file() or Path(match["name"]).suffix != (match["suffix"] or ""):
        return False
    return not lives(int(match["pid"]), path.stat().st_mtime)


def mend_left(outs: Iterable[Path]) -> list[str]:
    """Remove what writers left half-written; what was done, in a line."""
    beside = {
        path
        for out in outs
        for path in (*out.parent.glob(f".{out.name}.*"), *out.glob("**/.*"))
        if _is_left(path)
    }
    paths = sorted(beside)
    for path in paths:
        path.unlink(missing_ok=True)
    return [f"{', '.join(map(str, paths))}: half-written, removed"] if paths else []
