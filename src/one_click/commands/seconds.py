"""Print the seconds of the stages that ran."""

import csv

from one_click import artefacts
from one_click.running.arguments import command_parser


def table(rows: list[list[str]]) -> str:
    """Lines of stage and seconds, and their sum; `rows` holds both as text."""
    if not rows:
        return "no stage ran: all is up to date or came from the run-cache"
    width = max(len(stage) for stage, _ in rows)
    lines = [f"{stage:<{width}} {float(seconds):>7.1f} s" for stage, seconds in rows]
    total = sum(float(seconds) for _, seconds in rows)
    return "\n".join([*lines, f"{'together':<{width}} {total:>7.1f} s"])


def main() -> None:
    command_parser("seconds", __doc__, "").parse_args()
    rows = []
    if artefacts.SECONDS.exists():
        with artefacts.SECONDS.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
    print(table(rows))
