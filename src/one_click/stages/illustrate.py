"""Pictures of the reasons, the segments and the plan, in the language of the report.

Enters: what `explain`, `segment` and `offer` have found. Leaves: `plots/report`, an SVG a picture.
They stand apart from those stages, so that another language computes nothing anew.
"""

from dataclasses import dataclass

from one_click import artefacts
from one_click.columns import ID
from one_click.pictures.results.sheets import Marks, pictures
from one_click.pictures.style import Sheet
from one_click.running import saved, writing
from one_click.running.lock import at, load
from one_click.running.parallel import side_by_side
from one_click.running.stage import run_stage
from one_click.words.speaker import speaker

FIGURES = {
    "explain": artefacts.EXPLAIN_METRICS,
    "segment": artefacts.SEGMENT_METRICS,
    "plan": artefacts.OFFER_METRICS,
}


@dataclass
class Settings:
    """What is marked, the confidence of the intervals, and in which words."""

    contacted: float = at("report.contacted")
    budget: float = at("campaign.budget")
    profiles: float = at("segments.confidence")
    importance: float = at("explain.confidence")
    language: str = at("report.language")


def main() -> None:
    settings = load(Settings)
    customers = saved.table(artefacts.CUSTOMERS)
    for path in (artefacts.RISKS, artefacts.SEGMENTS):
        customers = customers.merge(saved.table(path), on=ID, validate="1:1")
    tables = {
        "customers": customers,
        "reasons": customers[[ID]].merge(saved.table(artefacts.REASONS), on=ID, validate="1:1"),
        "moved": saved.table(artefacts.SENSITIVITY_PLOT),
        "curve": saved.table(artefacts.BUDGET_CURVE),
        "planned": saved.table(artefacts.OFFERS),
        "gain": saved.table(artefacts.GAIN_PLOT),
        "calibration": saved.table(artefacts.CALIBRATION_PLOT),
    }
    figures = {name: saved.figures(path) for name, path in FIGURES.items()}
    marks = Marks(settings.contacted, settings.budget, settings.profiles, settings.importance)
    words = speaker("pictures", settings.language)
    sheets = list(pictures(tables, figures, marks, words))
    for sheet, svg in zip(sheets, side_by_side(Sheet.svg, [(s,) for s in sheets]), strict=True):
        writing.write_bytes(artefacts.REPORT_PLOTS / f"{sheet.name}.svg", svg)


if __name__ == "__main__":
    run_stage(main)
