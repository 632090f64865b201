"""The page that says whether a new month looks like what the model has learned from."""

from pathlib import Path

from one_click.new_month.drift import SCORE
from one_click.report.page import page
from one_click.settings.new_month import Drift
from one_click.words.speaker import speaker

TEMPLATE = Path(__file__).parent / "drift.html.j2"
STATES = ("far", "shifted", "alike", "too_few")
VERDICTS = ("use", "look", "retrain", "too_few")
FLAGS = ("unknown", "missing", "slip")


def drift_page(
    found: dict,
    known_rows: int,
    left: int,
    rule: str,
    flags: dict[str, int],
    rules: Drift,
    language: str,
) -> str:
    """The page; what is furthest stands first, the score before all columns.

    Parameters
    ----------
    found
        As `drift.compared` gives it.
    left, rule
        How many customers the rule of regular customers left out.
    flags
        Customers with a value that was unknown, missing or a slip.
    """  # fmt: skip
    columns = sorted(
        found["columns"].items(),
        key=lambda item: (
            item[0] != SCORE,
            STATES.index(item[1]["state"]),
            -(item[1]["psi"] or 0),
            item[0],
        ),
    )
    return page(
        TEMPLATE,
        speaker("report", language),
        found=found,
        columns=columns,
        known_rows=known_rows,
        left=left,
        rule=rule,
        flags=flags,
        rules=rules,
    )
