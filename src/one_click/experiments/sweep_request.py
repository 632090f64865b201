"""What a sweep is asked for, checked before anything runs."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from omegaconf import DictConfig

from one_click import artefacts
from one_click.choices.menu import read_menu
from one_click.experiments.graph import needed, stages
from one_click.experiments.jobs import Job, grid
from one_click.experiments.overrides import is_own, spelled, values_of
from one_click.experiments.sweep_settings import check_direction, check_objective, settings
from one_click.running.errors import InputError


@dataclass(frozen=True)
class Request:
    """What a sweep is asked for: overrides, the jobs of them, up to which stage.

    `many`: whether Hydra runs a grid (`-m`) or a job.
    """

    arguments: list[str]
    jobs: list[Job]
    upto: str
    many: bool
    config: DictConfig

    @property
    def is_guided(self) -> bool:
        """Whether a sweeper draws the jobs, one after another."""
        return values_of(self.arguments).get("hydra/sweeper", "basic") != "basic"

    @property
    def is_local(self) -> bool:
        """Whether jobs run in this process."""
        return values_of(self.arguments).get("hydra/launcher", "basic") == "basic"

    @property
    def total(self) -> str:
        """How many jobs there are."""
        return "?" if self.is_guided else str(len(self.jobs))

    @property
    def count(self) -> str:
        """The same in words."""
        return "jobs as the sweeper draws them" if self.is_guided else f"jobs: {self.total}"

    @property
    def folder(self) -> Path:
        """Where Hydra writes."""
        return Path(self.config.hydra["sweep" if self.many else "run"].dir)

    def logs(self, name: str) -> str:
        """A pattern of files of a name, one a job, in that folder."""
        return f"*/{name}" if self.many else name


def checked_request(flags: Namespace) -> Request:
    """What the words of a sweep ask for.

    Raises
    ------
    InputError
        Names the override or the flag at fault.
    """
    arguments = [spelled(argument) for argument in flags.overrides]
    values = values_of(arguments)
    menu, upto = read_menu(artefacts.MENU), values.get("sweep.upto", "choose")
    jobs = grid([a for a in arguments if not is_own(a)], menu, artefacts.CONF)
    check_direction(arguments, jobs[0].config.choice.metric)
    check_objective(arguments, needed(stages(Path("dvc.yaml"), jobs[0].menu), upto))
    many = flags.multirun or values.get("hydra.mode", "").upper() == "MULTIRUN"
    if len(jobs) > 1 and (flags.cfg or flags.info):
        raise InputError(f"these are {len(jobs)} jobs: --cfg and --info are of one")
    if len(jobs) > 1 and not many:
        raise InputError(f"these are {len(jobs)} jobs: add -m")
    return Request(arguments, jobs, upto, many, settings(arguments, menu, many))
