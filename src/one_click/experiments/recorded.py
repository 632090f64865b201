"""Whether saved files are those that dvc.lock records.

The lock is the card of every file: it holds the hash of what each stage left, and of what the next
one took. Its format is no public interface; a test compares with what DVC writes.
"""

import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

from one_click.artefacts import CONF_LOCK, DVC_LOCK
from one_click.running.errors import InputError, damaged
from one_click.running.lock import read_lock, value_at
from one_click.running.yaml_text import LOADER


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def path_hash(path: Path) -> str:
    """Of a file or a folder, as DVC has it."""
    if not path.is_dir():
        return _file_hash(path)
    files = sorted(file for file in path.rglob("*") if file.is_file())
    tree = [{"md5": _file_hash(f), "relpath": f.relative_to(path).as_posix()} for f in files]
    listing = json.dumps(sorted(tree, key=lambda entry: entry["relpath"]), sort_keys=True)
    return f"{hashlib.md5(listing.encode(), usedforsecurity=False).hexdigest()}.dir"


def recorded_hashes(paths: Collection[Path]) -> dict[Path, set[str]]:
    """Hashes that the stages of these outputs left or took, by path: one, where all is of one run.

    Raises
    ------
    InputError
        Where the lock is not readable.
    """
    hashes: dict[Path, set[str]] = {path: set() for path in paths}
    try:
        for stage in _stages_of(paths):
            for entry in [*stage["outs"], *stage.get("deps", [])]:
                if Path(entry["path"]) in hashes:
                    hashes[Path(entry["path"])].add(entry["md5"])
    except (yaml.YAMLError, UnicodeDecodeError, LookupError, TypeError, AttributeError):
        raise InputError(
            f"{DVC_LOCK}: not readable: `one-click repair` mends one that was cut"
        ) from None
    return hashes


def _stages_of(paths: Collection[Path]) -> list[dict[str, Any]]:
    """What the lock says of the stages that leave any of these outputs."""
    stages = yaml.load(DVC_LOCK.read_text(encoding="utf-8"), Loader=LOADER)["stages"]
    return [
        stage
        for stage in stages.values()
        if {Path(out["path"]) for out in stage.get("outs", [])} & set(paths)
    ]


def changed_settings(paths: Collection[Path]) -> list[str]:
    """Settings of these outputs' stages that are others now than they were made by."""
    lock = read_lock()
    made_by: dict[str, Any] = {}
    for stage in _stages_of(paths):
        made_by |= stage.get("params", {}).get(str(CONF_LOCK), {})
    return sorted(key for key, value in made_by.items() if value_at(lock, key) != value)


def check_recorded(paths: Collection[Path]) -> None:
    """Check that these outputs are those of the last run; without a lock there is none to ask.

    Raises
    ------
    InputError
        Where one is missing, was never made by a run that ended, or is not what that run left.
    """
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: not found: run `dvc repro` to make it, or `dvc pull`")
    if not DVC_LOCK.exists():
        return
    for path, hashes in recorded_hashes(paths).items():
        if len(hashes) != 1:
            raise damaged(path, f"{DVC_LOCK} records {len(hashes)} of it: a run that did not end")
        if path_hash(path) not in hashes:
            raise damaged(path, f"{DVC_LOCK} records another")
    if changed := changed_settings(paths):
        raise InputError(
            f"{CONF_LOCK}: {', '.join(changed)}: not what the last run was made by: run `dvc repro`"
        )
