"""Pictures of the training rows, in the language of the report: `plots/describe/`.

Enters: the training rows and what `describe` found in them. Leaves: a few PNG files, each a theme.
"""

from dataclasses import dataclass

from one_click import artefacts
from one_click.customers.parts import rows_of
from one_click.pictures.study.sheets import pictures
from one_click.pictures.style import Sheet
from one_click.running import saved, writing
from one_click.running.lock import at, load
from one_click.running.parallel import side_by_side
from one_click.running.stage import run_stage
from one_click.settings.study import Describe
from one_click.words.speaker import speaker


@dataclass
class Settings:
    """What is a finding, and in which words."""

    describe: Describe
    language: str = at("report.language")


FIGURES = {
    "summary": artefacts.SUMMARY_METRICS,
    "tests": artefacts.TESTS_METRICS,
    "association": artefacts.ASSOCIATION_METRICS,
    "months": artefacts.MONTHS_METRICS,
    "favourites": artefacts.FAVOURITES_METRICS,
}


def main() -> None:
    settings = load(Settings)
    rows = rows_of(saved.table(artefacts.CUSTOMERS), "train")
    figures = {name: saved.figures(path) for name, path in FIGURES.items()}
    pairs = saved.table(artefacts.PAIRS_TABLE)
    words = speaker("pictures", settings.language)
    sheets = list(pictures(rows, figures, pairs, settings.describe, words))
    for sheet, svg in zip(sheets, side_by_side(Sheet.svg, [(s,) for s in sheets]), strict=True):
        writing.write_bytes(artefacts.DESCRIBE_PLOTS / f"{sheet.name}.svg", svg)


if __name__ == "__main__":
    run_stage(main)
