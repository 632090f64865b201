"""What the jobs of a sweep are: choices composed, named, compared; nothing is run here."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig

from one_click import artefacts
from one_click.choices.composing import composed
from one_click.choices.lock import lock_text, sections_of
from one_click.columns import TABLES
from one_click.experiments.overrides import expanded, with_overrides
from one_click.running.errors import InputError

LONGEST = 80  # characters of a name, before its digest


@dataclass(frozen=True)
class Job:
    """A job: its overrides of the menu, the menu with them, and what that composes to."""

    overrides: tuple[str, ...]
    menu: dict
    config: DictConfig


def made(overrides: list[str], menu: dict, conf: Path) -> Job:
    """A job of these overrides over a menu, checked.

    Raises
    ------
    InputError
        Names the override or the choice at fault, with the choices there are.
    """
    with _apart_from_hydra():
        return _made(overrides, menu, conf)


def grid(arguments: list[str], menu: dict, conf: Path) -> list[Job]:
    """The jobs of a grid over a menu, checked.

    Raises
    ------
    InputError
        Where a job is none: of several, its overrides come first.
    """
    listed = expanded(arguments, conf)
    jobs = []
    for overrides in listed:
        try:
            jobs.append(made(overrides, menu, conf))
        except InputError as error:
            words = " ".join(overrides)
            if len(listed) == 1 or str(error).startswith(words):
                raise
            raise InputError(f"{words}: {error}") from None
    return jobs


@contextmanager
def _apart_from_hydra() -> Iterator[None]:
    """Leave the Hydra application that a job runs in: one at a time may compose."""
    instance = GlobalHydra.instance()
    application = instance.hydra
    instance.clear()
    try:
        yield
    finally:
        instance.clear()
        if application is not None:
            instance.initialize(application)


def _made(overrides: list[str], menu: dict, conf: Path) -> Job:
    chosen = with_overrides(menu, overrides)
    tables = Path(chosen["tables"]) if isinstance(chosen["tables"], str) else artefacts.SAMPLE
    is_address = "://" in str(chosen["tables"])  # which `composed` refuses
    if tables != artefacts.SAMPLE and not tables.is_absolute() and not is_address:
        raise InputError(
            f"tables: {tables} is relative; jobs run in a copy of the project: "
            f"say {tables.absolute()}"
        )
    config = composed(chosen, conf)
    left_out = [name for name in chosen["ensembles"] if name not in config.ensembles]
    if left_out and any(o.lstrip("+~").startswith("ensembles") for o in overrides):
        raise InputError(
            f"{' '.join(overrides)}: ensembles: {', '.join(left_out)}: not all of its members are "
            f"among the candidates ({', '.join(chosen['candidates'])})"
        )
    return Job(tuple(overrides), chosen, config)


def tables_digest(job: Job) -> str:
    """What the raw tables hold, where they are not the generated ones, which the config makes."""
    folder = Path(job.menu["tables"])
    digest = hashlib.sha256()
    if folder != artefacts.SAMPLE:
        for table in TABLES.values():  # what else lies there is no table
            path = folder / table.file
            content = path.read_bytes() if path.is_file() else b""
            digest.update(table.file.encode() + hashlib.sha256(content).digest())
    return digest.hexdigest()


def readable(overrides: tuple[str, ...]) -> str:
    """Overrides as a part of a name that git allows."""
    parts = []
    for override in overrides:
        key, _, value = override.lstrip("+~").partition("=")
        key = key.removeprefix("set.").removeprefix("candidates.")
        value = value.rpartition("/")[2]  # of a folder its name
        parts.append(re.sub(r"[^A-Za-z0-9.]+", "-", f"{key}-{value}").strip("-."))
    joined = re.sub(r"\.{2,}", ".", "_".join(parts))[:LONGEST].strip("-._")
    return joined or "base"


def name(job: Job, base: str) -> str:
    """Readable, unique, and the same for the same experiment, so that a sweep can go on.

    Parameters
    ----------
    base
        What the experiment depends on beside its config and the raw tables: commit, code, target.
    """
    signed = hashlib.sha256(
        f"{base}\n{tables_digest(job)}\n{lock_text(job.config)}".encode()
    ).hexdigest()
    return f"{readable(job.overrides)}-{signed[:6]}"


def differing_sections(jobs: list[Job]) -> set[str]:
    """Sections of the lock in which jobs differ; of the candidates each by itself, too."""
    names: set[str] = set()
    configs = [sections_of(job.config) for job in jobs]
    for config in configs[1:]:
        for section in configs[0].keys() | config.keys():
            one, other = configs[0].get(section), config.get(section)
            if one != other:
                names.add(section)
                if section == "candidates":
                    before, after = one or {}, other or {}
                    both = before.keys() | after.keys()
                    names |= {f"{section}.{n}" for n in both if before.get(n) != after.get(n)}
    return names
