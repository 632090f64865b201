"""The page that says whether a new month looks like what the model has learned from."""

from dataclasses import asdict, dataclass
from pathlib import Path

from one_click.new_month.drift import SCORE
from one_click.report.page import page
from one_click.settings.new_month import Drift
from one_click.words.speaker import speaker

TEMPLATE = Path(__file__).parent / "drift.html.j2"
STATES = ("far", "shifted", "alike", "too_few")
VERDICTS = ("use", "look", "retrain", "too_few")
FLAGS = ("unknown", "missing", "slip")


@dataclass(frozen=True)
class Counts:
    """Customers known before; left out, by which rule of regular ones; with each flag's values."""

    known_rows: int
    left: int
    rule: str
    flags: dict[str, int]


def drift_page(drift: dict, counts: Counts, rules: Drift, language: str) -> str:
    """The page; what is furthest stands first, the score before all columns.

    Parameters
    ----------
    drift
        As `drift.compared` gives it.
    """
    columns = sorted(
        drift["columns"].items(),
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
        found=drift,
        columns=columns,
        rules=rules,
        **asdict(counts),
    )
