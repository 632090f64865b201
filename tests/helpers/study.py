"""Rules of the findings, what `quality` found, and findings by column."""

from one_click.settings.study import Describe

RULES = Describe(
    tukey=1.5, alpha=0.05, confidence=0.95, smallest_effect=0.1, none_within=0.2, strong_pair=0.7,
    seed=0,
)  # fmt: skip


QUALITY = {
    "order": {
        "id": {"warning": False, "auc": 0.5, "p": 0.9},
        "row_order": {"warning": False, "auc": 0.5, "p": 0.9},
        "rows_in_order_of_id": False,
    },
    "copies": {"equal_features_and_target": 0},
    "target": {"rows": 400},
}


def by_column(found: dict, theme: str = "differences") -> dict[str, str]:
    return {finding["columns"]["column"]: finding["key"] for finding in found[theme]}
