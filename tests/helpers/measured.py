"""Figures of a measurement by hand, in each state that a page has to say something of."""

from copy import deepcopy
from typing import Any

PROMISED = {"roc_auc": 0.9, "brier": 0.1, "log_loss": 0.3, "ece": 0.02}
# Figures that stand nowhere else: whoever finds them on a page finds what they belong to.
PLAIN_POINTS, ADJUSTED_POINTS, SENT_POINTS, PLAIN_SHARE = 0.1237, 0.1159, 0.1718, 0.4123


def estimate(middle: float, half: float = 0.05) -> dict[str, float]:
    """An estimate with an interval of equal arms."""
    return {"estimate": middle, "low": middle - half, "high": middle + half}


def effect(adjusted: bool = True, **changed: Any) -> dict[str, Any]:
    """Of one offer, or of all."""
    return {
        "offers": 80, "offers_declined": 33, "offers_share": PLAIN_SHARE,
        "controls": 30, "controls_declined": 16, "controls_share": PLAIN_SHARE + PLAIN_POINTS,
        "difference": estimate(PLAIN_POINTS), "removed": estimate(0.2309), "p": 0.03,
        "p_holm": 0.0612,
        "adjusted": {
            "difference": estimate(ADJUSTED_POINTS, 0.02), "removed": estimate(0.2163, 0.04),
            "p": 0.01, "p_holm": 0.0204, "customers_saved": 0.4,
        } if adjusted else None,
    } | changed  # fmt: skip


def check(name: str, spoils: str, holds: bool = True, **figures: Any) -> dict[str, Any]:
    return {"name": name, "holds": holds, "spoils": spoils, "figures": figures}


def checks() -> list[dict[str, Any]]:
    """Every check, all of which hold."""
    return [
        check("assignment", "all", customers=110, moved=0),
        check("sample_ratio", "all", controls=30, planned=110, share=0.25, p=0.58),
        check("lost", "all", offers=3, controls=1, p=1.0),
        check(
            "balance", "plain", standardised_difference={"risk": 0.05, "monthly_profit": None}
        ),
        check("strangers", "nothing", customers=0, outcome=400),
        check("contamination", "all", controls=30, sent=1, share=1 / 30),
        check("delivery", "sent", offers=80, sent=54, not_sent=26),
    ]  # fmt: skip


def prediction(verdict: str = "as_promised") -> dict[str, Any]:
    """Of the customers who got nothing."""
    base = {"customers": 320, "decliners": 64, "promised": PROMISED, "verdict": verdict}
    if verdict == "too_few":
        return base | {"customers": 90, "decliners": 9, "least": 100, "least_of_class": 20}
    tenth = {"customers": 32, "predicted": 0.2, "share": 0.25, "low": 0.12, "high": 0.43}
    return base | {
        "measures": {name: estimate(value) for name, value in PROMISED.items()},
        "deciles": [tenth] * 10,
        "worse": ["log_loss"] if verdict == "worse" else [],
    }


def money(net_gain: float, half: float) -> dict[str, Any]:
    cost = 16.0
    return {
        "offers": 80, "cost": cost, "kept": estimate(net_gain + cost, half),
        "net_gain": estimate(net_gain, half), "customers_kept": 9.9, "cost_per_kept": 1.62,
    }  # fmt: skip


def waves(count: int) -> list[dict[str, Any]]:
    return [
        {
            "wave": f"2026-{month:02d}", "wave_date": f"2026-{month:02d}-01", "customers": 400,
            "offers": 80, "controls": 30, "with_outcome": 106,
        }
        for month in range(1, count + 1)
    ]  # fmt: skip


def lessons(verdict: str, **changed: Any) -> tuple[dict, dict]:
    """What is learned of an offer, and how it is judged."""
    tried = verdict != "not_tried"
    evidence = {
        "waves": 3, "offers": 214, "offers_declined": 150, "controls": 61, "controls_declined": 51,
        "assumed": {"low": 0.02, "expected": 0.05, "high": 0.08},
    }  # fmt: skip
    learned = {
        "assumed": {"low": 0.02, "expected": 0.05, "high": 0.08},
        "effect": {"low": 0.09, "expected": 0.17, "high": 0.25},
        "evidence": evidence if tried else None,
        "weight": 0.4 if tried else 0.0,
        "contradicts": False,
    }
    row = {"offers": 80 if tried else 0, "controls": 30 if tried else 0, "verdict": verdict}
    if tried:
        needs = {"offers": 400, "controls": 100}
        more = {"offers": 320, "controls": 70}
        row |= {"break_even": 0.06, "pays": 0.97, "needed": needs, "more": more}
    return learned, row | {"settled": False} | changed


def figures(net_gain: float = 50.0, half: float = 20.0, count: int = 1) -> dict[str, Any]:
    """A measurement whose checks all hold: of two offers one was tried."""
    offers = {"basket": lessons("pays"), "letter": lessons("not_tried")}
    return {
        "confidence": 0.95,
        "waves": waves(count),
        "checks": checks(),
        "spoilt": [],
        "prediction": prediction(),
        "effects": {
            "all": effect(), "offer": {"basket": effect()}, "channel": {"email": effect()},
            "segment": {"at_risk": effect()}, "money": money(net_gain, half),
            "sent": {"sent": 54, "share": 0.675} | estimate(SENT_POINTS),
        },
        "learned": {name: learned for name, (learned, _) in offers.items()},
        "judged": {name: row for name, (_, row) in offers.items()},
        "campaign": {
            "ru": "кампания по-русски", "en": "campaign in English", "unit": None,
            "offers": {
                name: {"ru": f"{name} по-русски", "en": f"{name} in English"} for name in offers
            },
        },
    }  # fmt: skip


def failing(name: str) -> dict[str, Any]:
    """The same, one check of which does not hold."""
    changed = figures()
    (one,) = [check for check in changed["checks"] if check["name"] == name]
    one["holds"] = False
    changed["spoilt"] = [one["spoils"]] if one["spoils"] != "nothing" else []
    if one["spoils"] == "all":
        changed |= {"effects": None, "learned": None, "judged": None}
    return changed


def changed_effects(**changed: Any) -> dict[str, Any]:
    """The same, with other effects."""
    one = figures()
    return one | {"effects": one["effects"] | deepcopy(changed)}


def unadjusted() -> dict[str, Any]:
    """Of each group too few for an adjustment; nobody of the control group declined."""
    bare = effect(adjusted=False, removed=estimate(0.2309) | {"low": float("-inf")})
    rare = bare | {"removed": None}
    return changed_effects(
        all=bare, offer={"basket": bare}, channel={"email": bare}, segment={"at_risk": rare}
    )


def without_log() -> dict[str, Any]:
    """No log of what was sent, and no check of it."""
    one = figures()
    del one["effects"]["sent"]
    one["checks"] = [c for c in one["checks"] if c["name"] not in ("contamination", "delivery")]
    return one


STATES: dict[str, tuple[dict[str, Any], str]] = {  # figures, and the verdict of each
    "paid": (figures(), "paid"),
    "not paid": (figures(net_gain=-50.0), "not_paid"),
    "unsure": (figures(half=60.0), "unsure"),
    "too few": (changed_effects(money=None), "too_few"),
    "three waves": (figures(count=3), "paid"),
    "not adjusted": (unadjusted(), "paid"),
    "no log": (without_log(), "paid"),
    "nothing sent": (
        failing("delivery") | {"effects": changed_effects(sent=None)["effects"]}, "paid",
    ),
    "no base": (failing("assignment"), "spoilt"),
    "ratio": (failing("sample_ratio"), "spoilt"),
    "lost": (failing("lost"), "spoilt"),
    "contaminated": (failing("contamination"), "spoilt"),
    "unbalanced": (failing("balance"), "paid"),
    "strangers": (failing("strangers"), "paid"),
    "worse": (figures() | {"prediction": prediction("worse")}, "paid"),
    "few to predict": (figures() | {"prediction": prediction("too_few")}, "paid"),
}  # fmt: skip
