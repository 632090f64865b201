"""The content of the report: figures of the stages before, worded and put in order.

Layout stands in `report.html.j2`, every word in `words/report.yaml`.
"""

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from one_click import artefacts
from one_click.columns import COLUMNS, REVENUES, TABLES, category_codes
from one_click.report.answer import first_screen
from one_click.report.evidence import evidence
from one_click.report.feature_words import counter_intuitive, leading_features, shape_sentences
from one_click.report.page import HERE, page
from one_click.report.plan_view import HASH_SHOWN, plan_view
from one_click.report.plan_words import break_even, first_offers, plan_by_offer, power_words
from one_click.report.quality_words import grade
from one_click.settings.offers import Campaign
from one_click.settings.report import Report
from one_click.settings.segments import SEGMENTS
from one_click.statistics import gain_at
from one_click.words.speaker import Speaker
from one_click.words.speaker import speaker as speaker_of
from one_click.words.wording import THEMES, finding_figures, finding_words, mean_words, skip_words

TEMPLATE = HERE / "report.html.j2"
SCRIPT = HERE / "report.js"
MODEL_PICTURES = (
    "plan_by_risk", "gain", "calibration", "risk_by_profit", "profiles", "moved_cuts",
    "assumptions", "budget", "power", "importance", "beeswarm", "dependence", "waterfall",
)  # fmt: skip
STUDY_PICTURES = (
    "fishbone", "effects", "numbers_behaviour", "numbers_purchases", "months", "favourites",
    "phik",
)  # fmt: skip
FIGURES = (
    "roc_auc", "average_precision", "precision", "recall", "f1", "accuracy",
    "brier", "log_loss", "ece",
)  # fmt: skip
FAVOURITE = "favourite_category"
SEGMENT_SHARES = {"service_type": "premium", "contact_allowed": "yes"}
FEW_VALUES = 10  # distinct ones, at most: outliers of such a column mean nothing
AT_RISK = ("at_risk_profitable", "at_risk")


def segment_headings(means: list[str], unit: str | None, speaker: Speaker) -> dict[str, list[str]]:
    """Headings of the three tables of segments, after the first column."""
    say, heading = speaker.say, speaker.label
    money = ("customers", "share", "mean_risk", "profit", "exposed")
    values = [f"{heading(n)}: {speaker.value_label(n, c)}" for n, c in SEGMENT_SHARES.items()]
    return {
        "money": [
            in_unit(say(f"segments.{name}"), unit if name in ("profit", "exposed") else None)
            for name in money
        ]
        + [heading(name) for name in REVENUES],
        "features": [heading(name) for name in means] + values,
        "categories": [speaker.value_label(FAVOURITE, c) for c in category_codes(FAVOURITE)],
    }


def header_labels(speaker: Speaker) -> dict[str, str]:
    """Words for the raw headers whose cells may be misspelt."""
    periods = {table.period: speaker.say("data.month") for table in TABLES.values() if table.period}
    return periods | {c.raw: speaker.label(c.name) for c in COLUMNS if c.month is None}


def in_unit(heading: str, unit: str | None) -> str:
    """A heading with the unit of its amounts, where the campaign names it."""
    return f"{heading}, {unit}" if unit else heading


@dataclass(frozen=True)
class Inputs:
    """What the page is made of.

    `tables`, the folder of the raw tables; `metrics` by name of the stages' figures; `pictures`,
    data URIs by their name; `offers`, one row a customer, offers first, as `offers.table` orders
    them, with `reasons` in words; `plans` and `curve`, the plan of each step of the budget and its
    figures; `gain`, the points of the gain curve.
    """

    tables: str
    metrics: dict[str, dict]
    pictures: dict[str, str]
    offers: pd.DataFrame
    plans: pd.DataFrame
    curve: pd.DataFrame
    gain: pd.DataFrame


def rendered(inputs: Inputs, campaign: Campaign, report: Report) -> str:
    """The page."""
    metrics, offers, unit = inputs.metrics, inputs.offers, campaign.unit
    speaker = speaker_of("report", report.language)
    recipients = offers[offers["offer"].notna()]
    segments, explain = metrics["segment"]["segments"], metrics["explain"]
    by_offer = plan_by_offer(recipients, campaign, speaker)
    means = list(segments["all"]["means"])
    unusual = [speaker.say("list.item", item=speaker.label(n)) for n in counter_intuitive(explain)]
    return page(
        TEMPLATE,
        speaker,
        **metrics,
        js=Markup(SCRIPT.read_text(encoding="utf-8")),
        view=plan_view(offers, inputs.plans, inputs.curve, campaign, report, speaker),
        pictures=inputs.pictures,
        campaign=campaign,
        evidence=evidence(campaign, speaker),
        report=report,
        first=first_screen(inputs.tables, campaign, by_offer, explain["leading_at_risk"], speaker),
        amount=lambda value, scale=None: speaker.amount(value, unit, scale),
        in_unit=lambda heading: in_unit(heading, unit),
        base=segments["all"],
        profiles={name: segments[name] for name in SEGMENTS},
        revenues=REVENUES,
        segment_means=means,
        segment_shares=SEGMENT_SHARES,
        categories=category_codes(FAVOURITE),
        segment_headings=segment_headings(means, unit, speaker),
        raw_columns={
            c.name: metrics["quality"]["columns"][c.name]
            for c in COLUMNS
            if c.name in metrics["quality"]["columns"]
        },
        few_values=FEW_VALUES,
        tenths=lambda value: speaker.number(value, 2 if abs(value or 0) < 1 else 1),
        points=lambda value: (
            speaker.number(value)
            if value is None
            else speaker.say("measure.points", value=speaker.number(100 * value, 1))
        ),
        thousandths=lambda value: speaker.number(value, 3),
        at_risk=sum(segments[name]["customers"] for name in AT_RISK),
        by_offer=by_offer,
        first_offers=first_offers(recipients, report),
        break_even=break_even(metrics["plan"]),
        skip_words=lambda name: skip_words(
            name, campaign.smallest_net_gain, campaign.break_even_limit, speaker
        ),
        power_words=power_words(metrics["plan"]["power"]["all"], speaker),
        features=leading_features(explain, metrics["summary"], metrics["association"]),
        feature_value=lambda name, value: (
            speaker.money(value) if value is None else mean_words(name, value, speaker)
        ),
        shape_sentences=shape_sentences(explain, speaker),
        both_ends=", ".join(unusual),
        grade=grade(metrics["evaluate"]),
        met=gain_at(inputs.gain, report.contacted),
        themes={
            name: [
                {"words": finding_words(f, speaker), "figures": finding_figures(f, speaker)}
                for f in metrics["findings"][name]
            ]
            for name in THEMES
        },
        study_pictures=STUDY_PICTURES,
        describe_plots=artefacts.DESCRIBE_PLOTS.as_posix(),
        figures=FIGURES,
        header_labels=header_labels(speaker),
        data_hash=metrics["card"]["data_hash"][:HASH_SHOWN],
        offers_csv=artefacts.OFFERS_CSV.name,  # beside the page
        offers_xlsx=artefacts.OFFERS_XLSX.name,
    )
