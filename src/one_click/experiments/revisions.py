"""What a commit of the project holds: settings from git, outputs from DVC's cache, no checkout."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from one_click.experiments.graph import parsed
from one_click.experiments.repository import cache_folder, command
from one_click.running.errors import InputError

SLASHES = 4  # of an experiment's ref, refs/exps/ab/cdef.../name; DVC has others beside it


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
            return command("git", "show", f"{self.commit}:./{path}")
        except InputError:
            raise InputError(f"{self.name}: no {path}: run `dvc repro` there and commit") from None

    def figures(self, path: Path) -> dict:
        """An output in JSON."""
        return json.loads(self.output(path).read_text(encoding="utf-8"))

    def config(self, path: Path) -> dict:
        """A YAML file that git keeps."""
        return parsed(self.text(path))

    def _hash(self, path: Path) -> str:
        """MD5 of an output that a stage has made, of what the stages before it made."""
        outputs = {out["path"]: (name, out) for name, s in self.stages.items() for out in s["outs"]}
        if str(path) not in outputs:
            raise InputError(
                f"{self.name}: no {path} in its dvc.lock: run `dvc repro` there, "
                "or the sweep with sweep.upto=offer"
            )
        stage, out = outputs[str(path)]
        self.check_current(stage)
        return out["md5"]

    def has(self, path: Path) -> bool:
        """Whether a stage has made an output, of what the stages before it made."""
        try:
            self._hash(path)
        except InputError:
            return False
        return True

    def output(self, path: Path) -> Path:
        """A file of DVC's cache that holds an output as this commit has it.

        Raises
        ------
        InputError
            Where no stage has made it, it was made of something else, or the cache lacks it.
        """
        md5 = self._hash(path)
        file = cache_folder() / md5[:2] / md5[2:]
        if not file.exists():
            raise InputError(
                f"{self.name}: {path} has left the cache: `dvc repro` in a checkout of it "
                "(or `dvc pull`) brings it back"
            )
        return file

    def check_current(self, stage: str) -> None:
        """Check that a stage was made of what the stages before it made, all the way.

        Raises
        ------
        InputError
            Where one of them was run since, and this one was not.
        """
        outputs = {
            out["path"]: (n, out.get("md5")) for n, s in self.stages.items() for out in s["outs"]
        }
        for dep in self.stages[stage].get("deps", []):
            maker, now = outputs.get(dep["path"], (None, None))
            if maker and now != dep.get("md5"):
                raise InputError(
                    f"{self.name}: {stage} was made of another {dep['path']} than {maker} made "
                    "since: run `dvc repro` there and commit, or the sweep with sweep.upto=offer"
                )
            if maker:
                self.check_current(maker)


def _commit(name: str) -> str:
    """The commit that git knows by a name, or nothing."""
    words = ("git", "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


def _experiments(name: str) -> list[str]:
    """The refs of experiments of a name; of several that are called so the one of HEAD."""
    refs = command("git", "for-each-ref", "refs/exps", "--format=%(refname)").split()
    refs = [ref for ref in refs if ref.count("/") == SLASHES]
    matches = [ref for ref in refs if name in (ref, ref.rpartition("/")[2])]
    head = _commit("HEAD")
    of_head = [ref for ref in matches if ref == f"refs/exps/{head[:2]}/{head[2:]}/{name}"]
    if len(matches) > 1 and not of_head:
        raise InputError(f"{name}: several experiments are called so: {', '.join(matches)}")
    return of_head or matches


def experiment_ref(name: str) -> str:
    """The ref of an experiment.

    Raises
    ------
    InputError
        Where there is none of this name, or several.
    """
    if refs := _experiments(name):
        return refs[0]
    raise InputError(f"{name}: no such experiment; `dvc exp list` names them")


def revision(name: str) -> Revision:
    """A branch, tag, commit or experiment.

    Raises
    ------
    InputError
        Where there is none of this name, or it has no dvc.lock.
    """
    commit = _commit(name) or next(map(_commit, _experiments(name)), "")
    if not commit:
        raise InputError(f"{name}: no such branch, tag, commit or experiment")
    lock: dict[str, Any] = Revision(name, commit, {}).config(Path("dvc.lock"))
    return Revision(name, commit, lock.get("stages", {}))
