"""The sweep's own settings and Hydra's, as Hydra would compose them, checked."""

import os

from hydra import initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from one_click import artefacts
from one_click.choices.menu import GROUPS, LISTS
from one_click.experiments.hydra_internals import composed_settings
from one_click.experiments.overrides import OWN, is_own, values_of
from one_click.experiments.progress import direction
from one_click.experiments.sweep_flags import check_settings
from one_click.running.errors import InputError

NOW = "${now:%Y-%m-%d_%H-%M-%S}"


def defaults(menu: dict, folder: str | None = None) -> dict:
    """The sweep's own Hydra config: the menu, its groups as groups, so that `glob(*)` works.

    Parameters
    ----------
    folder
        Where the copy is in which the jobs run.
    """
    sweep = f"multirun/{NOW}_{os.getpid()}"  # two may begin in the same second
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
            "run": {"dir": f"{sweep}/0"},
            "sweep": {"dir": sweep},
            "job": {
                "name": "sweep",
                "config": {"override_dirname": {"exclude_keys": [f"{OWN}.{k}" for k in own]}},
            },
        },
        OWN: own,
    }


def settings(arguments: list[str], menu: dict, many: bool) -> DictConfig:
    """The sweep's and Hydra's own settings, as Hydra would compose them.

    Raises
    ------
    InputError
        Names the override at fault.
    """
    ConfigStore.instance().store("sweep", defaults(menu))
    conf = str(artefacts.CONF.resolve())
    with initialize_config_dir(config_dir=conf, job_name="sweep", version_base="1.3"):
        try:
            config = composed_settings("sweep", arguments, many)
            HydraConfig.instance().set_config(config)
            _ = config.hydra.sweep.dir if many else config.hydra.run.dir
        except (HydraException, OmegaConfBaseException) as error:
            own = [argument for argument in arguments if is_own(argument)]
            told = str(error).splitlines()
            raise InputError(f"{' '.join(own or arguments)}: {told[0]}") from None
    check_settings(config)
    return config


def check_direction(arguments: list[str], metric: str) -> None:
    """Check that a guided search goes where the metric is better, and that a grid has values.

    Raises
    ------
    InputError
        Where it would look for the worst, or is to be made of an interval.
    """
    values = values_of(arguments)
    for argument in arguments:
        if "=interval(" in argument and values.get("hydra/sweeper", "basic") == "basic":
            raise InputError(f"{argument}: a grid needs values; or say hydra/sweeper=optuna")
    if values.get("hydra/sweeper") == "optuna":
        way = "minimize" if direction(metric).startswith("less") else "maximize"
        if values.get("hydra.sweeper.direction", "minimize") != way:
            raise InputError(f"choice.metric is {metric}: say hydra.sweeper.direction={way}")


def check_objective(arguments: list[str], names: set[str]) -> None:
    """Check that a guided search has a score to go by.

    Parameters
    ----------
    names
        Stages that a job runs.

    Raises
    ------
    InputError
        Where jobs stop before `choose`.
    """
    values = values_of(arguments)
    if values.get("hydra/sweeper", "basic") != "basic" and "choose" not in names:
        raise InputError(f"sweep.upto={values['sweep.upto']}: a guided search needs choose's score")
