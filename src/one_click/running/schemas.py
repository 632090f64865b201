"""What each saved file must hold for who reads it: kinds of columns, kinds of values.

Kinds of columns: `key` (an id, once), `id` (an id), `number` (may be missing), `finite`, `text`,
`consent` (yes, no or missing); of values: `number`, `number or none`, `text`, a mapping of more
kinds, or a tuple of what is allowed. What is not named here may be there too.
"""

from pathlib import Path
from typing import Any

from one_click.artefacts import (
    AUC_LOST,
    BUDGET_CURVE,
    CALIBRATION,
    CALIBRATION_PLOT,
    CHOICE,
    CONTRIBUTIONS,
    CUSTOMERS,
    EXPLAINERS,
    GAIN_PLOT,
    MODEL_CARD,
    OFFERS,
    OUT_OF_FOLD,
    PAIRS_TABLE,
    PLANS,
    PREDICT_METRICS,
    REASONS,
    RISKS,
    SEGMENT_METRICS,
    SEGMENTS,
    SENSITIVITY_PLOT,
    TYPICAL,
)
from one_click.columns import BY_NAME, CATEGORIES, FEATURES, ID, PROFIT, TARGET, category_codes

KIND = {"number": "number", "category": "text", "consent": "consent"}  # of the column table's
KNOWN = {name: KIND[BY_NAME[name].kind] for name in FEATURES}
SUMMANDS = {"base_value": "finite"} | {f"contribution_{name}": "finite" for name in FEATURES}
RISK = dict.fromkeys(("risk", "risk_low", "risk_high"), "finite")
TABLES: dict[Path, dict[str, str]] = {
    CUSTOMERS: {ID: "key", TARGET: "number", "part": "text", PROFIT: "finite"} | KNOWN,
    OUT_OF_FOLD: {ID: "id"} | dict.fromkeys(("repeat", "fold", "declined", "score"), "finite"),
    RISKS: {ID: "key", "score": "finite", "score_by_one": "finite", "origin": "text"} | RISK,
    CONTRIBUTIONS: {ID: "id", "model": "text"} | SUMMANDS,
    AUC_LOST: dict.fromkeys(FEATURES, "number"),
    REASONS: {ID: "key", "theme_agreement": "number"} | SUMMANDS,
    SEGMENTS: {ID: "key", "segment": "text"},
    OFFERS: {ID: "key"}
    | dict.fromkeys(
        ("segment", "offer", "planned_offer", "channel", "trigger", "group", "skip_reason"), "text"
    )
    | dict.fromkeys((PROFIT, "value_at_risk", "cost", "net_gain"), "finite")
    | RISK,
    PLANS: {"budget": "number", ID: "id", "offer": "text"},
    CALIBRATION: dict.fromkeys(("repeat", "score", "declined"), "finite"),
    EXPLAINERS: {"model": "text", "base_value": "finite"}
    | KNOWN
    | {f"rank_{name}": "finite" for name in FEATURES}
    | {f"centre_{name}": "finite" for name in FEATURES},
}
TABLES |= {
    BUDGET_CURVE: dict.fromkeys(("budget", "offers", "cost", "net_gain", "gap"), "number"),
    GAIN_PLOT: dict.fromkeys(("contacted", "gain", "lift"), "number"),
    CALIBRATION_PLOT: dict.fromkeys(("mean_risk", "share_declined", "customers"), "number"),
    SENSITIVITY_PLOT: {"cut": "text"} | dict.fromkeys(("move", "at", "changed", "share"), "number"),
    PAIRS_TABLE: {"first": "text", "second": "text"}
    | dict.fromkeys(("phik", "p_holm", "spearman"), "number"),
}
MAY_BE_EMPTY = {PLANS, SENSITIVITY_PLOT}
CHOSEN = {"threshold": "number", "calibration": ("venn_abers", "sigmoid", "isotonic")}
FIGURES: dict[Path, dict[str, Any]] = {  # of others, that they are a mapping
    CHOICE: CHOSEN,
    MODEL_CARD: {**CHOSEN, "data_hash": "text", "features": {}, "versions": {}},
    PREDICT_METRICS: {
        "out_of_fold": dict.fromkeys(("roc_auc", "brier", "log_loss", "ece"), "number")
    },
    SEGMENT_METRICS: {"risk_cut": "number", "profit_cut": "number"},
    TYPICAL: {
        name: dict.fromkeys(
            ("typical", "declined"),
            (*category_codes(name), None) if name in CATEGORIES else "number or none",
        )
        for name in FEATURES
    },
}
