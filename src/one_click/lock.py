"""conf.lock.yaml as text: signed with the digest of its values, so that an edit is noticed."""

from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from one_click import files
from one_click.params import DIGEST, digest, is_edited
from one_click.stage import InputError

HEADER = "# Written by `python -m one_click.compose` from params.yaml and conf/; do not edit.\n"


def lock_text(config: DictConfig) -> str:
    """The lock as text, signed with its digest: the same bytes for the same choices."""
    return f"{HEADER}{DIGEST}{digest(config)}\n{OmegaConf.to_yaml(config)}"


def flat(node: Any, key: str = "") -> dict[str, Any]:
    """Dotted keys and their values; an empty mapping is a value."""
    if isinstance(node, dict) and (node or not key):
        inner = [flat(value, f"{key}.{name}" if key else str(name)) for name, value in node.items()]
        return {name: value for part in inner for name, value in part.items()}
    return {key: node}


def check_not_edited(path: Path, config: DictConfig) -> None:
    """Check that the lock there is one that was composed: `-S conf.lock.yaml:...` would be lost.

    What is no YAML (the marks of a merge) may be written over, and so may a lock without a digest,
    or with the values that are composed.

    Raises
    ------
    InputError
        Names the keys that differ from what is composed now, `config`.
    """
    try:
        text = path.read_text(encoding="utf-8")
        there = OmegaConf.create(text)
    except (FileNotFoundError, UnicodeDecodeError, YAMLError, OmegaConfBaseException):
        return
    if is_edited(text, there):
        before, now = flat(OmegaConf.to_container(there)), flat(OmegaConf.to_container(config))
        keys = sorted(k for k in before.keys() | now.keys() if before.get(k) != now.get(k))
        if not keys:
            return  # nothing is lost: as after a merge that took the digest from one side
        raise InputError(
            f"{path}: edited ({', '.join(keys[:5])}), but it is composed from "
            f"{files.MENU} and {files.CONF}/, and the edit would be lost: "
            f"choose there (`-S scaler=robust`, `-S ++set.{keys[0]}=...`), "
            f"and `git checkout {path}` (or, after a merge, remove it)"
        )
