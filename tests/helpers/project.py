"""A checkout of the project in a folder, small enough to run, and what a change must re-execute."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from helpers import warm_python
from helpers.forked import completed
from helpers.imports import SOURCE

ROOT = SOURCE.parent
TUNED = {"tune@dummy", "tune@tree"}
STUDY = {"prepare", "quality", "describe", "draw"}
PLAN = {"offer", "illustrate", "report"}
AFTER_CHOICE = {"evaluate", "predict", "explain", "segment", "headline"} | PLAN
SMALL = {
    "candidates": ["dummy", "tree"],
    "set": {
        "sample": {"customers": 300},
        "search": {"trials": 2},
        "evaluate": {"resamples": 100},
        "predict": {
            "repeats": 2,
            "second_opinions": 1,
            "order_pairs": 2,
            "new_order_pairs": 2,
            "reference": 20,
            "shuffles": 1,
        },
        "candidates": {"tree": {"max_depth": 4, "min_samples_leaf": 10}},
    },
}


class Project:
    """A checkout in a folder, and commands run in it.

    Parameters
    ----------
    forks
        Whether DVC's stages are forked, see `warm_python`, or processes as a user's are.
    """

    def __init__(self, folder: Path, forks: bool = True):
        self.folder, self.forks = folder, forks

    @classmethod
    def of_work_tree(cls, folder: Path, forks: bool = True) -> "Project":
        """The work tree as it is, without results, in a repository of its own."""
        listing = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        for name in filter(None, listing.split("\0")):
            if (ROOT / name).is_file() and not name.startswith(("metrics/", "plots/", "dvc.lock")):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        project = cls(folder, forks)
        project.git("init", "-q")
        return project

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess:
        """Run a command as with the environment activated and no other one set."""
        places = [Path(sys.executable).parent, os.environ["PATH"]]
        if self.forks:
            places.insert(0, warm_python.folder())
        env = os.environ | {
            "PATH": os.pathsep.join(map(str, places)),
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
        }  # fmt: skip
        done = completed(command, self.folder, env)
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done

    def git(self, *arguments: str) -> str:
        """Run git; what it prints."""
        return self.run("git", *arguments).stdout

    def commit(self) -> None:
        """Commit all that git does not ignore."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a state", "--allow-empty")

    def dvc(self, *arguments: str, check: bool = True) -> set[str]:
        """Run DVC; the stages that it executed."""
        return executed(self.run("dvc", *arguments, check=check).stdout)

    def edit_menu(self, changes: dict) -> None:
        """Change choices of params.yaml."""
        self.edit("params.yaml", changes)

    def edit(self, name: str, changes: dict) -> None:
        """Change keys of a YAML file."""
        path = self.folder / name
        content = yaml.safe_load(path.read_text(encoding="utf-8")) | changes
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")

    def restore(self) -> None:
        """Back to the committed state."""
        self.git("reset", "-q", "--hard")
        self.run("dvc", "checkout", "--force", "--allow-missing")

    def digest(self, name: str) -> bytes:
        """What a file holds."""
        return (self.folder / name).read_bytes()


def executed(output: str) -> set[str]:
    return set(re.findall(r"Running stage '([^']+)'", output))


def nested(changes: dict) -> dict:
    """Dotted keys become nested mappings over those of the small menu."""
    menu = yaml.safe_load(yaml.safe_dump(SMALL))
    for key, value in changes.items():
        *parents, last = key.split(".")
        place = menu
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return menu


def assert_only(ran: set[str], must: set[str], may: set[str]) -> None:
    assert must <= ran, f"did not run: {must - ran}"
    assert ran <= must | may, f"ran for nothing: {ran - must - may}"


CHANGES = {
    "scaler": ({"scaler": "minmax"}, {"compose", "choose"} | TUNED, AFTER_CHOICE),
    "campaign": ({"set.campaign.budget": 3}, {"compose", "headline"} | PLAN, set()),
    "report": ({"report": "en"}, {"compose", "draw"} | PLAN, set()),
    "describe": ({"set.describe.alpha": 0.04}, {"compose", "quality", "describe", "draw"},
                 {"report"}),
    "candidate": ({"set.candidates.tree.max_depth": 3}, {"compose", "tune@tree", "choose"},
                  AFTER_CHOICE),
    "segments": ({"set.segments.profit_cut": 0.8}, {"compose", "segment"} | PLAN, {"headline"}),
}  # fmt: skip


def ran_once(folder: Path, *targets: str, forks: bool = True) -> Project:
    """A clone that has run once, all of it or up to some stages, its results committed."""
    project = Project.of_work_tree(folder, forks)
    project.edit_menu(SMALL)
    project.commit()
    ran = project.dvc("repro", *targets)
    everything = {"compose", "sample", "choose"} | STUDY | TUNED | AFTER_CHOICE
    assert ran < everything if targets else ran == everything
    project.commit()
    return project


def built(factory: pytest.TempPathFactory) -> Project:
    """A project that has run once: in a run of tests one for all, whoever asks first builds it.

    Others wait for it. It is there to be copied, see `copy_of_built`.
    """
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = base / "built_project", base / "built_project.done"
    with (base / "built_project.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            ran_once(folder)
            done.touch()
    return Project(folder)


def copy_of_built(factory: pytest.TempPathFactory, name: str) -> Project:
    """A copy of the built project, its cache with it, for the tests of one module."""
    folder = factory.mktemp(name) / "project"
    shutil.copytree(built(factory).folder, folder, symlinks=True)
    return Project(folder)
