"""The page that says whether a new month looks like what the model has learned from."""

from dataclasses import asdict, dataclass
from pathlib import Path

from one_click.new_month.drift import ABSENT, ALIKE, STATES, absent_share
from one_click.new_month.drift_picture import WIDTH, amount, picture
from one_click.new_month.tallies import SCORE
from one_click.report.page import page
from one_click.settings.new_month import Drift
from one_click.words.speaker import Speaker, speaker

TEMPLATE = Path(__file__).parent / "drift.html.j2"
VERDICTS = ("use", "look", "retrain", "too_few")
REASONS = (  # of each verdict, as `drift.verdict` gives them
    "use.alike", "too_few.too_few", "look.values", "look.absent",
    "retrain.score", "retrain.absent", "retrain.columns",
)  # fmt: skip
FLAGS = ("unknown", "missing", "slip")


@dataclass(frozen=True)
class Counts:
    """Customers compared with; of the new ones those learned from, those left out, flagged values.

    `rule` is that of regular customers, by which some are left out.
    """

    reference: int
    known: int
    left: int
    rule: str
    flags: dict[str, int]


def change_words(name: str, column: dict, speaker: Speaker) -> str:
    """Where a column's new customers differ most from the known ones, in a sentence."""
    label = speaker.say("drift.score") if name == SCORE else speaker.label(name)
    if column["by"] == ABSENT or column["change"] is None:
        return speaker.say(
            "drift.change.absent",
            column=label,
            before=speaker.share(column["missing_before"]),
            now=speaker.share(absent_share(column)),
        )
    change = column["change"]
    kind = "category" if isinstance(change["at"], str) else "number"
    return speaker.say(
        f"drift.change.{kind}",
        column=label,
        at=amount(name, change["at"], speaker),
        before=speaker.share(change["before"], 0),
        now=speaker.share(change["now"], 0),
    )


def drift_page(drift: dict, counts: Counts, rules: Drift, language: str) -> str:
    """The page; what is furthest stands first, the score before all columns.

    Parameters
    ----------
    drift
        As `drift.compared` gives it.
    """
    voice = speaker("report", language)
    columns = sorted(
        drift["columns"].items(),
        key=lambda item: (
            -STATES.index(item[1]["state"]),
            item[0] != SCORE,
            -item[1]["psi"],
            item[0],
        ),
    )
    return page(
        TEMPLATE,
        voice,
        found=drift,
        columns=columns,
        moved=[name for name, column in columns if column["state"] != ALIKE],
        changes={name: change_words(name, column, voice) for name, column in columns},
        pictures={name: picture(name, column, voice) for name, column in columns},
        width=WIDTH,
        rules=rules,
        **asdict(counts),
    )
