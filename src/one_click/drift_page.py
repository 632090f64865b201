"""The page that says whether a new month looks like what the model has learned from."""

from one_click.drift import SCORE
from one_click.page import page
from one_click.params import Drift
from one_click.wording import report_speaker

TEMPLATE = "drift.html.j2"
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
        As `one_click.drift.compared` gives it.
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
        report_speaker(language),
        found=found,
        columns=columns,
        known_rows=known_rows,
        left=left,
        rule=rule,
        flags=flags,
        rules=rules,
    )
