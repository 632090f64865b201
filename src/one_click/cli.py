"""`one-click <command>`: commands for people; nothing heavy is imported before one is chosen."""

import importlib
import os
import sys

COMMANDS = {  # a module of `commands` each; a test holds its sentence against the module's
    "fetch": "Take a snapshot of the four raw tables out of a database, as CSV.",
    "deliver": "Write the offers of a kept wave into a table of a database, once.",
    "sweep": "Run a grid of choices, each a DVC experiment.",
    "leaderboard": "Rank the jobs of a sweep, best first.",
    "promote": "Bring an experiment into the work tree; nothing that is in no commit is lost.",
    "compare": "Compare two branches, customer by customer.",
    "score": "Score a new month: risks, reasons, segments and offers of unknown outcome.",
    "worker": "Start a worker of a Dask cluster whose figures have the bytes of this machine's.",
    "simulate": "Simulate the outcome of a wave of the generated store by effects that are known.",
    "measure": "Measure what waves of offers brought, and propose the campaign of the next one.",
    "measure-procedure": "Measure the whole procedure by nested cross-validation.",
    "learning-curve": "Show what fewer rows cost: ROC-AUC, log-loss, seconds by rows learned from.",
    "plots": "Put all plots in one page that needs no network.",
    "fresh": "Say whether conf.lock.yaml and dvc.lock fit the code and the config.",
    "repair": "Mend what a kill or a full disk left behind, so that `dvc repro` goes on.",
    "seconds": "Print the seconds of the stages that ran.",
}
USAGE = "usage: one-click <command> [arguments]; one-click <command> --help says more"


def overview() -> str:
    """What there is, a line a command."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {sentence}" for name, sentence in COMMANDS.items()]
    return "\n".join(
        [USAGE, "", *lines, "", "example: one-click score --tables data/sample --output scored"]
    )


def main() -> None:
    """Run the command that the first argument names, with the others."""
    for stream in (sys.stdout, sys.stderr):  # a terminal without our letters is no reason to fail
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    name, *arguments = sys.argv[1:] or ["--help"]
    if name in ("-h", "--help"):
        from one_click.running.stage import run

        run(lambda: print(overview(), flush=True))  # `... | head -1` may have read enough
        return
    if name not in COMMANDS:
        print(
            f"error: no command {name!r}; the commands are {', '.join(COMMANDS)}", file=sys.stderr
        )
        sys.exit(2)
    from one_click.running.arguments import MARK, enter_project
    from one_click.running.stage import run

    if not enter_project() and not {"-h", "--help"} & set(arguments):
        print(
            f"error: {os.getcwd()}: no {MARK} here or above: go to the project's folder",
            file=sys.stderr,
        )
        sys.exit(1)
    sys.argv = [f"one-click {name}", *arguments]
    run(importlib.import_module(f"one_click.commands.{name.replace('-', '_')}").main)


if __name__ == "__main__":
    main()
