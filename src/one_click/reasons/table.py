"""Reasons in two layers: the theme that raises a score, and the column that leads in it."""

import numpy as np
import pandas as pd

from one_click.columns import BY_NAME, FEATURES, ID
from one_click.reasons.contributions import VALUES, standing, values_of
from one_click.risk.origins import NEW

THEMES = tuple(dict.fromkeys(BY_NAME[name].group for name in FEATURES))
OF_THEME = np.array([[BY_NAME[name].group == theme for name in FEATURES] for theme in THEMES])
NONE = -1
PARTS = ("theme", "reason", "agreement")  # of a reason


def by_theme(values: np.ndarray) -> np.ndarray:
    """Contributions of the themes, sums over their columns; (n, features) -> (n, themes)."""
    return values @ OF_THEME.T


def named(values: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Themes that raise each score, the greatest first, and the leading column of each.

    Parameters
    ----------
    values
        Contributions, shape (n, features).

    Returns
    -------
    themes, columns
        Positions in `THEMES` and `FEATURES`, each of shape (n, count); `NONE` where no more theme
        raises the score.
    """
    sums = by_theme(values)
    themes = np.argsort(-sums, axis=1, kind="stable")[:, :count]
    columns = np.where(OF_THEME[themes], values[:, None, :], -np.inf).argmax(axis=2)
    raises = np.take_along_axis(sums, themes, axis=1) > 0
    return np.where(raises, themes, NONE), np.where(raises, columns, NONE)


def reasons_columns(count: int) -> list[str]:
    """Columns of the table of reasons, of so many reasons a customer."""
    ranked = [f"{part}_{rank + 1}" for rank in range(count) for part in PARTS]
    return [ID, "base_value", *VALUES, *ranked, "theme_agreement"]


def reasons_table(contributions: pd.DataFrame, count: int) -> pd.DataFrame:
    """One row a customer: what adds up to its score, its reasons, how many models name them.

    Parameters
    ----------
    contributions
        A row a customer and model, see `reasons.contributions`; all known customers are in the same
        number of models that have not seen them, and so are all new ones.

    Returns
    -------
    reasons
        `customer_id`, `base_value`, contributions; `theme_1`, `reason_1`, `agreement_1` and so on,
        missing where no more theme raises the score. An agreement is the share of the models that
        have not seen the customer which name that column too; `theme_agreement` the share of those
        whose leading theme is the same.
    """
    new = contributions[ID].isin(contributions.loc[contributions["model"] == NEW, ID])
    parts = [_reasons(rows, count) for _, rows in contributions.groupby(new)]
    return pd.concat(parts).sort_values(ID, ignore_index=True)


def _reasons(contributions: pd.DataFrame, count: int) -> pd.DataFrame:
    table = standing(contributions)
    themes, columns = named(values_of(table), count)
    unseen = contributions[contributions["model"] != NEW].sort_values(["model", ID])
    opinions = [
        named(values, count) for values in values_of(unseen).reshape(-1, len(table), len(FEATURES))
    ]
    also = [(columns[:, :, None] == of[:, None, :]).any(axis=2) for _, of in opinions]
    agreement = np.mean(also, axis=0)
    for rank in range(count):
        place = columns[:, rank]
        table[f"theme_{rank + 1}"] = _names(THEMES, themes[:, rank])
        table[f"reason_{rank + 1}"] = _names(FEATURES, place)
        table[f"agreement_{rank + 1}"] = np.where(place != NONE, agreement[:, rank], np.nan)
    same = np.mean([of[:, 0] == themes[:, 0] for of, _ in opinions], axis=0)
    table["theme_agreement"] = np.where(themes[:, 0] != NONE, same, np.nan)
    return table


def _names(names: tuple[str, ...], places: np.ndarray) -> np.ndarray:
    with_none = np.array([*names, None], dtype=object)  # NONE is the last
    return with_none[places]
