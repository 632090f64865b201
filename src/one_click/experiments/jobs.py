"""What the jobs of a sweep are: overrides expanded, checked, named; nothing is run here."""

import hashlib
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path

from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.types import IntervalSweep, Override
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from one_click import artefacts
from one_click.choices.composing import composed
from one_click.choices.lock import lock_text, sections_of
from one_click.choices.menu import CHOICES, GROUPS, LISTS
from one_click.columns import TABLES
from one_click.experiments.hydra_internals import apply_overrides, parsed_overrides
from one_click.running.errors import InputError

OWN = "sweep"  # section of the sweep's own settings
MOST = 10_000  # jobs of a grid
SWEEP = "multirun/${now:%Y-%m-%d_%H-%M-%S}"  # folder of a sweep
LONGEST = 80  # characters of a name, before its digest


@dataclass(frozen=True)
class Job:
    """A job: its overrides of the menu, the menu with them, and what that composes to."""

    overrides: tuple[str, ...]
    menu: dict
    config: DictConfig


def quoted(text: str) -> str:
    """Text as a value of an override, whatever characters it has."""
    inner = re.sub(r"(\\*)('|$)", lambda m: m[1] * 2 + (r"\'" if m[2] else ""), text)
    return f"'{inner}'"


def pasted(word: str) -> str:
    """A word as one pastes it into a shell."""
    return shlex.quote(word) if re.search(r'["$`!\\]', word) else f'"{word}"'


def spelled(argument: str) -> str:
    """An override as Hydra's grammar and DVC's `-S` need it.

    A single value may be new to `set`: `set.x=1` is `++set.x=1`. A folder of tables that is there
    is quoted: Cyrillic letters, commas and brackets have no place in the grammar.
    """
    key, _, value = argument.partition("=")
    if key == "tables" and Path(value).is_dir():
        return f"tables={quoted(value)}"
    return re.sub(r"^\+{0,2}(?=set\.)", "++", argument)


def is_own(override: str) -> bool:
    """Whether it is a setting of the sweep or of Hydra, and none of the menu."""
    key = override.lstrip("+~").partition("=")[0]
    return key.partition(".")[0].partition("/")[0] in (OWN, "hydra")


def _values(override: Override, conf: Path) -> list[str]:
    """What an override stands for: one value, each of a sweep, or the ends of an interval."""
    key = override.get_key_element()
    if not override.is_sweep_override():
        return [override.input_line or f"{key}={override.get_value_element_as_str()}"]
    if override.is_discrete_sweep():
        values = list(override.sweep_string_iterator())
    else:
        interval = override.value()
        assert isinstance(interval, IntervalSweep)
        values = [str(interval.start), str(interval.end)]
    if not values:
        folder = conf / override.key_or_group
        there = ", ".join(sorted(path.stem for path in folder.glob("*.yaml")))
        raise InputError(f"{override.input_line}: nothing fits; choose among {there}")
    return [f"{key}={value}" for value in values]


def expanded(arguments: list[str], conf: Path) -> list[list[str]]:
    """The overrides of each job of a grid; an interval, which another sweeper draws from, has ends.

    Raises
    ------
    InputError
        Where an override is none, names no choice, or the grid is larger than `MOST`.
    """
    with initialize_config_dir(config_dir=str(conf.resolve()), version_base="1.3"):
        loader = GlobalHydra.instance().config_loader()
        axes = {}
        for argument in arguments:
            if argument.startswith(str(artefacts.CONF_LOCK)):
                raise InputError(
                    f"{argument}: {artefacts.CONF_LOCK} is composed, an override of it would be "
                    f"lost: override the menu, as in scaler=robust or set.folds.seed=3"
                )
            try:
                (override,) = parsed_overrides([argument], loader)
            except HydraException as error:
                problem = str(error).splitlines()[0]
                key, _, value = argument.partition("=")
                mend = f"; quote it: {pasted(f'{key}={quoted(value)}')}" if value else ""
                raise InputError(f"{argument}: no override: {problem}{mend}") from None
            choice = override.key_or_group.partition(".")[0]
            if choice not in CHOICES:
                raise InputError(
                    f"{argument}: no choice {choice!r}; the choices are "
                    f"{', '.join(sorted(CHOICES))}, single values are set.<key>=<value>"
                )
            axes[override.key_or_group] = _values(override, conf)
    if (size := prod(len(values) for values in axes.values())) > MOST:
        raise InputError(f"{size} jobs are more than {MOST}: sweep fewer values at once")
    return [list(job) for job in product(*axes.values())]


def with_overrides(menu: dict, overrides: list[str]) -> dict:
    """The menu as `dvc exp run -S` would write it.

    Raises
    ------
    InputError
        Where an override does not fit the menu.
    """
    for override in overrides:
        if override.lstrip("+~").startswith("set="):
            raise InputError(f"{override}: set keys of it, as in set.folds.seed=3")
    try:
        config = OmegaConf.create(menu)
        OmegaConf.set_struct(config, True)
        apply_overrides(overrides, config)
        return sections_of(config)
    except (HydraException, OmegaConfBaseException) as error:
        problem = " ".join(str(error).split())
        raise InputError(f"{' '.join(overrides)}: {problem}") from None


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


def defaults(menu: dict, folder: str | None = None) -> dict:
    """The sweep's own Hydra config: the menu, its groups as groups, so that `glob(*)` works.

    Parameters
    ----------
    folder
        Where the copy is in which the jobs run.
    """
    own = {"upto": "choose", "force": False, "table": True, "folder": folder}
    return {
        "defaults": [
            *({group: menu[group]} for group in GROUPS),
            "_self_",
            {"override hydra/hydra_logging": "none"},  # a line a job is told by the sweep itself
            {"override hydra/job_logging": "none"},
        ],
        "tables": menu["tables"],
        "set": menu["set"],
        **{key: menu[key] for key in LISTS},
        "hydra": {
            "run": {"dir": f"{SWEEP}/0"},
            "sweep": {"dir": SWEEP},
            "job": {"config": {"override_dirname": {"exclude_keys": [f"{OWN}.{k}" for k in own]}}},
        },
        OWN: own,
    }
