"""Say whether conf.lock.yaml and dvc.lock fit the code and the config.

Enters: params.yaml, conf/, the code, dvc.yaml, dvc.lock. Nothing is run; exit code 1 where
conf.lock.yaml or dvc.lock is stale. Outputs need not be there: a fresh clone has no cache.
`dvc repro --dry --allow-missing` gives up (3.67) at a folder that several stages fill.
"""

from one_click import artefacts
from one_click.choices.composing import composed
from one_click.choices.lock import lock_text
from one_click.choices.menu import read_menu
from one_click.experiments.freshness import MEND, stale_stages
from one_click.experiments.repository import check_place
from one_click.running.arguments import command_parser
from one_click.running.errors import InputError


def main() -> None:
    command_parser("fresh", __doc__, "").parse_args()
    check_place()
    config = composed(read_menu(artefacts.MENU), artefacts.CONF)
    lock = artefacts.CONF_LOCK
    if not lock.exists() or lock.read_text(encoding="utf-8") != lock_text(config):
        raise InputError(
            f"{lock}: not what {artefacts.MENU} and {artefacts.CONF}/ compose to: {MEND}"
        )
    if stale := stale_stages():
        lines = [f"dvc.lock: {name} is stale ({', '.join(why)})" for name, why in stale.items()]
        raise InputError("\n".join([*lines, MEND]))
    print("conf.lock.yaml and dvc.lock fit the code and the config")
