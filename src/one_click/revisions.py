"""What a commit of the project holds: figures from git, tables from DVC's cache, no checkout."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from one_click.graph import parsed
from one_click.snapshot import command
from one_click.stage import InputError


@cache
def cache_folder() -> Path:
    """Where DVC keeps the contents of outputs, by MD5."""
    return Path(command("dvc", "cache", "dir").strip()) / "files" / "md5"


@dataclass(frozen=True)
class Revision:
    """A commit, under the name it was asked for."""

    name: str
    commit: str
    stages: dict[str, dict]

    def text(self, path: Path) -> str:
        """A file that git keeps.

        Raises
        ------
        InputError
            Where the commit has none.
        """
        try:
            return command("git", "show", f"{self.commit}:{path}")
        except InputError:
            raise InputError(f"{self.name}: no {path}: run `dvc repro` there and commit") from None

    def figures(self, path: Path) -> dict:
        """A JSON file that git keeps."""
        return json.loads(self.text(path))

    def config(self, path: Path) -> dict:
        """A YAML file that git keeps."""
        return parsed(self.text(path))

    def output(self, path: Path) -> Path:
        """A file of DVC's cache that holds an output as this commit has it.

        Raises
        ------
        InputError
            Where no stage has made it, it was made of something else, or the cache lacks it.
        """
        made = {out["path"]: (name, out) for name, s in self.stages.items() for out in s["outs"]}
        if str(path) not in made:
            raise InputError(f"{self.name}: no {path} in its dvc.lock: run `dvc repro` there")
        stage, out = made[str(path)]
        self.check_current(stage)
        kept = cache_folder() / out["md5"][:2] / out["md5"][2:]
        if not kept.exists():
            raise InputError(
                f"{self.name}: {path} has left the cache: `dvc repro` in a checkout of it "
                "(or `dvc pull`) brings it back"
            )
        return kept

    def check_current(self, stage: str) -> None:
        """Check that a stage was made of what the stages before it made, all the way.

        Raises
        ------
        InputError
            Where one of them was run since, and this one was not.
        """
        made = {
            out["path"]: (n, out.get("md5")) for n, s in self.stages.items() for out in s["outs"]
        }
        for dep in self.stages[stage].get("deps", []):
            maker, now = made.get(dep["path"], (None, None))
            if maker and now != dep.get("md5"):
                raise InputError(
                    f"{self.name}: {stage} was made of another {dep['path']} than {maker} made "
                    "since: run `dvc repro` there and commit"
                )
            if maker:
                self.check_current(maker)


def revision(name: str) -> Revision:
    """A branch, tag, commit or experiment.

    Raises
    ------
    InputError
        Where there is none of this name, or it has no dvc.lock.
    """
    listed = command("git", "for-each-ref", "refs/exps", "--format=%(refname)").split()
    named = [ref for ref in listed if ref.endswith(f"/{name}")]
    if len(named) > 1:
        raise InputError(f"{name}: several experiments are called so; name its commit")
    asked = named[0] if named else name
    try:
        commit = command("git", "rev-parse", "--verify", "--quiet", f"{asked}^{{commit}}").strip()
    except InputError:
        raise InputError(f"{name}: no such branch, tag, commit or experiment") from None
    found = Revision(name, commit, {})
    lock: dict[str, Any] = found.config(Path("dvc.lock"))
    return Revision(name, commit, lock.get("stages", {}))
