"""conf.lock.yaml as text: each section beside its digest, so that an edit is noticed."""

from typing import Any

import yaml
from omegaconf import DictConfig, OmegaConf

from one_click import artefacts
from one_click.running.errors import InputError
from one_click.running.lock import DIGESTS, digests, edited_sections
from one_click.running.yaml_text import LOADER, check_yaml

HEADER = "# Composed by `dvc repro` from params.yaml and conf/; do not edit: choose there.\n"


def sections_of(config: DictConfig) -> dict[str, Any]:
    """A composed config as plain values."""
    return OmegaConf.to_container(config)  # type: ignore[return-value]


def lock_text(config: DictConfig) -> str:
    """The lock as text: the same bytes for the same choices."""
    signed = OmegaConf.create({DIGESTS: digests(sections_of(config))})
    return f"{HEADER}{OmegaConf.to_yaml(config)}{OmegaConf.to_yaml(signed)}"


def flat(node: Any, key: str = "") -> dict[str, Any]:
    """Dotted keys and their values; an empty mapping is a value."""
    if isinstance(node, dict) and (node or not key):
        inner = [flat(value, f"{key}.{name}" if key else str(name)) for name, value in node.items()]
        return {name: value for part in inner for name, value in part.items()}
    return {key: node}


def check_not_edited(text: str | None, config: DictConfig) -> None:
    """Check that the lock there is one that was composed: `-S conf.lock.yaml:...` would be lost.

    What is no YAML (the marks of a merge) may be written over, and so may a lock without digests,
    or with the values that are composed.

    Parameters
    ----------
    text
        What the lock holds; None where there is none.

    Raises
    ------
    InputError
        Names the keys that differ from what is composed now, `config`.
    """
    try:
        check_yaml(text or "", str(artefacts.CONF_LOCK))
        lock = yaml.load(text or "", Loader=LOADER)
    except (yaml.YAMLError, ValueError):  # no YAML, or a number of too many digits
        return
    if not isinstance(lock, dict) or not edited_sections(lock):
        return
    lock.pop(DIGESTS)
    before, now = flat(lock), flat(sections_of(config))
    keys = sorted(k for k in before.keys() | now.keys() if before.get(k) != now.get(k))
    if keys:  # else nothing is lost: as after a merge that took the digests from one side
        path = artefacts.CONF_LOCK
        raise InputError(
            f"{path}: edited ({', '.join(keys[:5])}), but it is composed from "
            f"{artefacts.MENU} and {artefacts.CONF}/, and the edit would be lost: "
            f"choose there (`-S scaler=robust`, `-S ++set.{keys[0]}=...`), "
            f"and `git checkout {path}` (or, after a merge, remove it)"
        )
