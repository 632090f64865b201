"""What a stage loads of conf.lock.yaml: its own settings, typed and checked, and no others.

The lock holds each section beside its digest. Stages depend on digests in dvc.yaml, a line a
section: dvc.lock stays short, and `dvc params diff` shows what was chosen, not what it expands to.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import field, fields
from pathlib import Path
from typing import Any, TypeVar

import yaml
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from one_click.artefacts import CONF_LOCK
from one_click.running.errors import InputError
from one_click.running.values import check_numbers, check_raw
from one_click.running.yaml_text import LOADER, check_yaml

DIGESTS = "digests"
# Of a field by which a stage can refuse, and no more: no output depends on it. So it is no param in
# dvc.yaml: a budget that was raised re-runs nothing that is done.
ONLY_REFUSES = {"refuses": True}
BY_NAME = ("candidates", "ensembles")  # a digest for each of their entries
MEND = "`dvc repro compose` writes it"
Settings = TypeVar("Settings")


def at(key: str) -> Any:
    """A field of a stage's settings that is one value of a section: `report.language`."""
    return field(metadata={"key": key})


def key_of(setting: Any) -> str:
    """Where a field of a stage's settings stands in the lock."""
    return str(setting.metadata.get("key", setting.name))


def digest(values: Any) -> str:
    """Of a section: the same for the same values, however they are written."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def digests(sections: Mapping[str, Any]) -> dict[str, Any]:
    """The digest of each section; of candidates and ensembles of each entry."""
    return {
        name: {entry: digest(spec) for entry, spec in section.items()}
        if name in BY_NAME and isinstance(section, Mapping)
        else digest(section)
        for name, section in sections.items()
    }


def edited_sections(lock: Mapping[str, Any]) -> list[str]:
    """Sections of a lock that are not what their digests sign."""
    signatures = lock.get(DIGESTS)
    if not isinstance(signatures, Mapping):
        return []
    current = digests({name: section for name, section in lock.items() if name != DIGESTS})
    return sorted(
        name
        for name in current.keys() | signatures.keys()
        if current.get(name) != signatures.get(name)
    )


def read_lock(path: Path = CONF_LOCK) -> dict[str, Any]:
    """All that the lock holds.

    Raises
    ------
    InputError
        Where it is missing, not readable, or was edited: the next `compose` would undo what a
        stage did with it.
    """
    try:
        text = path.read_text(encoding="utf-8")
        check_yaml(text, str(path))
        lock = yaml.load(text, Loader=LOADER)
    except FileNotFoundError:
        raise InputError(f"{path}: not found; {MEND}") from None
    except (yaml.YAMLError, ValueError):  # no UTF-8, or a number of too many digits
        lock = None
    if not isinstance(lock, dict):
        raise InputError(f"{path}: not readable; {MEND}")
    if sections := edited_sections(lock):
        raise InputError(
            f"{path}: {', '.join(sections)}: edited, but it is composed; `dvc repro` says more"
        )
    return lock


def value_at(lock: Mapping[str, Any], key: str, path: Path = CONF_LOCK) -> Any:
    """The section, or the value, that a dotted key names."""
    node: Any = lock
    for name in key.split("."):
        if not isinstance(node, Mapping) or name not in node:
            raise InputError(f"{path}: no {key!r}; {MEND} anew")
        node = node[name]
    return node


def plain(values: Any) -> Any:
    """Values without OmegaConf's containers."""
    return OmegaConf.to_container(values) if OmegaConf.is_config(values) else values


def typed(settings: type[Settings], values: Mapping[str, Any], source: str) -> Settings:
    """Values as a dataclass, each section checked by its own.

    Raises
    ------
    InputError
        One line that names `source`, the key and what is wrong with it.
    """
    mend = "correct it in params.yaml or in conf/"
    try:
        check_raw(plain(values))
        merged = OmegaConf.merge(OmegaConf.structured(settings), dict(values))
        checked: Any = OmegaConf.to_object(merged)
        check_numbers(checked)
        return checked
    except InputError as error:
        raise InputError(f"{source}: {error}: {mend}") from None
    except OmegaConfBaseException as error:
        problem = str(error).splitlines()[0]
        raise InputError(f"{source}: {error.full_key or 'config'}: {problem}: {mend}") from None


def load(settings: type[Settings], path: Path = CONF_LOCK) -> Settings:
    """Read what a stage declares: a dataclass with a field a section, or a value (`at`).

    Raises
    ------
    InputError
        Where the lock or a section is missing, a value is not what its dataclass allows, or the
        lock was edited.
    """
    lock = read_lock(path)
    keys = {setting.name: key_of(setting) for setting in fields(settings)}  # type: ignore[arg-type]
    return typed(
        settings, {name: value_at(lock, key, path) for name, key in keys.items()}, str(path)
    )
