"""Overrides of the menu in Hydra's grammar: spelled, expanded to a grid, checked."""

import re
import shlex
from itertools import product
from math import prod
from pathlib import Path

from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.types import IntervalSweep, Override
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from one_click import artefacts
from one_click.choices.lock import sections_of
from one_click.choices.menu import CHOICES
from one_click.experiments.hydra_internals import apply_overrides, parsed_overrides
from one_click.running.errors import InputError

OWN = "sweep"  # section of the sweep's own settings
MOST = 10_000  # jobs of a grid


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


def values_of(arguments: list[str]) -> dict[str, str]:
    """Values of overrides by their keys."""
    return dict(argument.partition("=")[::2] for argument in arguments)


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
