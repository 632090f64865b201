"""params.yaml, the menu: its keys, and whether each choice has a file."""

from pathlib import Path

from one_click import artefacts
from one_click.choices.files import check_given, check_no_environment, read_yaml
from one_click.columns import TABLES
from one_click.running.arguments import NO_ADDRESS
from one_click.running.errors import InputError

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


def read_menu(path: Path) -> dict:
    """Read params.yaml; its keys are those of the menu, all of them.

    Raises
    ------
    InputError
        Where the file is no YAML, or a key is missing or unknown.
    """
    menu = read_yaml(path)
    if not isinstance(menu, dict):
        raise InputError(f"{path}: not a list of choices; restore it with `git checkout {path}`")
    for key in sorted(set(menu) - CHOICES, key=str):
        raise InputError(f"{path}: {key}: unknown key; the keys are {', '.join(sorted(CHOICES))}")
    for key in sorted(CHOICES - set(menu)):
        raise InputError(f"{path}: {key}: missing; add it")
    return menu


def check_tables(folder: Path) -> None:
    """Check that the raw tables are there: DVC would say of one that is not no more than its path.

    Raises
    ------
    InputError
        Where there is no such folder, or a table is not in it.
    """
    if folder == artefacts.SAMPLE:
        return
    if not folder.is_dir():
        raise InputError(
            f"{artefacts.MENU}: tables: no folder {str(folder)!r}; name the raw tables' folder"
        )
    if missing := [t.file for t in TABLES.values() if not (folder / t.file).is_file()]:
        raise InputError(
            f"{artefacts.MENU}: tables: {folder}: no {', '.join(missing)}; put it there or name "
            "the raw tables' folder"
        )


def check_choices(menu: dict, conf: Path) -> None:
    """Check that each choice has a file in its group, and that the files can be read.

    Raises
    ------
    InputError
        Names the key, the choice and the choices there are.
    """
    if "://" in str(menu["tables"]):
        raise InputError(f"{artefacts.MENU}: tables: {NO_ADDRESS}")
    check_given(menu, str(artefacts.MENU))
    check_no_environment({"set": menu["set"]}, str(artefacts.MENU))
    try:
        _check_each(menu, conf)
    except InputError:
        check_no_environment(menu, str(artefacts.MENU))  # what the error would show
        raise


def _check_each(menu: dict, conf: Path) -> None:
    for key, group in LISTS.items():
        names = menu[key]
        if not isinstance(names, list) or (key == "candidates" and not names):
            least = "name at least one" if key == "candidates" else "write [] for none"
            raise InputError(f"{artefacts.MENU}: {key}: {names!r} is no list of {group}s; {least}")
        if len(set(map(str, names))) < len(names):
            raise InputError(f"{artefacts.MENU}: {key}: a {group} is named twice; name each once")
    if not isinstance(menu["tables"], str) or not menu["tables"]:
        raise InputError(
            f"{artefacts.MENU}: tables: {menu['tables']!r} is no folder; name the tables' folder"
        )
    check_tables(Path(menu["tables"]))
    if not isinstance(menu["set"], dict):
        raise InputError(
            f"{artefacts.MENU}: set: {menu['set']!r} is no mapping; write {{}} for none"
        )
    if "tables" in menu["set"]:
        raise InputError(f"{artefacts.MENU}: set.tables: a choice of its own; set `tables` instead")
    choices = [(group, group, menu[group]) for group in GROUPS]
    choices += [(key, group, name) for key, group in LISTS.items() for name in menu[key]]
    for key, group, choice in choices:
        options = sorted(path.stem for path in (conf / group).glob("*.yaml"))
        if choice not in options:
            raise InputError(
                f"{artefacts.MENU}: {key}: no choice {choice!r}; choose one of {', '.join(options)}"
            )
    for path in sorted(conf.rglob("*.yaml")):
        if "hydra" in read_yaml(path):
            raise InputError(f"{path}: hydra: Hydra's own settings have no place here; take it out")
