"""What the training rows show, in numbers: summaries, tests, associations, findings.

Enters: the training rows, and what `quality` found in the raw tables. Leaves: figures under
`metrics/describe/`, a table of pairs of columns, `plots/association/pairs.csv`. `draw` makes the
pictures, so that the language of a picture does not re-run the tests.
"""

from dataclasses import dataclass

from one_click import artefacts
from one_click.customers.parts import rows_of
from one_click.running import saved, writing
from one_click.running.lock import load
from one_click.running.stage import run_stage
from one_click.settings.study import Describe
from one_click.study.description import described


@dataclass
class Settings:
    """What is a finding."""

    describe: Describe


def main() -> None:
    rules = load(Settings).describe
    rows = rows_of(saved.table(artefacts.CUSTOMERS), "train")
    figures, pairs = described(rows, saved.figures(artefacts.QUALITY_METRICS), rules)
    for path, name in (
        (artefacts.SUMMARY_METRICS, "summary"),
        (artefacts.TESTS_METRICS, "tests"),
        (artefacts.ASSOCIATION_METRICS, "association"),
        (artefacts.MONTHS_METRICS, "months"),
        (artefacts.FAVOURITES_METRICS, "favourites"),
        (artefacts.FINDINGS_METRICS, "findings"),
    ):
        writing.write_json(path, writing.significant(figures[name]), digits=None)
    writing.write_csv(artefacts.PAIRS_TABLE, pairs, digits=4)


if __name__ == "__main__":
    run_stage(main)
