"""Choices in, their meaning out: params.yaml and conf/ become conf.lock.yaml.

Enters: the menu and the Hydra groups. Leaves: the lock, section by section, checked. DVC's own
`hydra.enabled` stays off: with it plain `dvc repro` would not compose.
"""

import argparse
from pathlib import Path

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.errors import HydraException
from omegaconf import DictConfig, ListConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from one_click import files
from one_click.lock import check_not_edited, lock_text
from one_click.params import checked
from one_click.stage import InputError, run

GROUPS = (
    "cleaning",
    "features",
    "selector",
    "encoder",
    "scaler",
    "sampler",
    "search",
    "campaign",
    "report",
)
LISTS = {"candidates": "model", "ensembles": "ensemble"}  # key of the menu, folder of its files
CHOICES = {"tables", *GROUPS, *LISTS, "set"}


def check_utf8(path: Path) -> None:
    """Check the encoding of a file: an editor may save Russian text as cp1251.

    Raises
    ------
    InputError
        Where it is not UTF-8.
    """
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8; save it as UTF-8") from None


def read_menu(path: Path) -> dict:
    """Read params.yaml; its keys are those of the menu, all of them.

    Raises
    ------
    InputError
        Where the file is no YAML, or a key is missing or unknown.
    """
    try:
        check_utf8(path)
        menu = OmegaConf.to_container(OmegaConf.load(path))
    except FileNotFoundError:
        raise InputError(f"{path}: not found; run this in the project's folder") from None
    except (YAMLError, OmegaConfBaseException, OSError) as error:
        problem = " ".join(str(error).split())
        raise InputError(f"{path}: not readable as YAML: {problem}: correct it") from None
    if not isinstance(menu, dict):
        raise InputError(f"{path}: not a list of choices; restore it with `git checkout {path}`")
    for key in sorted(set(menu) - CHOICES, key=str):
        raise InputError(f"{path}: {key}: unknown key; the keys are {', '.join(sorted(CHOICES))}")
    for key in sorted(CHOICES - set(menu)):
        raise InputError(f"{path}: {key}: missing; add it")
    return menu


def check_choices(menu: dict, conf: Path) -> None:
    """Check that each choice has a file in its group.

    Raises
    ------
    InputError
        Names the key, the choice and the choices there are.
    """
    for key, group in LISTS.items():
        named = menu[key]
        if not isinstance(named, list) or (key == "candidates" and not named):
            least = "name at least one" if key == "candidates" else "write [] for none"
            raise InputError(f"{files.MENU}: {key}: {named!r} is no list of {group}s; {least}")
        if len(set(map(str, named))) < len(named):
            raise InputError(f"{files.MENU}: {key}: a {group} is named twice; name each once")
    if not isinstance(menu["tables"], str) or not menu["tables"]:
        raise InputError(
            f"{files.MENU}: tables: {menu['tables']!r} is no folder; name the raw tables' folder"
        )
    if Path(menu["tables"]) != files.SAMPLE and not Path(menu["tables"]).is_dir():
        raise InputError(
            f"{files.MENU}: tables: no folder {menu['tables']!r}; name the raw tables' folder"
        )
    if not isinstance(menu["set"], dict):
        raise InputError(f"{files.MENU}: set: {menu['set']!r} is no mapping; write {{}} for none")
    if "tables" in menu["set"]:
        raise InputError(f"{files.MENU}: set.tables: a choice of its own; set `tables` instead")
    chosen = [(group, group, menu[group]) for group in GROUPS]
    chosen += [(key, group, name) for key, group in LISTS.items() for name in menu[key]]
    for key, group, choice in chosen:
        options = sorted(path.stem for path in (conf / group).glob("*.yaml"))
        if choice not in options:
            raise InputError(
                f"{files.MENU}: {key}: no choice {choice!r}; choose one of {', '.join(options)}"
            )
    for path in sorted(conf.rglob("*.yaml")):
        check_utf8(path)


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
            named = key.removeprefix("set.")
            raise InputError(
                f"{files.MENU}: {path}: not among the {named}; "
                f"add it to {named} or take it out of set"
            )
        if isinstance(there, DictConfig):
            if isinstance(value, dict):
                check_values(there, value, path)
            elif isinstance(value, list) or key == "set":
                raise InputError(f"{files.MENU}: {path}: {value!r} is no mapping; set keys of it")


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
        for member in members:
            if not (conf / "model" / f"{member}.yaml").exists():
                raise InputError(
                    f"{conf}/ensemble/{name}.yaml: _members_: no model {member!r}; "
                    "name files of model/"
                )
        if set(members) - set(config.candidates):
            del config.ensembles[name]


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
        config = OmegaConf.merge(config, menu["set"])
        OmegaConf.resolve(config)
    except (HydraException, OmegaConfBaseException, YAMLError) as error:
        problem = " ".join(str(error).split())
        raise InputError(f"{conf}/: {problem}: correct it there or in {files.MENU}") from None
    checked(config, f"{files.MENU} and {conf}/")
    return config


def main() -> None:
    parser = argparse.ArgumentParser(prog="one_click.compose")
    parser.add_argument("--check", action="store_true", help="check the choices, write nothing")
    check = parser.parse_args().check
    menu = read_menu(files.MENU)
    config = composed(menu, files.CONF)
    lock = lock_text(config)
    check_not_edited(files.CONF_LOCK, config)
    for name in menu["ensembles"]:
        if name not in config.ensembles:
            print(f"ensembles: {name} is left out: not all of its members are among the candidates")
    if check:
        return
    files.write_text(files.CONF_LOCK, lock)
    # Of candidates that left: choose depends on the folder of the ones, and both would mislead.
    # DVC's cache and git have them.
    for left in [*files.TUNED.glob("*.skops"), *files.TUNE_METRICS.glob("*.json")]:
        if left.stem not in menu["candidates"]:
            left.unlink()


if __name__ == "__main__":
    run(main)
