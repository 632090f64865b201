"""The content of the report: figures of the stages before, worded and put in order.

Layout stands in `report.html.j2`, every word in `words/report.yaml`.
"""

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from one_click import artefacts
from one_click.columns import COLUMNS, REVENUES, category_codes, label
from one_click.report.page import HERE, page
from one_click.report.plan_view import HASH_SHOWN, plan_view
from one_click.report.plan_words import break_even, first_offers, plan_by_offer, power_words
from one_click.settings.offers import Campaign
from one_click.settings.report import Report
from one_click.settings.segments import SEGMENTS
from one_click.words.speaker import Speaker
from one_click.words.speaker import speaker as speaker_of
from one_click.words.wording import THEMES, finding_words

TEMPLATE = HERE / "report.html.j2"
SCRIPT = HERE / "report.js"
MODEL_PICTURES = (
    "risk_by_profit", "profiles", "moved_cuts", "assumptions", "budget", "power", "importance",
    "beeswarm", "dependence", "waterfall",
)  # fmt: skip
STUDY_PICTURES = (
    "fishbone", "effects", "numbers_behaviour", "numbers_purchases", "months", "favourites",
    "phik",
)  # fmt: skip
FEATURES_SHOWN = 10
FIGURES = (
    "roc_auc", "average_precision", "precision", "recall", "f1", "accuracy",
    "brier", "log_loss", "ece",
)  # fmt: skip
FAVOURITE = "favourite_category"
SEGMENT_SHARES = {"service_type": "premium", "contact_allowed": "yes"}
AT_RISK = ("at_risk_profitable", "at_risk")


def leading_features(
    explain: dict, summary: dict, association: dict, count: int = FEATURES_SHOWN
) -> list[dict]:
    """Features by mean absolute contribution, with phik and the means of the two classes.

    A category has no mean, and a column of one value has no phik: these are None.
    """
    contributions = explain["mean_absolute_contribution"]
    names = sorted(contributions, key=lambda name: (-contributions[name], name))[:count]
    largest = max(contributions.values(), default=0) or 1
    classes, with_target = summary["numbers"], association["with_target"]
    return [
        {
            "name": name,
            "contribution": contributions[name],
            "of_largest": contributions[name] / largest,
            "phik": with_target.get(name, {}).get("phik"),
            "shuffled": explain["permutation_importance"].get(name),
            **{
                group: classes.get(name, {}).get(group, {}).get("mean")
                for group in ("declined", "stayed")
            },
        }
        for name in names
    ]


def segment_headings(means: list[str], speaker: Speaker) -> dict[str, list[str]]:
    """Headings of the three tables of segments, after the first column."""
    say, heading = speaker.say, speaker.label
    money = ("customers", "share", "mean_risk", "profit", "exposed")
    values = [f"{heading(n)}: {speaker.value_label(n, c)}" for n, c in SEGMENT_SHARES.items()]
    return {
        "money": [say(f"segments.{name}") for name in money] + [heading(name) for name in REVENUES],
        "features": [heading(name) for name in means] + values,
        "categories": [speaker.value_label(FAVOURITE, c) for c in category_codes(FAVOURITE)],
    }


def header_labels(language: str) -> dict[str, str]:
    """Words for the raw headers whose cells may be misspelt; in Russian they stand as they are."""
    return {c.raw: c.raw if language == "ru" else c.en for c in COLUMNS if c.month is None}


@dataclass(frozen=True)
class Inputs:
    """What the page is made of.

    `metrics` by name of the stages' figures; `pictures`, data URIs by their name; `offers`, one row
    a customer, offers first, as `offers.table` orders them; `plans` and `curve`, the plan of each
    step of the budget and its figures.
    """

    metrics: dict[str, dict]
    pictures: dict[str, str]
    offers: pd.DataFrame
    plans: pd.DataFrame
    curve: pd.DataFrame


def rendered(inputs: Inputs, campaign: Campaign, report: Report) -> str:
    """The page."""
    metrics, offers = inputs.metrics, inputs.offers
    speaker = speaker_of("report", report.language)
    recipients = offers[offers["offer"].notna()]
    segments = metrics["segment"]["segments"]
    return page(
        TEMPLATE,
        speaker,
        **metrics,
        js=Markup(SCRIPT.read_text(encoding="utf-8")),
        view=plan_view(offers, inputs.plans, inputs.curve, campaign, report, speaker),
        pictures=inputs.pictures,
        campaign=campaign,
        base=segments["all"],
        profiles={name: segments[name] for name in SEGMENTS},
        revenues=REVENUES,
        segment_means=list(segments["all"]["means"]),
        segment_shares=SEGMENT_SHARES,
        categories=category_codes(FAVOURITE),
        segment_headings=segment_headings(list(segments["all"]["means"]), speaker),
        raw_columns={
            c.name: metrics["quality"]["columns"][c.name]
            for c in COLUMNS
            if c.name in metrics["quality"]["columns"]
        },
        tenths=lambda value: speaker.number(value, 2 if abs(value or 0) < 1 else 1),
        thousandths=lambda value: speaker.number(value, 3),
        at_risk=sum(segments[name]["customers"] for name in AT_RISK),
        by_offer=plan_by_offer(recipients, campaign, speaker),
        first_offers=first_offers(recipients, report),
        break_even=break_even(metrics["plan"]),
        power_words=power_words(metrics["plan"]["power"]["all"], speaker),
        features=leading_features(metrics["explain"], metrics["summary"], metrics["association"]),
        told=lambda finding: finding_words(finding, speaker),
        themes={name: metrics["findings"][name] for name in THEMES},
        study_pictures=STUDY_PICTURES,
        describe_plots=artefacts.DESCRIBE_PLOTS.as_posix(),
        english=lambda name: label(name, "en"),
        figures=FIGURES,
        header_labels=header_labels(report.language),
        data_hash=metrics["card"]["data_hash"][:HASH_SHOWN],
        offers_csv=artefacts.OFFERS_CSV.as_posix(),
    )
