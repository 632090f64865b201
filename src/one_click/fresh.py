"""Whether what is committed fits the code and the config: `make fresh`, for CI; nothing is run.

Enters: params.yaml, conf/, the code, dvc.yaml, dvc.lock. Leaves: nothing; exit code 1 where
conf.lock.yaml or dvc.lock is stale. Outputs need not be there: a fresh clone has no cache.
`dvc repro --dry --allow-missing` gives up (3.67) at a folder that several stages fill.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from one_click import files
from one_click.compose import composed, read_menu
from one_click.lock import lock_text
from one_click.stage import InputError, run

if TYPE_CHECKING:
    from dvc.stage import Stage

MEND = "run `dvc repro` and commit what it changed"


def _as_made(dep: Any, outs: dict[str, Any]) -> bool | None:
    """Whether a stage before made just this; None where the dependency is nobody's output."""
    from dvc_data.hashfile.tree import Tree

    if dep.fs_path in outs:
        return outs[dep.fs_path].hash_info == dep.hash_info
    inside = {path: out for path, out in outs.items() if Path(dep.fs_path) in Path(path).parents}
    if not inside:
        return None
    tree = Tree()
    for path, out in inside.items():
        tree.add(Path(os.path.relpath(path, dep.fs_path)).parts, out.meta, out.hash_info)
    tree.digest()
    return tree.hash_info == dep.hash_info


def differences(stage: "Stage", outs: dict[str, Any]) -> list[str]:
    """What of a stage is not as dvc.lock has it: command, sections, paths.

    Parameters
    ----------
    outs
        Every stage's output by its path.
    """
    from dvc.dependency.param import ParamsDependency

    if not all(out.hash_info for out in stage.outs):
        return ["never run"]
    found = ["command"] if stage.changed_stage() else []
    for dep in stage.deps:
        same = None if isinstance(dep, ParamsDependency) else _as_made(dep, outs)
        if same is None and (dep.exists or isinstance(dep, ParamsDependency)):
            for path, keys in dep.workspace_status().items():
                found += [f"{path}: {key}" for key in keys] if isinstance(keys, dict) else [path]
        elif same is False:
            found.append(str(dep))
    return found + [str(o) for o in stage.outs if not o.use_cache and o.workspace_status()]


def stale_stages() -> dict[str, list[str]]:
    """Stages that `dvc repro` would run in a complete checkout, and why."""
    from dvc.repo import Repo

    with Repo() as repo:
        outs = {out.fs_path: out for out in repo.index.outs}
        every = {stage.addressing: differences(stage, outs) for stage in repo.index.stages}
    return {name: why for name, why in every.items() if why}


def main() -> None:
    config = composed(read_menu(files.MENU), files.CONF)
    lock = files.CONF_LOCK
    if not lock.exists() or lock.read_text(encoding="utf-8") != lock_text(config):
        raise InputError(f"{lock}: not what {files.MENU} and {files.CONF}/ compose to: {MEND}")
    if stale := stale_stages():
        told = [f"dvc.lock: {name} is stale ({', '.join(why)})" for name, why in stale.items()]
        raise InputError("\n".join([*told, MEND]))
    print("conf.lock.yaml and dvc.lock fit the code and the config")


if __name__ == "__main__":
    run(main)
