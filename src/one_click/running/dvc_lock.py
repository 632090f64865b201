"""The last whole dvc.lock, kept by each stage as it starts.

DVC (3.67) empties dvc.lock and then writes it anew after each stage: a kill in between cuts it.
`experiments/recovery.py` brings the copy back.
"""

import subprocess
from collections.abc import Mapping
from typing import Any

import yaml

from one_click.artefacts import DVC_LOCK, WHOLE_LOCK
from one_click.running.writing import write_bytes
from one_click.running.yaml_text import LOADER

Outputs = set[tuple[str, str]]  # stage, path


def entries(content: bytes) -> dict[str, dict] | None:
    """Stages of a dvc.lock by their names; None where the text was cut, or is no dvc.lock.

    A lock ends with a line break, and its last stage with an output. What is cut between two
    stages, or two outputs of the last one, looks whole: `outputs` of an earlier lock show more.
    """
    try:
        lock = yaml.load(content.decode(), Loader=LOADER)
    except (UnicodeDecodeError, yaml.YAMLError):
        return None
    stages = lock.get("stages") if isinstance(lock, dict) else None
    if not content.endswith(b"\n") or not isinstance(stages, dict) or not stages:
        return None
    return stages if all(map(_is_entry, stages.values())) else None


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict) or "cmd" not in entry:
        return False
    items = [entry.get(kind, []) for kind in ("deps", "outs")]
    return all(isinstance(item, list) and all(map(_is_item, item)) for item in items)


def _is_item(item: Any) -> bool:
    if not isinstance(item, dict) or not {"path", "md5", "size"} <= item.keys():
        return False
    return not str(item["md5"]).endswith(".dir") or "nfiles" in item


def outputs(stages: Mapping[str, dict]) -> Outputs:
    """Every output of a lock, with its stage."""
    return {(name, out["path"]) for name, entry in stages.items() for out in entry.get("outs", [])}


def head() -> str:
    """The commit that the work tree stands on; empty where there is none."""
    words = ["git", "rev-parse", "--verify", "--quiet", "HEAD"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


def kept() -> bytes | None:
    """The copy, where it is of this commit."""
    if not WHOLE_LOCK.exists():
        return None
    commit, _, content = WHOLE_LOCK.read_bytes().partition(b"\n")
    return content if commit.decode(errors="replace") == head() else None


def keep() -> None:
    """Copy dvc.lock, unless it is cut, or shows less than the copy of the same commit."""
    if not DVC_LOCK.exists():
        return
    content, copy = DVC_LOCK.read_bytes(), kept()
    if content == copy or (stages := entries(content)) is None:
        return
    if copy is None or outputs(entries(copy) or {}) <= outputs(stages):
        write_bytes(WHOLE_LOCK, f"{head()}\n".encode() + content)
