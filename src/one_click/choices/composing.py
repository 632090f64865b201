"""Choices in, their meaning out: params.yaml and conf/ become conf.lock.yaml.

Enters: the menu and the Hydra groups. Leaves: the lock, section by section, checked. DVC's own
`hydra.enabled` stays off: with it plain `dvc repro` would not compose.
"""

from pathlib import Path
from typing import Any, cast

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.errors import HydraException
from omegaconf import DictConfig, ListConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from one_click import artefacts
from one_click.choices.files import check_keys, check_references
from one_click.choices.lock import sections_of
from one_click.choices.menu import GROUPS, LISTS, check_choices
from one_click.running.errors import InputError
from one_click.settings.risk import SAMPLER
from one_click.settings.whole import checked


def check_values(config: DictConfig, values: dict, key: str = "set") -> None:
    """Check that single values can be put into the config: a mapping is entered, key by key.

    Raises
    ------
    InputError
        Names the key: a section that is no mapping, a list in a mapping's place, a candidate that
        is not chosen.
    """
    for name, value in values.items():
        there, path = config.get(name), f"{key}.{name}"
        if key in ("set.candidates", "set.ensembles") and name not in config:
            section = key.removeprefix("set.")
            raise InputError(
                f"{artefacts.MENU}: {path}: not among the {section}; "
                f"add it to {section} or take it out of set"
            )
        if isinstance(there, DictConfig):
            if isinstance(value, dict):
                check_values(there, value, path)
            elif isinstance(value, list) or key == "set":
                raise InputError(
                    f"{artefacts.MENU}: {path}: {value!r} is no mapping; set keys of it"
                )


def leave_out_ensembles(config: DictConfig, conf: Path) -> None:
    """Take out each ensemble of which a member is no candidate.

    So a list of candidates can be made shorter for one experiment without a second override.

    Raises
    ------
    InputError
        Where a member is no file of model/.
    """
    for name, ensemble in list(config.ensembles.items()):
        members = ensemble.get("_members_")
        if not isinstance(members, DictConfig | ListConfig):
            continue  # what it is instead is told with the other faults of the config
        names: list[Any] = list(members)
        for member in names:
            if not (conf / "model" / f"{member}.yaml").exists():
                raise InputError(
                    f"{conf}/ensemble/{name}.yaml: _members_: no model {member!r}; "
                    "name files of model/"
                )
        if set(names) - set(config.candidates):
            del config.ensembles[name]


def lift_costs(config: DictConfig) -> None:
    """Move `_cost_` of candidates and sampler into `costs`: no fit depends on it.

    Raises
    ------
    InputError
        Where a candidate has the sampler's place there.
    """
    if SAMPLER in config.candidates:
        raise InputError(f"candidates.{SAMPLER}: no name of a model here; give it another")
    for name, spec in [*config.candidates.items(), (SAMPLER, config.sampler)]:
        if isinstance(spec, DictConfig) and "_cost_" in spec:
            config.costs[name] = spec.pop("_cost_")


def composed(menu: dict, conf: Path) -> DictConfig:
    """Compose the choices of the menu with Hydra; single values of `set` come last.

    Parameters
    ----------
    menu
        As `read_menu` gives it.
    conf
        The folder of the groups.
    """
    check_choices(menu, conf)
    overrides = [f"{group}={menu[group]}" for group in GROUPS]
    overrides += [
        f"+{group}@{key}.{name}={name}" for key, group in LISTS.items() for name in menu[key]
    ]
    try:
        with initialize_config_dir(config_dir=str(conf.resolve()), version_base="1.3"):
            config = hydra_compose("config", overrides=overrides)
        OmegaConf.set_struct(config, False)
        config.tables = menu["tables"]
        leave_out_ensembles(config, conf)
        check_values(config, menu["set"])
        config = cast(DictConfig, OmegaConf.merge(config, menu["set"]))
        lift_costs(config)
        check_references(sections_of(config))
        OmegaConf.resolve(config)
    except RecursionError:
        raise InputError(
            f"{conf}/: files that name each other in `defaults`: correct them"
        ) from None
    except (HydraException, OmegaConfBaseException, YAMLError, ValueError, TypeError) as error:
        problem = " ".join(str(error).split())
        raise InputError(f"{conf}/: {problem}: correct it there or in {artefacts.MENU}") from None
    check_keys(OmegaConf.to_container(config), f"{artefacts.MENU} and {conf}/")
    checked(config, f"{artefacts.MENU} and {conf}/")
    return config
