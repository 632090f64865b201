"""What marketing reads: one self-contained page, `reports/report.html`.

Enters: figures of the stages before, the plan of offers, pictures. Leaves: a page in Russian
or English that asks nothing of the network. It reads no figure of the candidates that lost, so that
it stays when they change.
"""

from dataclasses import dataclass

import pandas as pd

from one_click import artefacts
from one_click.report.content import MODEL_PICTURES, STUDY_PICTURES, Inputs, rendered
from one_click.report.page import embedded
from one_click.running import saved, writing
from one_click.running.lock import load
from one_click.running.stage import run_stage
from one_click.settings.offers import Campaign
from one_click.settings.report import Report
from one_click.words.speaker import speaker
from one_click.words.wording import reason_sentences

METRICS = {
    "prepare": artefacts.PREPARE_METRICS,
    "quality": artefacts.QUALITY_METRICS,
    "summary": artefacts.SUMMARY_METRICS,
    "association": artefacts.ASSOCIATION_METRICS,
    "findings": artefacts.FINDINGS_METRICS,
    "evaluate": artefacts.EVALUATE_METRICS,
    "predict": artefacts.PREDICT_METRICS,
    "explain": artefacts.EXPLAIN_METRICS,
    "segment": artefacts.SEGMENT_METRICS,
    "plan": artefacts.OFFER_METRICS,
    "card": artefacts.MODEL_CARD,
}

PICTURES = {name: artefacts.REPORT_PLOTS / f"{name}.svg" for name in MODEL_PICTURES}
PICTURES |= {name: artefacts.DESCRIBE_PLOTS / f"{name}.svg" for name in STUDY_PICTURES}


@dataclass
class Settings:
    """What the page shows, of which tables and campaign."""

    tables: str
    report: Report
    campaign: Campaign


def joined(sentences: pd.Series) -> str:
    """A customer's reasons as one text."""
    return "; ".join(sentences.dropna())


def main() -> None:
    settings = load(Settings)
    offers = saved.table(artefacts.OFFERS)
    metrics = {name: saved.figures(path) for name, path in METRICS.items()}
    reasons = reason_sentences(
        offers,
        saved.table(artefacts.CUSTOMERS),
        saved.figures(artefacts.TYPICAL),
        metrics["explain"]["steady"]["least_agreement"],
        speaker("report", settings.report.language),
    )
    inputs = Inputs(
        tables=settings.tables,
        metrics=metrics,
        pictures={name: embedded(saved.content(path)) for name, path in PICTURES.items()},
        offers=offers.assign(reasons=reasons.agg(joined, axis="columns")),
        plans=saved.table(artefacts.PLANS),
        curve=saved.table(artefacts.BUDGET_CURVE),
        gain=saved.table(artefacts.GAIN_PLOT),
    )
    writing.write_text(artefacts.REPORT, rendered(inputs, settings.campaign, settings.report))


if __name__ == "__main__":
    run_stage(main)
