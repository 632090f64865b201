"""Promises of a repair: whatever the cut, dvc.lock is whole again, and nothing else is touched."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from helpers.imports import SOURCE

from one_click import artefacts
from one_click.experiments.recovery import mend_lock, named_outputs
from one_click.running import dvc_lock
from one_click.running.errors import InputError

ROOT = SOURCE.parent
NAMES = ("compose", "sample", "segment")  # a file, a folder and several outputs


def written(names: tuple[str, ...]) -> bytes:
    """A dvc.lock of some stages of the committed one."""
    lock = yaml.safe_load((ROOT / artefacts.DVC_LOCK).read_text(encoding="utf-8"))
    lock["stages"] = {name: lock["stages"][name] for name in names}
    return yaml.safe_dump(lock, sort_keys=False).encode()


WHOLE = written(NAMES)


@pytest.fixture(scope="module")
def committed(tmp_path_factory):
    """A project with a commit, its outputs and no copy of a lock."""
    folder = tmp_path_factory.mktemp("recovery")
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "conf").symlink_to(ROOT / "conf")
    (folder / artefacts.DVC_LOCK).write_bytes(WHOLE)
    (folder / ".gitignore").write_text("*\n!dvc.lock\n")
    for _, out in dvc_lock.outputs(dvc_lock.entries(WHOLE)):
        (folder / out).parent.mkdir(parents=True, exist_ok=True)
        (folder / out).touch()
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "a state"]):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *words], cwd=folder, check=True)
    return folder


@pytest.fixture
def project(committed, monkeypatch):
    monkeypatch.chdir(committed)
    artefacts.DVC_LOCK.write_bytes(WHOLE)
    shutil.rmtree(".dvc", ignore_errors=True)
    return committed


def cuts(content: bytes) -> list[int]:
    """In the middle of lines, and after each of the last two dozen lines: within an entry, too."""
    ends = [at + 1 for at, byte in enumerate(content[:-1]) if byte == ord("\n")]
    return sorted({0, len(content) - 1, *ends[-24:], *range(1, len(content), 701)})


@pytest.mark.parametrize("source", ["git's HEAD", "the copy that the last stage kept"])
def test_whatever_the_cut_the_last_whole_lock_comes_back(source, project):
    whole = WHOLE
    if source != "git's HEAD":  # a run went on since the commit
        whole = written((*NAMES, "quality"))
        artefacts.DVC_LOCK.write_bytes(whole)
        dvc_lock.keep()
        for _, out in dvc_lock.outputs(dvc_lock.entries(whole)):
            Path(out).parent.mkdir(parents=True, exist_ok=True)
            Path(out).touch()
    named = dvc_lock.outputs(dvc_lock.entries(whole))
    for at in cuts(whole):
        artefacts.DVC_LOCK.write_bytes(whole[:at])
        lines = mend_lock(named)
        if whole[:at] == WHOLE:  # just what is committed: as after `git checkout dvc.lock`
            assert lines == []
            continue
        (line,) = lines
        assert artefacts.DVC_LOCK.read_bytes() == whole, at
        assert line.startswith("dvc.lock ")
        assert source in line
        assert artefacts.CUT_LOCK.read_bytes() == whole[:at]


@pytest.mark.parametrize("content", [b"\0" * 4096, b"\xff\xfe" + WHOLE, b"- 1\n", b"stages: 1\n"])
def test_what_is_no_lock_is_a_cut_one(content, project):
    artefacts.DVC_LOCK.write_bytes(content)
    assert len(mend_lock(named_outputs())) == 1
    assert artefacts.DVC_LOCK.read_bytes() == WHOLE


def test_a_whole_lock_stays_and_is_kept(project):
    newer = WHOLE.replace(b"size: 6", b"size: 7")
    assert newer != WHOLE
    artefacts.DVC_LOCK.write_bytes(newer)
    assert mend_lock(named_outputs()) == []
    assert artefacts.DVC_LOCK.read_bytes() == newer
    assert dvc_lock.kept() == newer


def test_a_stage_that_no_lock_has_is_new(project):
    Path("reports").mkdir(exist_ok=True)
    artefacts.REPORT.touch()
    assert mend_lock(named_outputs()) == []
    artefacts.REPORT.unlink()


def test_a_stage_that_dvc_yaml_lost_is_not_brought_back(project):
    pipeline = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
    del pipeline["stages"]["segment"]
    Path("dvc.yaml").write_text(yaml.safe_dump(pipeline))
    fewer = written(NAMES[:-1])
    artefacts.DVC_LOCK.write_bytes(fewer)
    assert mend_lock(named_outputs()) == []
    assert artefacts.DVC_LOCK.read_bytes() == fewer
    shutil.copy(ROOT / "dvc.yaml", "dvc.yaml")


def test_a_stage_that_runs_after_a_cut_does_not_replace_the_copy(project):
    """`dvc repro STAGE` takes a lock that was cut between two stages, and exits 0."""
    dvc_lock.keep()
    artefacts.DVC_LOCK.write_bytes(written(NAMES[:-1]))
    dvc_lock.keep()
    assert dvc_lock.kept() == WHOLE
    (line,) = mend_lock(named_outputs())
    assert "lacked segment:" in line
    assert artefacts.DVC_LOCK.read_bytes() == WHOLE


def test_a_copy_of_another_commit_is_none(project):
    dvc_lock.keep()
    commit, _, content = artefacts.WHOLE_LOCK.read_bytes().partition(b"\n")
    artefacts.WHOLE_LOCK.write_bytes(b"0" * len(commit) + b"\n" + content)
    assert dvc_lock.kept() is None
    dvc_lock.keep()
    assert dvc_lock.kept() == WHOLE


def test_a_cut_lock_of_which_no_whole_one_is_known_is_put_away(project, monkeypatch):
    monkeypatch.setattr("one_click.experiments.recovery.committed", lambda: WHOLE[:100])
    artefacts.DVC_LOCK.write_bytes(WHOLE[:99])
    (line,) = mend_lock(named_outputs())
    assert "removed" in line
    assert not artefacts.DVC_LOCK.exists()
    assert artefacts.CUT_LOCK.read_bytes() == WHOLE[:99]
    assert mend_lock(named_outputs()) == []  # DVC makes it anew


def test_both_sides_of_a_merge_are_left_to_their_owner(project):
    both = b"<<<<<<< HEAD\n" + WHOLE + b"=======\n" + WHOLE + b">>>>>>> other\n"
    artefacts.DVC_LOCK.write_bytes(both)
    with pytest.raises(InputError, match="a merge left both sides"):
        mend_lock(named_outputs())
    assert artefacts.DVC_LOCK.read_bytes() == both
