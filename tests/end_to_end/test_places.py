"""Where a project may lie: in a folder of a repository, under any name, in a clone, without git."""

import re
import shutil
from pathlib import Path

import pytest
from helpers.toy import Toy

from one_click.cli import COMMANDS

pytestmark = pytest.mark.slow

PLACE = "модуль/Проект (1) & a,b='x' [z] $H;!*~^+@"
TABLES = "Таблицы (1) & a,b='x' [z]"
ME = "Иван Петров"
NO_TABLE = "sweep.table=false"  # which costs seconds
SWEEP = ("sweep", "scaler=minmax", "sweep.upto=prepare", NO_TABLE)
USES_GIT = {
    "fresh": (),
    "compare": ("HEAD",),
    "plots": (),
    "leaderboard": ("multirun/x",),
    "promote": ("x",),
    "sweep": SWEEP[1:],
}
NEEDS_NO_GIT = {
    "score", "measure", "simulate", "measure-procedure", "learning-curve", "seconds", "repair",
    "fetch", "deliver", "worker",
}  # fmt: skip


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> Toy:
    """In a folder of a larger repository, of somebody whose name is not ASCII."""
    toy = Toy.made(tmp_path_factory.mktemp("places") / TABLES, PLACE)
    for key, value in {"user.name": ME, "user.email": "ivan@example.org"}.items():
        toy.run("git", "config", key, value)
    # What some have in their own config, and what makes `git diff` unfit to be applied.
    for key in ("diff.noprefix", "diff.mnemonicPrefix", "diff.relative"):
        toy.run("git", "config", key, "true")
    toy.run("git", "config", "color.ui", "always")
    toy.run("git", "remote", "add", "origin", "/нигде/проект.git")
    return toy


class KnownToGit(Toy):
    """Commands run by somebody whose name stands in the repository's config alone."""

    def environment(self) -> dict[str, str]:
        """As otherwise, without an identity."""
        return {k: v for k, v in super().environment().items() if not k.startswith("GIT_")}


def test_a_project_in_a_folder_of_a_repository_sweeps_and_promotes(toy):
    """From one of its own folders, with edits, new files and earlier waves; side by side."""
    toy.write("conf/scaler/моя шкала.yaml", "_target_: sklearn.preprocessing.MinMaxScaler\n")
    toy.write("src/choose.py", (toy.folder / "src/choose.py").read_text() + "# edited\n")
    toy.write("data/waves/2026-11.csv", "of November\n")
    below = KnownToGit(toy.folder / "conf/scaler", toy.tables)
    tables = f"tables={toy.tables}"
    words = ("-m", "scaler=minmax", tables, "sweep.upto=offer", "hydra/launcher=joblib")
    assert "1/1 done" in below.sweep(*words)
    assert (toy.folder / "reports/sweep.csv").exists()
    assert not (toy.folder / "conf/scaler/reports").exists()
    (minmax,) = toy.experiments()
    refs = toy.run("git", "for-each-ref", "refs/exps", "--format=%(refname)").stdout.split()
    ref = next(ref for ref in refs if ref.endswith(minmax))
    assert toy.run("git", "log", "-1", "--format=%an", ref).stdout == f"{ME}\n"
    assert toy.run("git", "show", f"{ref}:./metrics/waves.txt").stdout.startswith("of November")
    assert toy.run("git", "show", f"{ref}:./conf/scaler/моя шкала.yaml").stdout
    assert "# edited" in toy.run("git", "show", f"{ref}:./src/choose.py").stdout
    (sweep,) = (toy.folder / "multirun").iterdir()
    assert minmax in below.one_click("leaderboard", f"../../multirun/{sweep.name}")
    below.one_click("promote", minmax)
    assert "scaler: minmax" in (toy.folder / "params.yaml").read_text(encoding="utf-8")
    assert "stale" in below.one_click("fresh", good=False)
    toy.run("git", "clean", "-fdq", "conf")
    toy.run("git", "reset", "-q", "--hard")


def test_a_clone_without_its_history_is_refused_before_the_work(toy, tmp_path):
    """And a sweep whose last record DVC would refuse for want of a folder of plots."""
    top = toy.run("git", "rev-parse", "--show-toplevel").stdout.strip()
    toy.run("git", "commit", "-q", "--allow-empty", "-m", "another")
    toy.run("git", "clone", "-q", "--depth", "1", f"file://{top}", str(tmp_path / "clone"))
    clone = Toy(tmp_path / "clone" / PLACE, toy.tables)
    told = clone.one_click(*SWEEP, good=False)
    assert "git fetch --unshallow" in told
    assert len(told.splitlines()) == 1
    clone.run("git", "fetch", "-q", "--unshallow")
    lock = (clone.folder / "dvc.lock").read_text(encoding="utf-8")
    out = "    - path: data/report.json\n"
    digest = f"      hash: md5\n      md5: {'0' * 32}.dir\n      size: 1\n      nfiles: 1\n"
    assert lock.count(out) == 1
    lock = lock.replace(out, f"    - path: plots/x\n{digest}{out}")
    clone.write("dvc.lock", lock)
    told = clone.one_click(*SWEEP, good=False)
    assert "plots/x: not in DVC's cache" in told
    assert "run `dvc repro` first" in told
    assert len(told.splitlines()) == 1
    assert clone.experiments() == []


def test_a_worktree_with_a_detached_head_sweeps(toy, tmp_path):
    """And so does a submodule: git's folder is elsewhere in both."""
    top = toy.run("git", "rev-parse", "--show-toplevel").stdout.strip()
    toy.run("git", "worktree", "add", "-q", "--detach", str(tmp_path / "tree"), "HEAD")
    around = tmp_path / "around"
    toy.run("git", "init", "-q", str(around))
    words = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", top, "part")
    toy.run("git", "-C", str(around), *words)
    for where in (tmp_path / "tree", around / "part"):
        place = Toy(where / PLACE, toy.tables)
        place.run("git", "config", "user.name", ME)
        place.run("git", "config", "user.email", "ivan@example.org")
        before = set(place.experiments())
        place.one_click(*SWEEP, "sweep.force=true", f"set.split.seed={len(str(where))}")
        assert set(place.experiments()) - before
        assert place.run("git", "status", "--porcelain").stdout == ""
    toy.run("git", "worktree", "remove", "--force", str(tmp_path / "tree"))


@pytest.mark.parametrize("folder", ["a#b", "50%", "why?", "a\\b"])
def test_a_path_without_an_address_is_refused_before_the_work(toy, tmp_path, folder):
    top = toy.run("git", "rev-parse", "--show-toplevel").stdout.strip()
    toy.run("git", "clone", "-q", "--shared", top, str(tmp_path / folder))
    told = Toy(tmp_path / folder / PLACE, toy.tables).one_click(*SWEEP, good=False)
    assert "DVC runs no experiments in a path with" in told
    assert len(told.splitlines()) == 1


@pytest.fixture(scope="module")
def download(toy, tmp_path_factory) -> Toy:
    """The files alone, as from a page that offers them as a zip."""
    folder = tmp_path_factory.mktemp("download") / "project"
    ignored = shutil.ignore_patterns("tmp", "cache", "multirun", "reports")
    shutil.copytree(toy.folder, folder, ignore=ignored)
    return Toy(folder, toy.tables)


@pytest.mark.parametrize("command", USES_GIT)
def test_without_git_a_command_says_what_to_do_in_one_line(download, command, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(download.folder.parent))
    told = download.one_click(command, *USES_GIT[command], good=False)
    assert re.fullmatch(r"error: .*git repository: `git init`, `git add -A`, .*\n", told)


def test_every_command_is_tried():
    assert {*USES_GIT, *NEEDS_NO_GIT} == set(COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_outside_a_project_a_command_says_so_in_one_line(download, command):
    outside = Toy(download.folder.parent, Path())
    told = outside.one_click(command, good=False)
    assert re.fullmatch(r"error: .*: no dvc.yaml here or above: go to the project's folder\n", told)


def test_a_repository_that_does_not_hold_the_project_yet_is_told(download):
    """No commit; a commit of other files; nobody who commits."""
    download.run("git", "init", "-q", "-b", "main", str(download.folder.parent))
    try:
        assert "git has no commit yet" in download.one_click(*SWEEP, good=False)
        download.run("git", "commit", "-q", "--allow-empty", "-m", "nothing")
        told = download.one_click(*SWEEP, good=False)
        assert "does not hold this project: `git add -A .`, then commit" in told
    finally:
        shutil.rmtree(download.folder.parent / ".git")


def test_sources_keep_their_line_ends_whatever_git_is_told(tmp_path):
    """`core.autocrlf=true`, the default on Windows, would make every stage stale."""
    from helpers.imports import SOURCE

    toy = Toy(tmp_path, Path())
    toy.run("git", "init", "-q")
    toy.run("git", "config", "core.autocrlf", "true")
    shutil.copy(SOURCE.parent / ".gitattributes", tmp_path)
    for name in ("a.py", "conf/a.yaml", "report.html.j2", "Makefile", "dvc.lock", "x.csv"):
        toy.write(name, "one\ntwo\n")
    toy.commit()
    for path in tmp_path.rglob("*.*"):
        if path.is_file() and ".git/" not in str(path):
            path.unlink()
    toy.run("git", "checkout", "-q", "--", ".")
    for name in ("a.py", "conf/a.yaml", "report.html.j2", "Makefile", "dvc.lock", "x.csv"):
        assert (tmp_path / name).read_bytes() == b"one\ntwo\n", name
