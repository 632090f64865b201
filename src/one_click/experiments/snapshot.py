"""A copy of the project as it stands, in which the jobs of a sweep run.

`dvc exp run --temp` puts the work tree aside for a moment, takes HEAD off its branch and writes
params.yaml: in the project itself, a kill at that moment, a `dvc repro` or an editor would meet
that. In a copy they meet nothing; experiments and cached outputs go to the project's own git and
cache. A copy is a clone that borrows the project's objects, and takes a second.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from one_click import artefacts
from one_click.experiments.graph import needed, parsed, stages
from one_click.experiments.repository import MENDED_DVC, cache_folder, command, inside, paths, top
from one_click.running import writing

HOME = Path(".dvc/tmp/sweep")
CODE = ("src", "conf", "dvc.yaml", "params.yaml")  # untracked files of these go along


@dataclass(frozen=True)
class Snapshot:
    """Where the copy is, of which commit, and a digest of all but the config that jobs share.

    `inside` is where the project lies in the work tree of git.
    """

    folder: str
    head: str
    base: str
    upto: str
    inside: str

    @property
    def top(self) -> Path:
        """The copy's work tree of git: only `dvc` writes it."""
        return Path(self.folder) / "project"

    @property
    def clone(self) -> Path:
        """The project in it."""
        return self.top / self.inside

    @property
    def conf(self) -> Path:
        """The groups as they were when the sweep began."""
        return Path(self.folder) / "conf"

    @property
    def waves(self) -> list[str]:
        """Earlier waves in the copy: git, and so a job's own copy, leaves them out."""
        paths = _waves_in(self.clone / artefacts.WAVES)
        return [str(path.relative_to(self.clone)) for path in paths]

    def menu(self) -> dict:
        """The menu as it was when the sweep began."""
        return parsed((Path(self.folder) / artefacts.MENU).read_text(encoding="utf-8"))

    def ref(self, name: str) -> str:
        """Where git keeps an experiment of this commit."""
        return f"refs/exps/{self.head[:2]}/{self.head[2:]}/{name}"


def _prune(clone: Path, menu: dict, upto: str) -> None:
    """Take out figures of stages beyond `upto`: else an experiment shows those of another one.

    Their entries of dvc.lock stay: where it is promoted, DVC would miss their outputs.
    """
    graph = stages(clone / "dvc.yaml", menu)
    for name in set(graph) - needed(graph, upto):
        for path in graph[name].kept_in_git:
            (clone / path).unlink(missing_ok=True)


def _earlier_waves(clone: Path, menu: dict, upto: str) -> bytes:
    """Copy earlier waves, which git does not keep, where a stage up to `upto` reads them."""
    graph, content = stages(clone / "dvc.yaml", menu), b""
    if any(str(artefacts.WAVES) in graph[name].deps for name in needed(graph, upto)):
        for path in _waves_in(artefacts.WAVES):
            copy = shutil.copytree if path.is_dir() else shutil.copy
            copy(path, clone / path)
            files = sorted(path.rglob("*")) if path.is_dir() else [path]
            for file in files:
                if file.is_file():
                    content += str(file).encode() + file.read_bytes()
    return content


def _waves_in(folder: Path) -> list[Path]:
    """Waves that were kept as folders, and copies of `offers.csv`."""
    return sorted(path for path in folder.glob("[!.]*") if path.is_dir() or path.suffix == ".csv")


def _put(path: str, clone: Path) -> bytes:
    """Have a file in the copy as it is in the work tree, or not there; its content."""
    source, target = Path(path), clone / path
    target.unlink(missing_ok=True)
    if not source.is_file():
        return b"none"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target, follow_symlinks=False)
    return source.read_bytes()


def _with_changes(clone: Path) -> bytes:
    """Put the project's changes since HEAD on a copy; the code among them, for a digest."""
    since = ("diff", "--name-only", "-z", "--no-renames", "--relative", "--ignore-submodules")
    changed = paths(*since, "HEAD", "--", ".")
    new = paths("ls-files", "-oz", "--exclude-standard", "--", *CODE)
    new += paths(*since, "--diff-filter=A", "HEAD", "--", ".")
    code = b""
    for path in sorted({*changed, *new}):
        content = _put(path, clone)
        if path.startswith("src/") or path == "dvc.yaml":
            code += path.encode() + hashlib.sha256(content).digest()
    for path in new:
        command("git", "add", "--force", "--intent-to-add", "--", path, folder=clone)
    return code


def _cloned(folder: Path) -> Path:
    """Clone HEAD without a remote, whose address DVC (3.67) could not read if not ASCII."""
    source = ("--shared", "--no-tags", "--origin", "origin", str(top()))
    command("git", "clone", "-q", "--no-checkout", *source, str(folder))
    command("git", "checkout", "-q", "--detach", _head(), folder=folder)
    command("git", "remote", "remove", "origin", folder=folder)
    return folder


def _head() -> str:
    return command("git", "rev-parse", "HEAD").strip()


def _filled(folder: Path, upto: str) -> Snapshot:
    """Clone HEAD, put the work tree's changes on it, and give it the project's cache."""
    place = inside()
    clone = _cloned(folder / "project") / place
    digest = hashlib.sha256(_head().encode() + upto.encode() + _with_changes(clone))
    menu = parsed((clone / artefacts.MENU).read_text(encoding="utf-8"))
    digest.update(_earlier_waves(clone, menu, upto))
    local = Path(".dvc/config.local")
    if local.exists():
        shutil.copy(local, clone / local)
    cache = str(cache_folder().parents[1])
    if local.exists() or not re.fullmatch(r"[\w./-]+", cache):
        command(*MENDED_DVC, "config", "--local", "cache.dir", cache, folder=clone)
    else:  # as that command would, without its second
        writing.write_text(clone / local, f"[cache]\n    dir = {cache}\n")
    shutil.copy(clone / artefacts.MENU, folder / artefacts.MENU)
    shutil.copytree(clone / artefacts.CONF, folder / artefacts.CONF)
    snapshot = Snapshot(str(folder.absolute()), _head(), digest.hexdigest(), upto, place)
    _prune(clone, menu, upto)
    writing.write_text(folder / "snapshot.json", json.dumps(asdict(snapshot)))
    return snapshot


def read(folder: str) -> Snapshot:
    """The snapshot of a folder, for a job in a process of its own."""
    return Snapshot(**json.loads((Path(folder) / "snapshot.json").read_text(encoding="utf-8")))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _works_in(pid: int, folder: Path) -> bool:
    """Whether a process is one of this snapshot, and none that has its number since."""
    try:
        return Path(psutil.Process(pid).cwd()).is_relative_to(folder.absolute())
    except (psutil.Error, OSError):
        return False


def _emptied(folder: Path) -> None:
    """Kill what still runs for a snapshot, and remove it."""
    for entry in folder.glob("running/*"):
        if _works_in(int(entry.name), folder):
            with suppress(ProcessLookupError):
                os.killpg(int(entry.name), signal.SIGKILL)
    for _ in range(20):  # what was killed may still be writing
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def sweep_up() -> None:
    """Remove the copies of sweeps that were killed: their process is gone."""
    for folder in HOME.glob("*-*"):
        host, _, pid = folder.name.rpartition("-")
        if host == os.uname().nodename and pid.isdigit() and not _alive(int(pid)):
            _emptied(folder)


@contextmanager
def snapshot(upto: str) -> Iterator[Snapshot]:
    """Make the copy; remove it, and end what runs in it, however the sweep ends."""
    sweep_up()
    folder = HOME / f"{os.uname().nodename}-{os.getpid()}"
    try:
        (folder / "running").mkdir(parents=True)
        yield _filled(folder, upto)
    finally:
        _emptied(folder)
