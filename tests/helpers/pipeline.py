"""dvc.yaml and the path table, read for the laws that compare them with the source."""

import ast
from pathlib import Path

import yaml

from helpers.imports import SOURCE, tree_of
from one_click import artefacts

PIPELINE = yaml.safe_load((SOURCE.parent / "dvc.yaml").read_text(encoding="utf-8"))
STAGES = {name: stage.get("do", stage) for name, stage in PIPELINE["stages"].items()}
PATHS = {name: path for name, path in vars(artefacts).items() if isinstance(path, Path)}
EXEMPT = {  # what only names paths or can only refuse: no output depends on it
    "src/one_click/allowed.py", "src/one_click/artefacts.py", "src/one_click/settings/checks.py",
}  # fmt: skip
OF_NO_STAGE = {  # compose's own, DVC's lock with its copies, the log, experiments, snapshots
    "MENU", "CONF", "CONF_LOCK", "DVC_LOCK", "WHOLE_LOCK", "CUT_LOCK", "SECONDS", "SWEEP",
    "SWEEP_PLOT", "PLOTS_PAGE", "RAW",
}  # fmt: skip


def listed(stage: dict, *kinds: str) -> set[str]:
    """Paths that a stage lists, their options dropped."""
    entries = [entry for kind in kinds for entry in stage.get(kind, [])]
    return {next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries}


def code_of(stage: str) -> set[str]:
    """Files and folders of the package among a stage's deps."""
    return {path for path in listed(STAGES[stage], "deps") if path.startswith("src/")}


def lies_in(path: str, around: str) -> bool:
    """Whether a file is the other path, or inside it."""
    return Path(path) == Path(around) or Path(around) in Path(path).parents


def keys_of(stage: str) -> set[str]:
    """Keys of conf.lock.yaml that a stage lists; a candidate's as `digests.candidates`."""
    return {
        key.removesuffix(".${item}")
        for entry in STAGES[stage].get("params", [])
        if isinstance(entry, dict)
        for key in entry["conf.lock.yaml"]
    }


def source_of(stage: str) -> ast.Module:
    """The module of a stage, parsed."""
    return tree_of(f"src/one_click/stages/{stage}.py")
