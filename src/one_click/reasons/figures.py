"""What the reasons come to, over the whole base."""

from typing import Any

import pandas as pd

from one_click.reasons.contributions import values_of
from one_click.reasons.importance import mean_absolute


def explanation_figures(reasons: pd.DataFrame, steady: float) -> dict[str, Any]:
    """Mean contributions, leading themes and columns, and how many of them are steady.

    Parameters
    ----------
    reasons
        As `reasons.table.reasons_table` makes them.
    steady
        Share of the models that must name a theme for it to be steady.
    """
    named = reasons[reasons["theme_1"].notna()]
    return {
        "mean_absolute_contribution": mean_absolute(values_of(reasons)),
        "leading_theme": named["theme_1"].value_counts().to_dict(),
        "leading_reason": named["reason_1"].value_counts().to_dict(),
        "steady": {
            "least_agreement": steady,
            "theme": float((named["theme_agreement"] >= steady).mean()),
            "reason": float((named["agreement_1"] >= steady).mean()),
        },
    }
