"""Promises of lock files: one whose owner is dead goes, one whose owner lives stays."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from one_click.experiments import lock_files
from one_click.experiments.lock_files import (
    DVC_LOCK,
    RWLOCK,
    dvcs_lock,
    lives,
    mend_git,
    mend_hard_links,
    mend_rwlock,
)

OURS = {"pid": os.getpid(), "cmd": "dvc repro"}


@pytest.fixture(scope="module")
def dead():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return {"pid": process.pid, "cmd": "dvc repro"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of DVC's."""
    monkeypatch.chdir(tmp_path)
    RWLOCK.parent.mkdir(parents=True)
    return tmp_path


@pytest.fixture
def project(folder):
    """In a repository of git with a commit."""
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "a state"], check=True)
    return folder


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\0" * 9, b"\xff", b"[]", b"1", b"null", b'{"write": []}', b'{"read": {"a": 1}}',
     b'{"write": {"a": {"pid": 1}}}', b'{"write": {"a": {"pid": "1", "cmd": "dvc"}}}',
     b'{"write": {"a": {"pid": -1, "cmd": "dvc"}}}', b'{"read": {"a": [{}]}}'],
)  # fmt: skip
def test_a_rwlock_that_dvc_can_not_read_is_removed(content, folder):
    RWLOCK.write_bytes(content)
    (line,) = mend_rwlock()
    assert line == f"{RWLOCK} was cut: removed"
    assert not RWLOCK.exists()


@pytest.mark.parametrize("content", [{}, {"write": {}, "read": {}}, {"write": {"a": OURS}},
                                     {"read": {"a": [OURS, OURS]}, "write": {}}])  # fmt: skip
def test_a_rwlock_of_the_living_stays(content, folder):
    RWLOCK.write_text(json.dumps(content))
    assert mend_rwlock() == []
    assert json.loads(RWLOCK.read_text()) == content
    RWLOCK.unlink()
    assert mend_rwlock() == []


def test_the_dead_are_taken_out_of_a_rwlock_and_the_living_stay(folder, dead):
    content = {"write": {"a": dead, "b": OURS}, "read": {"c": [dead, OURS], "d": [dead]}}
    RWLOCK.write_text(json.dumps(content))
    assert len(mend_rwlock()) == 1
    assert json.loads(RWLOCK.read_text()) == {"write": {"b": OURS}, "read": {"c": [OURS]}}


def test_a_process_that_began_after_the_lock_was_written_is_another_one(folder):
    """After a restart of a container numbers are given anew: DVC would wait for a stranger."""
    assert lives(os.getpid(), time.time())
    assert not lives(os.getpid(), time.time() - 1e6)
    RWLOCK.write_text(json.dumps({"write": {"a": OURS}}))
    os.utime(RWLOCK, (0, 0))
    assert len(mend_rwlock()) == 1


def test_a_process_that_nobody_has_waited_for_is_dead():
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not lives(process.pid, time.time())
    process.wait()


HOLDING = """
import fcntl, sys, time
file = open(".dvc/tmp/lock", "a")
fcntl.flock(file, fcntl.LOCK_EX)
print(flush=True)
time.sleep(0.7)
"""


def test_another_dvc_is_waited_for_and_one_that_was_killed_is_not(folder):
    with subprocess.Popen([sys.executable, "-c", HOLDING], stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        with dvcs_lock(DVC_LOCK):
            assert other.wait(timeout=5) == 0
    assert DVC_LOCK.exists()  # its owner has gone, and it is nobody's
    with dvcs_lock(DVC_LOCK):
        pass


def test_locks_by_hard_link_are_taken_where_dvc_takes_them_and_leave_nothing(folder):
    """A plain file of that name would stop DVC."""
    (folder / ".dvc/config").write_text("[core]\n    hardlink_lock = true\n")
    RWLOCK.write_bytes(b"")
    with dvcs_lock(DVC_LOCK):
        assert DVC_LOCK.stat().st_nlink == 2
        assert len(mend_rwlock()) == 1
    assert [*RWLOCK.parent.iterdir()] == []


def test_a_lock_by_hard_link_goes_where_no_dvc_works(folder):
    """As `core.hardlink_lock` has it: the file stays when its owner is killed, for a year."""
    claim, other = RWLOCK.with_name("0123.lock"), RWLOCK.with_name("lock_of_nobody.lock")
    other.touch()
    assert mend_hard_links() == []
    claim.touch()
    os.link(claim, DVC_LOCK)
    at_work = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "dvc"])
    assert mend_hard_links() == []
    at_work.kill()
    at_work.wait()
    (line,) = mend_hard_links()
    assert str(DVC_LOCK) in line
    assert [*RWLOCK.parent.iterdir()] == [other]
    DVC_LOCK.touch()  # held by flock, or by nobody: it may stay
    assert mend_hard_links() == []


GIT_LOCKS = (
    "index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "refs/heads/main.lock",
    "refs/exps/aa/bb/name.lock",
)  # fmt: skip


def left_over(folder: Path) -> None:
    """Locks as a killed git leaves them, under a clock that has been set since."""
    for name in GIT_LOCKS:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (time.time() + 3600,) * 2)


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(lock_files, "PATIENCE", 0.3)


@pytest.mark.usefixtures("hasty")
def test_git_locks_of_nobody_are_removed_in_a_tree_and_not_in_its_neighbours(project, monkeypatch):
    """A work tree has an index of its own, and shares references."""
    left_over(project / ".git")
    assert len(mend_git()) == len(GIT_LOCKS)
    assert not [*(project / ".git").rglob("*.lock")]
    subprocess.run(["git", "worktree", "add", "-q", "--detach", "tree"], check=True)
    left_over(project / ".git")
    (own,) = (project / ".git/worktrees").iterdir()
    (own / "index.lock").touch()
    monkeypatch.chdir(project / "tree")
    time.sleep(0.1)
    mend_git()
    assert {path.name for path in (project / ".git").rglob("*.lock")} == {"index.lock", "HEAD.lock"}
    assert not (own / "index.lock").exists()
    (project / ".git/HEAD.lock").unlink()
    monkeypatch.chdir(project)
    (project / "inside").mkdir()
    monkeypatch.chdir(project / "inside")  # the project may be a folder of a repository
    assert len(mend_git()) == 1
    assert mend_git() == []


@pytest.mark.usefixtures("hasty")
def test_git_locks_of_the_living_stay(project):
    left_over(project / ".git")
    waiting = subprocess.Popen(["git", "cat-file", "--batch"], stdin=subprocess.PIPE)
    while Path(f"/proc/{waiting.pid}/comm").exists() and not (
        Path(f"/proc/{waiting.pid}/comm").read_text().startswith("git")
    ):
        time.sleep(0.01)
    assert mend_git() == []
    waiting.communicate()
    with (project / ".git/index.lock").open("w"):  # DVC writes the index without git
        assert mend_git() == []
    assert len(mend_git()) == len(GIT_LOCKS)


@pytest.mark.usefixtures("hasty")
def test_outside_of_git_there_is_nothing_to_remove(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert mend_git() == []
