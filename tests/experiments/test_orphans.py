"""Promises of a repair: no stage works on without its DVC, and no half of a file stays."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from one_click.experiments.orphans import mend_left, mend_orphans, orphans

WAITING = "import time; print(flush=True); time.sleep(60)"


@pytest.fixture
def stage(tmp_path):
    """A stage of the project in a folder, below a shell as DVC starts it."""
    env = os.environ | {"DVC_ROOT": str(tmp_path), "DVC_STAGE": "tune@svc"}
    words = ["sh", "-c", f'{sys.executable} -c "{WAITING}"; true']
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()  # it has begun
        children = psutil.Process(process.pid).children()
        assert children
        yield process.pid, children[0].pid
        for child in children:
            if child.is_running():
                child.kill()


def test_a_stage_without_its_dvc_is_ended_with_its_children(stage, tmp_path):
    (line,) = mend_orphans(tmp_path, set())
    assert line == "tune@svc ran on without its dvc: ended"
    gone = [not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie" for pid in stage]
    assert all(gone)
    assert mend_orphans(tmp_path, set()) == []


def test_a_stage_whose_dvc_lives_goes_on_and_so_does_one_of_another_project(stage, tmp_path):
    assert {process.pid for process in orphans(tmp_path, set())} == set(stage)
    assert mend_orphans(tmp_path, {os.getpid()}) == []  # this process began it
    assert mend_orphans(tmp_path / "other", set()) == []
    assert all(psutil.pid_exists(pid) for pid in stage)


def test_halves_of_files_go_with_their_writers_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    half = [f"data/.risks.parquet.{ended.pid}.parquet", f"plots/.a.png.{ended.pid}.png",
            f"models/in/.b.{ended.pid}"]  # fmt: skip
    other = ["data/risks.parquet", f"data/.mine.{ended.pid}.parquet", "data/.gitignore",
             f"data/.risks.parquet.{os.getpid()}.parquet", "plots/.a.png.x.png",
             f"data/.risks.parquet.{ended.pid}.csv"]  # fmt: skip
    for name in half + other:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    time.sleep(0.01)
    outs = [Path("data/risks.parquet"), Path("plots"), Path("models"), Path("absent")]
    (line,) = mend_left(outs)
    assert all(name in line for name in half)
    assert not any(Path(name).exists() for name in half)
    assert all(Path(name).exists() for name in other)
    assert mend_left(outs) == []
