"""A copy of the project as it stands, in which the jobs of a sweep run.

`dvc exp run --temp` puts the work tree aside for a moment, takes HEAD off its branch and writes
params.yaml: in the project itself, a kill at that moment, a `dvc repro` or an editor would meet
that. In a copy they meet nothing; experiments and cached outputs go to the project's own git and
cache. A copy is a clone that borrows the project's objects, and takes a second.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from one_click import artefacts
from one_click.experiments.graph import needed, parsed, stages
from one_click.running import writing
from one_click.running.errors import InputError

HOME = Path(".dvc/tmp/sweep")
CODE = ("src", "conf", "dvc.yaml", "params.yaml")  # untracked files of these go along


@dataclass(frozen=True)
class Snapshot:
    """Where the copy is, of which commit, and a digest of all but the config that jobs share."""

    folder: str
    head: str
    base: str
    upto: str

    @property
    def clone(self) -> Path:
        """The copy's work tree: only `dvc` writes it."""
        return Path(self.folder) / "project"

    @property
    def conf(self) -> Path:
        """The groups as they were when the sweep began."""
        return Path(self.folder) / "conf"

    @property
    def waves(self) -> list[str]:
        """Files of earlier waves in the copy: git, and so a job's own copy, leaves them out."""
        paths = sorted((self.clone / artefacts.WAVES).glob("*.csv"))
        return [str(path.relative_to(self.clone)) for path in paths]

    def menu(self) -> dict:
        """The menu as it was when the sweep began."""
        return parsed((Path(self.folder) / artefacts.MENU).read_text(encoding="utf-8"))

    def ref(self, name: str) -> str:
        """Where git keeps an experiment of this commit."""
        return f"refs/exps/{self.head[:2]}/{self.head[2:]}/{name}"


def command(*words: str, folder: Path | str = ".", content: bytes | None = None) -> str:
    """Run a command; what it prints.

    Raises
    ------
    InputError
        Where it fails: the command and the last line it said.
    """
    process = subprocess.run(words, cwd=folder, input=content, capture_output=True, check=False)
    if process.returncode:
        lines = (process.stderr or process.stdout).decode(errors="replace").strip().splitlines()
        raise InputError(f"{' '.join(words[:4])}: {lines[-1] if lines else process.returncode}")
    return process.stdout.decode()


def check_place() -> None:
    """Check that this is the project's folder, its git has a commit, and `dvc` can be called.

    Raises
    ------
    InputError
        Says what is missing.
    """
    if shutil.which("dvc") is None:
        raise InputError("no `dvc` on PATH: source .venv/bin/activate")
    top = Path(command("git", "rev-parse", "--show-toplevel").strip())
    if not artefacts.MENU.exists() or top != Path.cwd():
        raise InputError(f"{Path.cwd()}: not the project's folder; run this where params.yaml is")
    try:
        command("git", "rev-parse", "--verify", "HEAD")
    except InputError:
        raise InputError("git has no commit yet: commit first, experiments stand on one") from None


def _prune(clone: Path, menu: dict, upto: str) -> None:
    """Take out figures of stages beyond `upto`: else an experiment shows those of another one.

    Their entries of dvc.lock stay: `dvc exp apply` would miss their outputs.
    """
    graph = stages(clone / "dvc.yaml", menu)
    for name in set(graph) - needed(graph, upto):
        for path in graph[name].kept_in_git:
            (clone / path).unlink(missing_ok=True)


def _earlier_waves(clone: Path, menu: dict, upto: str) -> bytes:
    """Copy earlier waves, which git does not keep, where a stage up to `upto` reads them."""
    graph, content = stages(clone / "dvc.yaml", menu), b""
    if any(str(artefacts.WAVES) in graph[name].deps for name in needed(graph, upto)):
        for path in sorted(artefacts.WAVES.glob("*.csv")):
            shutil.copy(path, clone / path)
            content += str(path).encode() + path.read_bytes()
    return content


def _filled(folder: Path, upto: str) -> Snapshot:
    """Clone HEAD, put the work tree's changes on it, and give it the project's cache."""
    clone = folder / "project"
    head = command("git", "rev-parse", "HEAD").strip()
    cache = command("dvc", "cache", "dir").strip()
    command("git", "clone", "-q", "--shared", "--no-tags", ".", str(clone))
    command("git", "checkout", "-q", "--detach", head, folder=clone)
    changes = subprocess.run(
        ["git", "diff", "HEAD", "--binary"], capture_output=True, check=True
    ).stdout
    if changes:
        command("git", "apply", "--whitespace=nowarn", folder=clone, content=changes)
    code = subprocess.run(
        ["git", "diff", "HEAD", "--binary", "--", "src", "dvc.yaml"],
        capture_output=True,
        check=True,
    ).stdout
    digest = hashlib.sha256(head.encode() + upto.encode() + code)
    new = command("git", "ls-files", "-oz", "--exclude-standard", "--", *CODE).split("\0")
    for path in sorted(filter(None, new)):
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, clone / path)
        command("git", "add", "--intent-to-add", path, folder=clone)
        digest.update(path.encode() + Path(path).read_bytes() if path.startswith("src/") else b"")
    menu = parsed((clone / artefacts.MENU).read_text(encoding="utf-8"))
    digest.update(_earlier_waves(clone, menu, upto))
    for key in ("user.name", "user.email"):
        value = subprocess.run(["git", "config", key], capture_output=True, text=True, check=False)
        if value.stdout.strip():
            command("git", "config", key, value.stdout.strip(), folder=clone)
    local = Path(".dvc/config.local")
    if local.exists():
        shutil.copy(local, clone / local)
        command("dvc", "config", "--local", "cache.dir", cache, folder=clone)
    else:  # as that command would, without its second
        writing.write_text(clone / local, f"[cache]\n    dir = {cache}\n")
    shutil.copy(clone / artefacts.MENU, folder / artefacts.MENU)
    shutil.copytree(clone / artefacts.CONF, folder / artefacts.CONF)
    snapshot = Snapshot(str(folder.absolute()), head, digest.hexdigest(), upto)
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
