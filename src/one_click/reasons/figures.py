"""What the reasons come to, over the whole base."""

from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import FEATURES, ID, NUMBERS
from one_click.reasons.contributions import values_of
from one_click.reasons.importance import mean_absolute

SHAPES = ("rising", "falling", "both_ends", "middle")  # None: flat, or nothing is known


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
            "theme": _share(named["theme_agreement"] >= steady),
            "reason": _share(named["agreement_1"] >= steady),
        },
    }


def _share(mask: pd.Series) -> float | None:
    return float(mask.mean()) if len(mask) else None


def leading_at_risk(
    reasons: pd.DataFrame, customers: pd.DataFrame, at_risk: pd.Series, typical: dict[str, dict]
) -> list[dict[str, Any]]:
    """Leading themes of the customers at risk, the commonest first, each with its commonest column.

    Parameters
    ----------
    reasons, customers
        By `customer_id`.
    at_risk
        Ids.
    typical
        As `reasons.typical` makes it.

    Returns
    -------
    themes
        `theme`, `customers`, `share` of those at risk; `column`, and of those whom it leads the
        shares `above` and `below` what is typical of those who stayed (None of a category).
    """
    rows = reasons[reasons[ID].isin(at_risk) & reasons["theme_1"].notna()]
    values = customers.set_index(ID)
    themes = []
    for theme, count in rows["theme_1"].value_counts().items():
        leading = rows.loc[rows["theme_1"] == theme, "reason_1"]
        column = str(leading.mode()[0])
        own = values.loc[rows.loc[leading.index[leading == column], ID], column]
        usual = typical[column]["typical"] if column in NUMBERS else None
        above = None if usual is None else float((own > usual).mean())
        below = None if usual is None else float((own < usual).mean())
        themes.append(
            {
                "theme": theme,
                "customers": int(count),
                "share": count / len(at_risk),
                "column": column,
                "above": above,
                "below": below,
            }
        )
    return themes


def shapes(reasons: pd.DataFrame, customers: pd.DataFrame) -> dict[str, str | None]:
    """How the contribution of each number goes with its value: see `shape_of`.

    Parameters
    ----------
    reasons, customers
        By `customer_id`.
    """
    ordered = customers.set_index(ID).loc[reasons[ID]]
    contributions = values_of(reasons)
    return {
        name: shape_of(ordered[name].to_numpy(dtype=float), contributions[:, place])
        for place, name in enumerate(FEATURES)
        if name in NUMBERS
    }


def shape_of(values: np.ndarray, contributions: np.ndarray) -> str | None:
    """One of `SHAPES`: which values speak for a drop; None where neither end does more.

    Of thirds of the customers by value: "both_ends" where the middle one contributes less than
    either end by half of the mean absolute contribution, "middle" where it contributes more; else
    by the ends alone.

    Parameters
    ----------
    values, contributions
        Shape (n,); missing values are left out.
    """
    there = ~np.isnan(values)
    if not there.any():
        return None
    ranks = pd.Series(values[there]).rank(pct=True).to_numpy()
    own = contributions[there]
    parts = [own[ranks <= 1 / 3], own[(ranks > 1 / 3) & (ranks <= 2 / 3)], own[ranks > 2 / 3]]
    low, middle, high = (part.mean() if len(part) else own.mean() for part in parts)
    margin = np.abs(own).mean() / 2
    if middle < min(low, high) - margin:
        return "both_ends"
    if middle > max(low, high) + margin:
        return "middle"
    if abs(high - low) <= margin:
        return None
    return "rising" if high > low else "falling"
