"""Small figures in the shape that the stages write, for tests of the report."""

import io
import json

import pandas as pd

from one_click.columns import CATEGORIES, FEATURES, ID, NUMBERS, PROFIT, REVENUES, category_codes
from one_click.offers.outlook import Totals, plan_figures
from one_click.report.content import (
    FIGURES,
    MODEL_PICTURES,
    STUDY_PICTURES,
    Inputs,
    rendered,
)
from one_click.report.page import embedded
from one_click.running import writing
from one_click.settings.offers import UNLIMITED, Campaign, Effect, HoldOut, Offer
from one_click.settings.report import Report
from one_click.settings.segments import SEGMENTS
from one_click.words.wording import THEMES

PICTURE = b"\x89PNG\r\n\x1a\n a picture"
CAMPAIGN = Campaign(
    ru="campaign in ru",
    en="campaign in en",
    wave="2026-12",
    wave_date="2026-12-01",
    valid_until=None,
    budget=100,
    months=2,
    profit_share_lost=0.5,
    profit_share_lost_range=[0.5, 1.0],
    smallest_net_gain=0,
    break_even_limit=0.5,
    segments=["at_risk_profitable"],
    site_without_consent=True,
    caps={},
    fatigue=UNLIMITED,
    hold_out=HoldOut(share=0.2, salt="salt", alpha=0.05, power=0.8),
    offers={
        "basket": Offer(
            "email", 0.5, Effect(0.1, 0.25, 0.4), {"unpaid_items": "high"},
            ru="basket in ru", en="basket in en",
        ),
        "banner": Offer(
            "site", 0.0, Effect(0.0, 0.02, 0.04), {}, ru="banner in ru", en="banner in en"
        ),
    },
)  # fmt: skip
GAIN = pd.DataFrame({"contacted": [0.2, 0.4, 1.0], "gain": [0.5, 0.9, 1.0]})
SHARE = {"share": 0.25, "low": 0.2, "high": 0.3}
PROFILE = {
    "customers": 300,
    "share": SHARE,
    "mean_risk": 0.4,
    "monthly_profit": 1200.0,
    "monthly_profit_exposed": 480.0,
    "revenue": dict.fromkeys(REVENUES, 1234567.0),
    "means": {"promo_share": {"mean": 0.3, "low": 0.2, "high": 0.4, "rows": 300}},
    "shares": {name: dict.fromkeys(category_codes(name), SHARE) for name in CATEGORIES},
}
EMPTY_PROFILE = {"customers": 0, "share": {"share": 0.0, "low": 0.0, "high": 0.01}}
FINDING = {
    "key": "higher",
    "columns": {"column": "promo_share"},
    "amounts": {"declined": 0.46, "stayed": 0.24},
    "effects": {"effect": 0.56, "low": 0.5, "high": 0.62},
    "p": 0.00042,
}
POWER = {
    "offers": 40, "controls": 10, "base": 0.9, "assumed": 0.05, "detectable": 0.4, "waves": 7,
}  # fmt: skip


def metrics_of(offers: pd.DataFrame, campaign: Campaign = CAMPAIGN) -> dict[str, dict]:
    """What each stage that the report reads has found."""
    figure = {"value": 0.8, "low": 0.7, "high": 0.9}
    means = {"declined": {"mean": 1.5}, "stayed": {"mean": 2.5}}
    plan = plan_figures(Totals.of(offers), campaign) | {
        "hold_out": {"customers": 60, "held_out": 10},
        "power": {"all": POWER, "at_risk_profitable": POWER | {"detectable": None, "waves": None}},
        "profit_share_lost": [
            {"profit_share_lost": share, "offers": 5, "cost": 2.5, "net_gain": 3.5}
            for share in campaign.profit_share_lost_range
        ],
    }
    lost = {"mean": 0.02, "low": -0.01, "high": 0.05}
    number = {
        "missing": 2, "distinct": 9, "min": 0.5, "median": 2.0, "max": 40.0, "outliers_low": 0,
        "outliers_high": 3,
    }  # fmt: skip
    return {
        "prepare": {
            "customers": {"read": 310, "kept": 300, "train": 220, "test": 75},
            "left": {"revenue_every_month": 10},
            "aside": {"revenue_slip": 1, "twin": 4},
            "revenue_slips": 1,
            "missing": {"tenure_days": 6},
            "spelling_mended": {"any header": 7},
        },
        "quality": {
            "columns": dict.fromkeys(NUMBERS, number)
            | {name: {"missing": 0, "distinct": 2} for name in CATEGORIES},
            "tables": {"customers": {"rows": 310}},
        },
        "summary": {
            "rows": 220,
            "declined": 80,
            "share_declined": {"share": 0.36, "low": 0.3, "high": 0.43},
            "numbers": {name: means for name in NUMBERS},
        },
        "association": {
            "with_target": {name: {"phik": 0.25} for name in FEATURES if name != "service_type"},
        },
        "findings": {theme: [] for theme in THEMES} | {"differences": [FINDING]},
        "evaluate": {
            "rows": 75,
            "declined": 30,
            "threshold": 0.5,
            "confusion": {
                "true_positive": 20, "false_positive": 5,
                "false_negative": 10, "true_negative": 40,
            },
            **dict.fromkeys(FIGURES, figure),
            "ece": {"value": 0.05, "by_chance": 0.04},
        },
        "predict": {"out_of_fold": dict.fromkeys(FIGURES, 0.79)},
        "explain": {
            "mean_absolute_contribution": {name: 0.01 * i for i, name in enumerate(FEATURES)},
            "permutation_importance": dict.fromkeys(FEATURES, lost),
            "disagreements": [
                {"column": "tenure_days", "by_contribution": 1, "by_shuffling": 9}
            ],
            "steady": {"least_agreement": 0.75, "theme": 0.8, "reason": 0.7},
            "shapes": {"promo_share": "rising", "revenue_this_month": "both_ends"},
            "leading_at_risk": [
                {
                    "theme": "site", "customers": 60, "share": 0.6,
                    "column": "pages_per_visit", "above": 0.1, "below": 0.9,
                },
                {
                    "theme": "products", "customers": 20, "share": 0.2,
                    "column": "favourite_category", "above": None, "below": None,
                },
            ],
            "steadiness": {
                "customers": 60, "models": 4, "theme": 0.9, "column": 0.75, "column_in_theme": 0.7,
            },
        },
        "segment": {
            "risk_cut": 0.5,
            "profit_cut": 4.0,
            "unsure": 12,
            "profit_below_zero": 2,
            "changed_at_most": {"risk": 20, "profit": 30},
            "segments": dict.fromkeys(("all", *SEGMENTS), PROFILE) | {"steady": EMPTY_PROFILE},
        },
        "plan": plan,
        "card": {
            "candidate": "some_model",
            "calibration": "venn_abers",
            "threshold": 0.5,
            "threshold_rule": "max_f1",
            "data_hash": "0123456789abcdef",
            "rows": 295,
            "features": dict.fromkeys(FEATURES),
            "versions": {"pandas": "3.0"},
        },
    }  # fmt: skip


def offers_of(made: int, skipped: int = 20) -> pd.DataFrame:
    """Offers first, as the stage before orders them; each brings 3 x 0.25 - 0.5."""
    total = made + skipped
    got = [rank < made for rank in range(total)]
    return pd.DataFrame(
        {
            ID: [f"id{rank:04d}" for rank in range(total)],
            "segment": "at_risk_profitable",
            "risk": [round(0.9 - 0.0002 * rank, 4) for rank in range(total)],
            PROFIT: 4.25,
            "value_at_risk": 3.0,
            "reasons": ["unpaid; promo" if rank % 2 else "unpaid" for rank in range(total)],
            "offer": ["basket" if one else None for one in got],
            "channel": ["email" if one else None for one in got],
            "cost": [0.5 if one else 0.0 for one in got],
            "break_even": [0.17 if one else None for one in got],
            "net_gain_low": [-0.2 if one else 0.0 for one in got],
            "net_gain": [0.25 if one else 0.0 for one in got],
            "net_gain_high": [0.7 if one else 0.0 for one in got],
            "skip_reason": [None if one else "budget" for one in got],
            "group": ["treatment" if one else "none" for one in got],
        }
    )


def steps_of(offers: pd.DataFrame, budgets: list[float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Plans of other budgets, the first customers first, and their curve."""
    plans, curve = [], []
    for budget in budgets:
        got = offers[offers["offer"].notna()].head(int(budget / 0.5))
        plans.append(got[[ID]].assign(budget=budget, offer="basket"))
        curve.append(
            {"budget": budget, "offers": len(got), "cost": 0.5 * len(got)}
            | {"net_gain": 0.25 * len(got), "gap": 0.0}
        )
    return pd.concat(plans)[["budget", ID, "offer"]], pd.DataFrame(curve)


def page_of(
    language: str = "en",
    offers: pd.DataFrame | None = None,
    campaign: Campaign = CAMPAIGN,
    settings: dict | None = None,
    tables: str = "folder/of/tables",
    **changed: dict,
) -> str:
    """The page of these offers, with some of the stages' figures changed."""
    offers = offers_of(5) if offers is None else offers
    plans, curve = steps_of(offers, sorted({0.0, 1.0, 2.0, float(campaign.budget)}))
    inputs = Inputs(
        tables=tables,
        metrics=json.loads(json.dumps(writing.rounded(metrics_of(offers, campaign) | changed))),
        pictures=dict.fromkeys((*MODEL_PICTURES, *STUDY_PICTURES), embedded(PICTURE)),
        offers=offers,
        plans=plans,
        curve=pd.read_csv(io.StringIO(curve.to_csv(index=False, float_format="%.6g"))),
        gain=GAIN,
    )
    usual = {"language": language, "ids": "shown", "rows": 2000, "contacted": 0.3}
    return rendered(inputs, campaign, Report(**usual | (settings or {})))
