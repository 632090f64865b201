"""The repository that the project lies in: as a whole, in a folder of it, as a worktree or module.

Commands run in the project's folder, `cli` sees to it; git's own folder may be one above.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from one_click import artefacts
from one_click.experiments.graph import Stage, parsed
from one_click.running.errors import InputError

DVC = Path(".dvc")
LOCK = Path("dvc.lock")
PLOTS = Path("plots")
UNFIT = re.compile(
    r"[{}#?%\\\x00-\x1f]"
)  # in a path: DVC (3.67) has copies by address, `file://...`
THANKS = "Having any troubles?"  # DVC's last line, which says nothing of the problem
MENDED_DVC = ("python", "-m", "one_click.experiments.mended_dvc")
IDENTITY = {
    "user.name": ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"),
    "user.email": ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"),
}


def command(*words: str, folder: Path | str = ".") -> str:
    """Run a command; what it prints.

    Raises
    ------
    InputError
        Where it fails: the command and the last line it said, of DVC all of its error.
    """
    if shutil.which(words[0]) is None:
        raise InputError(f"no `{words[0]}` on PATH: source .venv/bin/activate, or install it")
    process = subprocess.run(
        words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if process.returncode:
        lines = (process.stderr or process.stdout).decode(errors="replace").strip().splitlines()
        of_dvc = [place for place, line in enumerate(lines) if line.startswith("ERROR: ")]
        problem_lines = lines[of_dvc[-1] :] if of_dvc else lines[-1:]
        problem = " ".join(line for line in problem_lines if line and not line.startswith(THANKS))
        raise InputError(f"{' '.join(words[:4])}: {problem or process.returncode}")
    return os.fsdecode(process.stdout)


def paths(*words: str) -> list[str]:
    """What a command of git prints with `-z`, sorted."""
    return sorted(filter(None, command("git", *words).split("\0")))


def top() -> Path:
    """Git's work tree."""
    return Path(command("git", "rev-parse", "--show-toplevel").removesuffix("\n"))


def inside() -> str:
    """The project's folder from git's work tree: empty where it is that."""
    return command("git", "rev-parse", "--show-prefix").removesuffix("\n")


@cache
def cache_folder() -> Path:
    """Where DVC keeps the contents of outputs, by MD5."""
    return Path(command("dvc", "cache", "dir").removesuffix("\n")) / "files" / "md5"


def identity() -> dict[str, str]:
    """Who commits, as variables of the environment; those that git does not know are left out.

    A copy is told by them: what stands in the project's own config alone would not reach it, and
    DVC (3.67) reads no config of a copy that is not ASCII.
    """
    values = {}
    for key, variables in IDENTITY.items():
        try:
            configured = command("git", "config", "--get", key).strip()
        except InputError:
            configured = ""
        for variable in variables:
            if value := os.environ.get(variable, configured):
                values[variable] = value
    return values


def check_place() -> None:
    """Check that the project lies in a git repository, is committed there, and has its `.dvc/`.

    Raises
    ------
    InputError
        Says what is missing.
    """
    if not artefacts.MENU.exists() or not DVC.is_dir():
        missing = DVC if artefacts.MENU.exists() else artefacts.MENU
        raise InputError(f"{Path.cwd()}: no {missing}: not the project's folder, or not all of it")
    try:
        command("git", "rev-parse", "--is-inside-work-tree")
    except InputError as error:
        raise InputError(
            f"{error}: DVC and experiments need a git repository: "
            "`git init`, `git add -A`, `git commit -m start`"
        ) from None
    try:
        command("git", "rev-parse", "--verify", "HEAD")
    except InputError:
        raise InputError("git has no commit yet: commit first, experiments stand on one") from None
    try:
        command("git", "cat-file", "-e", f"HEAD:./{artefacts.MENU}")
    except InputError:
        raise InputError(
            f"{Path.cwd()}: the last commit of {top()} does not hold this project: "
            "`git add -A .`, then commit; experiments stand on a commit"
        ) from None


def check_can_record(graph: Mapping[str, Stage], names: set[str]) -> None:
    """Check before the work what DVC would only find out after it, when it records an experiment.

    Parameters
    ----------
    graph
        As `graph.stages` gives it.
    names
        Stages that a job runs.

    Raises
    ------
    InputError
        Where the path has no address, the clone is shallow, git does not know who commits, or the
        cache lacks a folder of plots that no job makes anew: DVC (3.67) lists all plots of an
        experiment.
    """
    if unfit := UNFIT.search(str(Path.cwd())):
        raise InputError(
            f"{Path.cwd()}: DVC runs no experiments in a path with {unfit[0]!r}: rename the folder"
        )
    if command("git", "rev-parse", "--is-shallow-repository").strip() == "true":
        raise InputError(
            "a shallow clone takes in no experiment: `git fetch --unshallow` brings the history"
        )
    known = identity()
    for key, variables in IDENTITY.items():
        if not known.keys() >= set(variables):
            raise InputError(f"git does not know who you are: `git config {key} ...`")
    if lacking := _lacking_plots(graph, names):
        raise InputError(
            f"{', '.join(lacking)}: not in DVC's cache, and without them DVC records no "
            "experiment: run `dvc repro` first (or `dvc pull`)"
        )


def _lacking_plots(graph: Mapping[str, Stage], names: set[str]) -> list[str]:
    """Folders of plots in dvc.lock, of stages that are not run, that the cache does not list."""
    if not LOCK.exists():
        return []
    entries = parsed(LOCK.read_text(encoding="utf-8")).get("stages", {})
    folders = {
        out["path"]: out["md5"]
        for name in entries.keys() & graph.keys() - names
        for out in entries[name].get("outs", [])
        if out.get("md5", "").endswith(".dir") and PLOTS in Path(out["path"]).parents
    }
    lacking = [p for p, md5 in folders.items() if not (cache_folder() / md5[:2] / md5[2:]).exists()]
    return sorted(lacking) if lacking and not command("dvc", "remote", "list").strip() else []
