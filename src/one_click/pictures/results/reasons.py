"""What the score leans on: importances side by side, contributions by customer and by value."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from one_click.columns import FEATURES, NUMBERS
from one_click.pictures.style import (
    BLUE,
    GREY,
    SMALL,
    USUAL,
    grid_of,
    named,
    plain,
    rows_of,
    sheet,
    wrapped,
)
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PANELS = 6  # of the dependence plots
BANDS = 60  # of a beeswarm's row, in which customers are stacked


def by_contribution(explain: dict) -> list[str]:
    """Names of the features, the greatest mean absolute contribution first."""
    contribution = explain["mean_absolute_contribution"]
    return sorted(FEATURES, key=lambda name: (-contribution[name], name))


def draw_importance(explain: dict, confidence: float, speaker: Speaker) -> "Figure":
    """Mean absolute contributions beside what is lost by shuffling, with its intervals."""
    names = by_contribution(explain)
    figure = sheet(speaker.say("importance.title", confidence=speaker.share(confidence, 0)), 5.6)
    left, right = figure.subplots(1, 2, sharey=True)
    contribution = [explain["mean_absolute_contribution"][name] for name in names]
    left.barh(range(len(names)), contribution, color=BLUE, height=0.6)
    rows_of(left, [named(name, speaker) for name in names])
    left.set_title(speaker.say("importance.contribution"), fontsize=USUAL, loc="left")
    for place, name in enumerate(names):
        lost = explain["permutation_importance"][name]
        colour = BLUE if lost["low"] > 0 else GREY
        right.plot([lost["low"], lost["high"]], [place, place], color=colour, linewidth=1.6)
        right.plot(lost["mean"], place, "o", color=colour, markersize=5)
    right.axvline(0, color=GREY, linewidth=0.8)
    right.grid(axis="x", color="#e3e6ea", linewidth=0.7)
    right.set_title(speaker.say("importance.shuffled"), fontsize=USUAL, loc="left")
    for axes in (left, right):
        plain(axes, speaker, "x")
    return figure


def _spread(values: np.ndarray) -> np.ndarray:
    """Where each customer stands across its row: those of a like contribution side by side."""
    low, high = values.min(), values.max()
    band = np.floor((values - low) / ((high - low) or 1) * BANDS).astype(int)
    place = pd.Series(band).groupby(band).cumcount().to_numpy()
    size = np.bincount(band)[band]
    across = (place - (size - 1) / 2) / max(size.max(), 1)
    return 0.8 * across


def _shade(values: pd.Series) -> np.ndarray:
    """A value's rank among its column, from 0 to 1; a category's by its code."""
    if not pd.api.types.is_numeric_dtype(values):
        values = pd.Series(pd.factorize(values, sort=True)[0], index=values.index)
    return values.astype("float64").rank(pct=True).fillna(0.5).to_numpy()


def draw_beeswarm(
    reasons: pd.DataFrame, customers: pd.DataFrame, explain: dict, speaker: Speaker
) -> "Figure":
    """A dot a customer and feature: its contribution, coloured by the rank of its value.

    Parameters
    ----------
    reasons, customers
        The same customers in the same order.
    """
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable

    names = by_contribution(explain)
    figure = sheet(speaker.say("beeswarm.title"), 7)
    axes = figure.subplots()
    for place, name in enumerate(names):
        values = reasons[f"contribution_{name}"].to_numpy()
        axes.scatter(
            values, place + _spread(values), c=_shade(customers[name]), cmap="cividis", vmin=0,
            vmax=1, s=4, linewidths=0, rasterized=True,
        )  # fmt: skip
    axes.axvline(0, color=GREY, linewidth=0.8)
    rows_of(axes, [named(name, speaker) for name in names])
    axes.set_xlabel(speaker.say("beeswarm.axis"), fontsize=USUAL)
    plain(axes, speaker, "x")
    bar = figure.colorbar(
        ScalarMappable(cmap=colormaps["cividis"]), ax=axes, shrink=0.5, aspect=30, pad=0.01
    )
    bar.set_ticks([0, 1], labels=[speaker.say("value.low"), speaker.say("value.high")])
    bar.ax.tick_params(labelsize=SMALL, length=0)
    bar.outline.set_visible(False)
    return figure


def draw_dependence(
    reasons: pd.DataFrame, customers: pd.DataFrame, explain: dict, speaker: Speaker
) -> "Figure":
    """Contribution against value, of the leading numbers; a dot a customer."""
    names = [name for name in by_contribution(explain) if name in NUMBERS][:PANELS]
    rows, columns = grid_of(len(names), 3)
    figure = sheet(speaker.say("dependence.title"), 2.7 * rows + 0.6)
    for axes, name in zip(figure.subplots(rows, columns, sharey=True).flat, names, strict=True):
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.scatter(
            customers[name], reasons[f"contribution_{name}"], s=5, color=BLUE, alpha=0.35,
            linewidths=0,
        )  # fmt: skip
        axes.set_title(wrapped(named(name, speaker), 36), fontsize=USUAL, loc="left")
        plain(axes, speaker)
    return figure
