"""Bring an experiment into the work tree; nothing that is in no commit is lost.

Enters: the name of an experiment, as a sweep's table or `dvc exp show` has it. Leaves: its choices,
its `dvc.lock` and its outputs in the work tree; `dvc repro` then runs the later stages. Other edits
of the work tree stay; one of a file that the experiment changed is refused before anything is done.
"""

from one_click.experiments.promotion import changed, check_nothing_is_lost, promote
from one_click.experiments.repair import repair
from one_click.experiments.repository import check_place
from one_click.experiments.revisions import experiment_ref
from one_click.running.arguments import command_parser


def main() -> None:
    parser = command_parser("promote", __doc__, "scaler-minmax-0a1b2c")
    parser.add_argument("experiment", help="its name in the table of a sweep, or in dvc exp show")
    name = parser.parse_args().experiment
    check_place()
    for line in repair():
        print(line)
    ref = experiment_ref(name)
    files = changed(ref)
    check_nothing_is_lost(ref, files)
    promote(ref, files)
    print(f"{name}: {len(files)} files are as the experiment left them: {', '.join(files)}")
    print("`dvc repro` runs the later stages; then commit")
