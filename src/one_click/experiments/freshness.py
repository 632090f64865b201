"""Which stages `dvc repro` would run in a complete checkout, though outputs need not be there.

`dvc repro --dry --allow-missing` gives up (DVC 3.67) at a folder that several stages fill. DVC's
index is no public interface: all use of it is here, as tried with DVC 3.67.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from one_click.running.errors import InputError

if TYPE_CHECKING:
    from dvc.stage import Stage


# Of dvc: it promises `dvc.api` alone. A test says so when another version is installed.
TRIED = "3.67.1"
MEND = "run `dvc repro` and commit what it changed"


def _as_made(dep: Any, outs: dict[str, Any]) -> bool | None:
    """Whether a stage before made just this; None where the dependency is nobody's output."""
    from dvc_data.hashfile.tree import Tree

    if dep.fs_path in outs:
        return outs[dep.fs_path].hash_info == dep.hash_info
    inside = {path: out for path, out in outs.items() if Path(dep.fs_path) in Path(path).parents}
    if not inside:
        return None
    tree = Tree()  # type: ignore[no-untyped-call]  # DVC gives its parameters no types
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
    reasons = ["command"] if stage.changed_stage() else []
    for dep in stage.deps:
        same = None if isinstance(dep, ParamsDependency) else _as_made(dep, outs)
        if same is None and (dep.exists or isinstance(dep, ParamsDependency)):
            for path, keys in dep.workspace_status().items():
                reasons += [f"{path}: {key}" for key in keys] if isinstance(keys, dict) else [path]
        elif same is False:
            reasons.append(str(dep))
    return reasons + [str(o) for o in stage.outs if not o.use_cache and o.workspace_status()]


def stale_stages() -> dict[str, list[str]]:
    """Stages that `dvc repro` would run in a complete checkout, and why.

    Raises
    ------
    InputError
        Where DVC can't read dvc.yaml or dvc.lock.
    """
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    try:
        with Repo() as repo:
            outs = {out.fs_path: out for out in repo.index.outs}
            every = {stage.addressing: differences(stage, outs) for stage in repo.index.stages}
    except DvcException as error:
        problem = str(error).strip().splitlines()[0]
        raise InputError(f"{problem}: `one-click repair` mends a dvc.lock that was cut") from None
    return {name: why for name, why in every.items() if why}
