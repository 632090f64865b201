"""Files of conf/source/ and conf/target/, which the user names and no stage reads."""

from pathlib import Path

from one_click.choices.files import check_keys, read_yaml
from one_click.running.errors import InputError
from one_click.running.lock import typed
from one_click.settings.databases import Source, Target


def read_source(path: Path) -> Source:
    """A database that the raw tables come from.

    Raises
    ------
    InputError
        Where the file is missing or no YAML, holds a secret or what it may not; a secret is not
        shown.
    """
    return typed(Source, _content(path), str(path))


def read_target(path: Path) -> Target:
    """A table of a database that offers go to; raises as `read_source` does."""
    return typed(Target, _content(path), str(path))


def _content(path: Path) -> dict:
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise InputError(f"{path}: no mapping; see conf/source/shop.yaml")
    check_keys(content, str(path))
    return content
