"""The flags of `one-click sweep`, which are Hydra's: what runs nothing, what has no place here.

A copy of the project is not needed for any of these, and nothing is written.
"""

from argparse import Namespace
from pathlib import Path
from textwrap import fill
from typing import Any, NoReturn

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from one_click.choices.menu import GROUPS, LISTS
from one_click.experiments.hydra_internals import flags_parser
from one_click.experiments.jobs import Job
from one_click.experiments.overrides import OWN
from one_click.running.errors import InputError

HELP = """\
Run a grid of choices, each a DVC experiment, in a copy of the project as it stands.

usage: one-click sweep [-m] [--cfg job|hydra|all | --info [KIND]] [OVERRIDE ...]
example: one-click sweep -m scaler=none,minmax

groups, GROUP=OPTION (with -m also GROUP=OPTION,OPTION or 'GROUP=glob(*)'):
{groups}
lists, 'KEY=[NAME,NAME]':
{lists}
others:
  tables=FOLDER       the raw tables; data/sample, the generated ones, or a whole path
  set.KEY=VALUE       a single value of conf.lock.yaml, as in set.folds.seed=3
  sweep.upto=STAGE    the last stage that a job runs: choose; before it there is no score
  sweep.force=true    run a job whose experiment is there
  sweep.table=false   without the table at the end
  hydra/launcher=joblib, hydra.sweep.dir=FOLDER (without -m hydra.run.dir): Hydra's own settings

flags:
  -m, --multirun      a job for each combination of the values; else one job
  --cfg job|hydra|all print what the stages of the job would read, Hydra's settings, or both;
                      [--package KEY] a part of it, [--resolve] with interpolations filled in
  --info [KIND]       print how Hydra composes the sweep's settings: all, config, defaults,
                      defaults-tree, plugins, searchpath
  --hydra-help, --version: Hydra's own"""
NO_PLACE = {  # a flag's name in Hydra's parser, and what stands in its place
    "config_name": "the config is params.yaml and conf/: override it, as in scaler=minmax",
    "config_path": "the groups are those of conf/: put a file there, or work in another clone",
    "config_dir": "the groups are those of conf/: put a file there",
    "experimental_rerun": "start the sweep again with the same words: what is done is kept",
    "shell_completion": "Hydra completes no command but its own: --help has groups and options",
}
ACTIONS = ("run", "multirun", "cfg", "info")  # one of them at a time


def spelled_flag(name: str) -> str:
    """As it is typed."""
    return f"--{name.replace('_', '-')}"


def _refuse(problem: str) -> NoReturn:
    raise InputError(f"{problem}; see --help")


def read_flags(words: list[str]) -> Namespace:
    """Hydra's flags and the overrides, wherever the flags stand.

    Raises
    ------
    InputError
        Names the flag that is unknown, has no place here, or does not go with another one.
    """
    parser = flags_parser()
    parser.error = _refuse  # type: ignore[method-assign,assignment]  # it would print and exit
    flags = parser.parse_intermixed_args(words)
    if flags.help or flags.hydra_help:
        return flags
    for name, instead in NO_PLACE.items():
        if getattr(flags, name):
            raise InputError(f"{spelled_flag(name)}: {instead}")
    if any(word.lstrip("+").startswith("hydra.searchpath") for word in flags.overrides):
        raise InputError(f"hydra.searchpath: {NO_PLACE['config_dir']}")
    actions = [spelled_flag(name) for name in ACTIONS if getattr(flags, name)]
    if len(actions) > 1:
        raise InputError(f"{' and '.join(actions)} at once: give one of them")
    if (flags.resolve or flags.package) and not flags.cfg:
        raise InputError("--resolve and --package go with --cfg, as in --cfg job --package scaler")
    return flags


def help_text(conf: Path) -> str:
    """What can be overridden, from the folder of the groups.

    Raises
    ------
    InputError
        Where there is none.
    """
    if not conf.is_dir():
        raise InputError(f"{conf}/: not found; run this in the project's folder")

    def options(folders: dict[str, str]) -> str:
        return "\n".join(
            fill(
                f"{key:<11} {', '.join(sorted(p.stem for p in (conf / folder).glob('*.yaml')))}",
                width=100, initial_indent="  ", subsequent_indent=" " * 14,
            )
            for key, folder in folders.items()
        )  # fmt: skip

    return HELP.format(groups=options({g: g for g in GROUPS}), lists=options(LISTS))


def check_settings(config: DictConfig) -> None:
    """Check that Hydra's settings have a place here.

    Raises
    ------
    InputError
        Names the setting and what stands in its place.
    """
    for name in ("force", "table"):
        if not isinstance(config.sweep[name], bool):
            raise InputError(f"sweep.{name}={config.sweep[name]}: write true or false")
    sweep: Any = OmegaConf.to_container(config.hydra.sweep, resolve=False)
    subfolder = sweep["subdir"]
    if config.hydra.job.chdir:
        raise InputError("hydra.job.chdir: stages run in a copy of the project: leave it out")
    named = config.hydra.job.override_dirname if "override_dirname" in str(subfolder) else ""
    if "/" in f"{subfolder}{named}":
        raise InputError(f"hydra.sweep.subdir={subfolder}: one folder a job, no / in its name")


def config_text(flags: Namespace, job: Job, config: DictConfig) -> str:
    """What `--cfg` prints, as YAML.

    Parameters
    ----------
    job
        Its config is what its stages would read.
    config
        The sweep's and Hydra's own settings.

    Raises
    ------
    InputError
        Where there is no such package, or an interpolation has no value before the job runs.
    """
    shown = OmegaConf.create({})
    if flags.cfg != "hydra":
        shown = DictConfig(OmegaConf.merge(job.config, {OWN: config[OWN]}))
    if flags.cfg != "job":
        settings: Any = OmegaConf.to_container(config.hydra, resolve=False)
        shown["hydra"] = {k: v for k, v in settings.items() if k not in ("help", "hydra_help")}
    package = None if flags.package == "_global_" else flags.package
    part = shown
    try:
        if package:
            part = OmegaConf.select(shown, package)
        if flags.resolve and OmegaConf.is_config(part):
            OmegaConf.resolve(part)
    except OmegaConfBaseException as error:
        raise InputError(f"--cfg {flags.cfg}: {str(error).splitlines()[0]}") from None
    if part is None:
        raise InputError(f"--package {package}: not found in --cfg {flags.cfg}")
    if not OmegaConf.is_config(part):
        return str(part)
    header = f"# @package {package}\n" if package else ""
    return header + OmegaConf.to_yaml(part).rstrip("\n")
