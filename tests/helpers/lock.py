"""A conf.lock.yaml for a stage to load: the project's own with some values changed, signed anew."""

from omegaconf import OmegaConf

from helpers.imports import SOURCE
from one_click import artefacts
from one_click.choices.lock import lock_text
from one_click.running import writing
from one_click.running.lock import DIGESTS, read_lock


def write_lock(**sections: object) -> None:
    """Write it into the present folder; a dict changes values of its section, else all of it."""
    lock = read_lock(SOURCE.parent / artefacts.CONF_LOCK)
    del lock[DIGESTS]
    for name, values in sections.items():
        lock[name] = lock[name] | values if isinstance(values, dict) else values
    writing.write_text(artefacts.CONF_LOCK, lock_text(OmegaConf.create(lock)))
