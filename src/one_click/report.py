"""What marketing reads: one self-contained page, `reports/report.html`.

Enters: figures of the stages before, the plan of offers, pictures. Leaves: a page in Russian
or English that asks nothing of the network. Layout stands in `report.html.j2`, every word in
`messages.yaml`. It reads no figure of the candidates that lost, so that it stays when they change.
"""

import base64
import hashlib
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from omegaconf import OmegaConf

from one_click import files
from one_click.campaign import SEGMENTS, Campaign
from one_click.columns import COLUMNS, label
from one_click.params import load
from one_click.speaker import Speaker
from one_click.stage import run
from one_click.wording import THEMES, finding_words, trigger_words

HERE = Path(__file__).parent
TEMPLATE = "report.html.j2"
MESSAGES = HERE / "messages.yaml"
METRICS = {
    "prepare": files.PREPARE_METRICS,
    "summary": files.SUMMARY_METRICS,
    "association": files.ASSOCIATION_METRICS,
    "findings": files.FINDINGS_METRICS,
    "evaluate": files.EVALUATE_METRICS,
    "predict": files.PREDICT_METRICS,
    "explain": files.EXPLAIN_METRICS,
    "segment": files.SEGMENT_METRICS,
    "plan": files.OFFER_METRICS,
    "card": files.MODEL_CARD,
}
PICTURES = {
    "risk_by_profit": files.SEGMENT_PLOT,
}
STUDY_PICTURES = (
    "fishbone", "effects", "numbers_behaviour", "numbers_purchases", "months", "favourites",
    "phik",
)  # fmt: skip
PICTURES |= {name: files.DESCRIBE_PLOTS / f"{name}.png" for name in STUDY_PICTURES}
OFFERS_SHOWN = 200
FEATURES_SHOWN = 10
HASH_SHOWN = 12
FIGURES = (
    "roc_auc", "average_precision", "precision", "recall", "f1", "accuracy",
    "brier", "log_loss", "ece",
)  # fmt: skip
AT_RISK = ("at_risk_profitable", "at_risk")


def embedded(path: Path) -> str:
    """A PNG as a data URI."""
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def style_hash(css: str) -> str:
    """What the page's Content-Security-Policy names its one style sheet by."""
    digest = hashlib.sha256(str(css).encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


def plan_by_offer(made: pd.DataFrame, campaign: Campaign, speaker: Speaker) -> list[dict]:
    """Each offer of the campaign, in its order: its terms, how many are made, cost and net gain."""
    rows = []
    for name, offer in campaign.offers.items():
        of_offer = made[made["offer"] == name]
        rows.append(
            {
                "name": name,
                "terms": offer,
                "triggers": [trigger_words(*one, speaker) for one in offer.triggers.items()],
                "offers": len(of_offer),
                "cost": float(of_offer["cost"].sum()),
                "net_gain": float(of_offer["net_gain"].sum()),
            }
        )
    return rows


def first_offers(made: pd.DataFrame, count: int = OFFERS_SHOWN) -> list[dict]:
    """The first offers of the plan; `reasons` holds names of columns, the leading one first."""
    shown = made.head(count)
    ranked = sorted(
        (name for name in made if name.startswith("reason_")), key=lambda name: int(name[7:])
    )
    reasons = shown[ranked].to_numpy(dtype=object)
    return [
        row | {"reasons": [name for name in given if not pd.isna(name)]}
        for row, given in zip(shown.to_dict("records"), reasons, strict=True)
    ]


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
            **{
                group: classes.get(name, {}).get(group, {}).get("mean")
                for group in ("declined", "stayed")
            },
        }
        for name in names
    ]


def break_even(plan: dict) -> float | None:
    """The share of the assumed effects at which the plan brings back just its cost."""
    gross = plan["expected_net_gain"] + plan["cost"]
    return plan["cost"] / gross if plan["offers"] and gross > 0 else None


def header_labels(language: str) -> dict[str, str]:
    """Words for the raw headers whose cells may be misspelt; in Russian they stand as they are."""
    return {c.raw: c.raw if language == "ru" else c.en for c in COLUMNS if c.month is None}


def rendered(
    metrics: dict[str, dict],
    pictures: dict[str, str],
    offers: pd.DataFrame,
    campaign: Campaign,
    language: str,
) -> str:
    """The page.

    Parameters
    ----------
    metrics
        By name of `METRICS`.
    pictures
        Data URIs, by name of `PICTURES`.
    offers
        One row a customer, offers first, as `one_click.offer` orders them.
    """
    messages = OmegaConf.to_container(OmegaConf.load(MESSAGES))
    speaker = Speaker(language, messages)
    made = offers[offers["offer"].notna()]
    segments = metrics["segment"]["segments"]
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["label"] = speaker.label
    return environment.get_template(TEMPLATE).render(
        **metrics,
        **{name: getattr(speaker, name) for name in ("say", "number", "share", "money", "label")},
        language=language,
        pictures=pictures,
        style_hash=style_hash,
        campaign=campaign,
        base=segments["all"],
        profiles={name: segments[name] for name in SEGMENTS},
        at_risk=sum(segments[name]["customers"] for name in AT_RISK),
        by_offer=plan_by_offer(made, campaign, speaker),
        first_offers=first_offers(made),
        break_even=break_even(metrics["plan"]),
        features=leading_features(metrics["explain"], metrics["summary"], metrics["association"]),
        told=lambda finding: finding_words(finding, speaker),
        themes={name: metrics["findings"][name] for name in THEMES},
        study_pictures=STUDY_PICTURES,
        describe_plots=files.DESCRIBE_PLOTS.as_posix(),
        english=lambda name: label(name, "en"),
        figures=FIGURES,
        header_labels=header_labels(language),
        data_hash=metrics["card"]["data_hash"][:HASH_SHOWN],
        offers_csv=files.OFFERS_CSV.as_posix(),
    )


def main() -> None:
    params = load("report", "campaign")
    metrics = {name: files.read_json(path) for name, path in METRICS.items()}
    pictures = {name: embedded(path) for name, path in PICTURES.items()}
    offers = pd.read_parquet(files.OFFERS)
    page = rendered(metrics, pictures, offers, params.campaign, params.report.language)
    files.write_text(files.REPORT, page)


if __name__ == "__main__":
    run(main)
