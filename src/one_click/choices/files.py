"""The files of the choices: read within bounds, and what may stand in them."""

import os
import re
from copy import deepcopy
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from one_click.running.errors import NAMES, InputError
from one_click.running.values import check_raw, leaves
from one_click.running.yaml_text import MOST_BYTES, check_yaml

# One plain value of the config may stand for another; a resolver (`oc.env:`) may not: its value,
# perhaps a secret, would be written into the lock, which git keeps.
REFERENCE = re.compile(r"\$\{(\w+(?:\.\w+)*)\}")
SHORTEST = 4  # characters of an environment variable's value that is looked for


def read_yaml(path: Path) -> Any:
    """A file as plain values, interpolations as they stand.

    Raises
    ------
    InputError
        Where it is no file, no UTF-8 (an editor may save Russian text as cp1251), no YAML or not
        within its bounds, or a value says nothing or asks for what is outside the config.
    """
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: no file; put a file of YAML there")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path}: more than {MOST_BYTES:,} bytes; no config is so large")
        content = deepcopy(_parsed(path.read_bytes().decode("utf-8"), str(path)))
    except FileNotFoundError:
        raise InputError(f"{path}: not found; run this in the project's folder") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8; save it as UTF-8") from None
    except (YAMLError, OmegaConfBaseException, OSError, ValueError) as error:
        problem = " ".join(str(error).split())
        raise InputError(f"{path}: not readable as YAML: {problem}: correct it") from None
    return content


@lru_cache(maxsize=256)  # a sweep composes the same files twice a job
def _parsed(text: str, source: str) -> Any:
    """Content of a file, checked."""
    check_yaml(text, source)
    content = OmegaConf.to_container(OmegaConf.load(StringIO(text)))
    check_given(content, source)
    return content


def check_keys(content: Any, source: str) -> None:
    """Check that each key is text.

    Raises
    ------
    InputError
        Names the first that YAML reads as a number, a date or yes and no.
    """
    if isinstance(content, dict):
        for key, value in content.items():
            if not isinstance(key, str):
                raise InputError(
                    f"{source}: key {key!r} is no text: put it in quotes or correct it"
                )
            check_keys(value, source)
    elif isinstance(content, list):
        for value in content:
            check_keys(value, source)


def check_given(content: Any, source: str) -> None:
    """Check values as a person gives them, before any is filled in.

    Raises
    ------
    InputError
        Names the key; what a resolver would give is not shown.
    """
    for key, value, _ in leaves(content):
        if value == "???" and not key.startswith("defaults["):
            raise InputError(f"{source}: {key}: ??? is no value; write one or take the key out")
        if isinstance(value, str) and "${" in value and not REFERENCE.fullmatch(value):
            raise InputError(
                f"{source}: {key}: an interpolation can name one key of the config, as in "
                "${folds.seed}, and nothing outside it: write the value"
            )
    try:
        check_raw(content)
    except InputError as error:
        raise InputError(f"{source}: {error}") from None


def check_references(config: Any) -> None:
    """Check that each interpolation stands for a plain value: chains and sections could grow.

    Parameters
    ----------
    config
        The composed config as plain values, interpolations as they stand.

    Raises
    ------
    InputError
        Names the key.
    """
    check_given(config, "conf/")
    for key, value, _ in leaves(config):
        if isinstance(value, str) and (reference := REFERENCE.fullmatch(value)):
            there = config
            for name in reference[1].split("."):
                there = there.get(name) if isinstance(there, dict) else None
            if isinstance(there, dict | list) or "${" in str(there):
                raise InputError(f"{key}: {value} is no plain value; write the value")


def check_no_environment(values: dict, source: str) -> None:
    """Check that no text is the value of an environment variable, or holds that of a secret one.

    `dvc exp run -S` fills `${oc.env:NAME}` in before anything here is asked.

    Raises
    ------
    InputError
        Names the key and the variable, and not its value.
    """
    texts = [(key, value) for key, value, _ in leaves(values) if isinstance(value, str)]
    for name, secret in os.environ.items():
        if len(secret) < SHORTEST:
            continue
        for key, text in texts:
            if text == secret or (re.search(rf"(?i){NAMES}|key$", name) and secret in text):
                key = key.replace(secret, "***")
                raise InputError(
                    f"{source}: {key}: the value of the environment variable {name}; git keeps "
                    f"what is chosen: take it out (`git checkout {source}`)"
                )
