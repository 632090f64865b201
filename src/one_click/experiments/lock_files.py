"""Lock files of DVC and git whose owner is dead: a kill or a full disk leaves them behind.

`.dvc/tmp/rwlock` is JSON with process numbers, written in place; one that was emptied stops every
DVC command (3.67). git's own (2.x) are files that are there or not, and name no owner.
`.dvc/tmp/lock` and `rwlock.lock` are held by flock and end with their owner; where DVC is told to
use hard links instead (`core.hardlink_lock`), they stay.
"""

import json
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from itertools import chain
from pathlib import Path

import psutil

from one_click.running import writing

DVC_TMP = Path(".dvc/tmp")
RWLOCK = DVC_TMP / "rwlock"
DVC_LOCK, RWLOCK_LOCK = DVC_TMP / "lock", DVC_TMP / "rwlock.lock"
PATIENCE = 3.0  # seconds that a lock of git's must stay to be nobody's
CLOCK = 5.0  # seconds by which a process's start and a file's time may differ
OF_ALL_TREES = ("packed-refs.lock", "config.lock", "shallow.lock", "refs/**/*.lock")


def dvcs_lock(path: Path) -> AbstractContextManager:
    """One of DVC's lock files, to hold as DVC does; another DVC that holds it is waited for."""
    from dvc.config import Config
    from dvc.lock import make_lock

    DVC_TMP.mkdir(parents=True, exist_ok=True)
    core = Config(str(DVC_TMP.parent.absolute()))["core"]
    return make_lock(
        str(path.absolute()),
        tmp_dir=str(DVC_TMP.absolute()),
        friendly=True,
        hardlink_lock=core.get("hardlink_lock", False),
        wait=True,
    )


def mend_hard_links() -> list[str]:
    """Remove DVC's locks by hard link where no DVC works here; what was done, in a line."""
    locks = [path for path in (DVC_LOCK, RWLOCK_LOCK) if path.exists() and path.stat().st_nlink > 1]
    if not locks or any(map(_is_dvc_here, psutil.process_iter())):
        return []
    inodes = {path.stat().st_ino for path in locks}
    for path in [*DVC_TMP.glob("*.lock"), *locks]:  # each has a second name
        if path.exists() and path.stat().st_ino in inodes:
            path.unlink()
    return [f"{', '.join(map(str, locks))} belonged to no process: removed"]


def _is_dvc_here(process: psutil.Process) -> bool:
    try:
        is_dvc = any(Path(word).name == "dvc" for word in process.cmdline())
        return is_dvc and Path(process.cwd()).is_relative_to(Path.cwd())
    except (psutil.Error, OSError):
        return False


def lives(pid: int, written: float) -> bool:
    """Whether the process that had this number at that time still runs."""
    try:
        process = psutil.Process(pid)
        is_same = process.create_time() <= written + CLOCK
        return is_same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:  # it is there, and another user's
        return True


def of_the_living(content: bytes, alive: Callable[[int], bool]) -> dict | None:
    """What a rwlock says of processes that are alive; None where it can't be read."""
    try:
        lock = json.loads(content)
        writers = {path: info for path, info in lock.get("write", {}).items() if alive(info["pid"])}
        readers = {
            path: infos
            for path, every in lock.get("read", {}).items()
            if (infos := [info for info in every if alive(info["pid"])])
        }
        infos = [*writers.values(), *chain(*readers.values())]
        is_dvcs = all(info.keys() == {"pid", "cmd"} for info in infos)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return {"write": writers, "read": readers} if is_dvcs else None


def owners() -> set[int]:
    """Numbers of the processes that DVC's rwlock names."""
    lock = json.loads(RWLOCK.read_text(encoding="utf-8")) if RWLOCK.exists() else {}
    infos = [*lock.get("write", {}).values(), *chain(*lock.get("read", {}).values())]
    return {info["pid"] for info in infos}


def mend_rwlock() -> list[str]:
    """Take out of DVC's rwlock what belongs to no living process; what was done, in a line."""
    with dvcs_lock(RWLOCK_LOCK):
        if not RWLOCK.exists():
            return []
        content, written = RWLOCK.read_bytes(), RWLOCK.stat().st_mtime
        lock = of_the_living(content, lambda pid: lives(pid, written))
        if lock is None:
            RWLOCK.unlink()
            return [f"{RWLOCK} was cut: removed"]
        if lock == {"write": {}, "read": {}} | json.loads(content):
            return []
        writing.write_text(RWLOCK, json.dumps(lock))
        return [f"{RWLOCK} named processes that have ended: taken out"]


def _folder(option: str) -> Path:
    words = ["git", "rev-parse", "--path-format=absolute", option]
    shown = subprocess.run(words, capture_output=True, text=True, check=False)
    return Path(shown.stdout.strip())


def git_locks(own: Path, common: Path) -> set[tuple[Path, int, int]]:
    """Lock files of this work tree's git, none of another work tree's: path, inode, time."""
    paths = {path for pattern in OF_ALL_TREES for path in common.glob(pattern)}
    paths |= {*own.glob("*.lock"), *own.glob("refs/**/*.lock")}
    locks = set()
    for path in paths:
        with suppress(FileNotFoundError):  # its owner was alive
            state = path.stat()
            locks.add((path, state.st_ino, state.st_mtime_ns))
    return locks


def is_at_work(process: psutil.Process, folders: list[Path], locks: set[Path]) -> bool:
    """Whether a process may own one of these locks: it is git at work here, or has it open."""
    try:
        if process.name().split("-")[0] == "git":
            is_daemon = any("daemon" in word for word in process.cmdline())
            place = Path(process.cwd())
            return not is_daemon and any(place.is_relative_to(folder) for folder in folders)
        return any(Path(file.path) in locks for file in process.open_files())
    except (psutil.Error, OSError):
        return False


def mend_git() -> list[str]:
    """Remove git's lock files that nobody owns; what was done, a line each."""
    top, own, common = map(_folder, ("--show-toplevel", "--git-dir", "--git-common-dir"))
    if own == Path() or not (locks := git_locks(own, common)):
        return []
    time.sleep(PATIENCE)  # what is somebody's may go, whatever the clock says
    old = {path for path, *_ in locks & git_locks(own, common)}
    if any(is_at_work(process, [top, own], old) for process in psutil.process_iter()):
        return []
    for path in old:
        path.unlink(missing_ok=True)
    return [f"{path} belonged to no process: removed" for path in sorted(old)]
