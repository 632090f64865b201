"""Choices in, their meaning out: params.yaml and conf/ become conf.lock.yaml.

Enters: the menu and the Hydra groups. Leaves: the lock, section by section, checked. DVC's own
`hydra.enabled` stays off: with it plain `dvc repro` would not compose.
"""

from one_click import artefacts
from one_click.choices.composing import composed
from one_click.choices.lock import check_not_edited, lock_text
from one_click.choices.menu import read_menu
from one_click.running import writing
from one_click.running.stage import run_stage


def main(check: bool) -> None:
    menu = read_menu(artefacts.MENU)
    config = composed(menu, artefacts.CONF)
    lock = artefacts.CONF_LOCK
    there = lock.read_text(encoding="utf-8", errors="replace") if lock.exists() else None
    check_not_edited(there, config)
    for name in menu["ensembles"]:
        if name not in config.ensembles:
            print(f"ensembles: {name} is left out: not all of its members are among the candidates")
    if check:
        return
    writing.write_text(lock, lock_text(config))
    # Of candidates that left: choose depends on the folder of the ones, and both would mislead.
    # DVC's cache and git have them.
    for left in [*artefacts.TUNED.glob("*.skops"), *artefacts.TUNE_METRICS.glob("*.json")]:
        if left.stem not in menu["candidates"]:
            left.unlink()


if __name__ == "__main__":
    run_stage(main, {"--check": "check the choices, write nothing"})
