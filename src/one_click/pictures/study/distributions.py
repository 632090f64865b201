"""Distributions by class: numbers as histogram and box, categories as shares, QQ plots."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from one_click.columns import BY_NAME, CATEGORIES, TARGET, category_codes
from one_click.pictures.style import (
    BLACK,
    BLUE,
    COLOURS,
    ORANGE,
    SMALL,
    USUAL,
    class_legend,
    empty_sheet,
    grid_of,
    legend,
    plain,
    rows_of,
    share_axis,
    sheet,
    wrapped,
)
from one_click.study.summaries import CLASSES, MEASURED
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHEETS = {  # figure: groups of the column table
    "communication": ("communication",),
    "purchases": ("purchases", "profit"),
    "behaviour": ("products", "site"),
}
BINS = 24
QUANTILES = 200


def numbers_of(groups: tuple[str, ...]) -> list[str]:
    """Numbers of some groups, in the order of the column table."""
    return [name for name in MEASURED if BY_NAME[name].group in groups]


def edges_of(values: pd.Series) -> np.ndarray:
    """Edges of a histogram: a bin a whole number where there are few of them."""
    low, high = values.min(), values.max()
    if (values % 1 == 0).all() and high - low < 2 * BINS:
        return np.arange(low - 0.5, high + 1)
    return np.histogram_bin_edges(values, bins=BINS)


def draw_numbers(rows: pd.DataFrame, names: list[str], summary: dict, speaker: Speaker) -> "Figure":
    """A histogram over a box by class for each number; the two share the axis."""
    panels, columns = grid_of(len(names), 3)
    figure = sheet(speaker.say("distributions.title"), 0.8 + 3.1 * panels)
    ratios = [4, 1.2] * panels
    axes = figure.subplots(2 * panels, columns, height_ratios=ratios, squeeze=False)
    for place in range(panels * columns):
        over, under = axes[2 * (place // columns) : 2 * (place // columns) + 2, place % columns]
        if place >= len(names):
            over.axis("off")
            under.axis("off")
            continue
        name = names[place]
        _draw_number(over, under, rows, name, speaker)
        skew = speaker.number(summary["numbers"][name]["all"]["skew"], 2)
        words = speaker.say("distributions.skew", skew=skew)
        title = f"{wrapped(speaker.label(name), 40)}\n{words}"
        over.set_title(title, fontsize=USUAL, loc="left")
    class_legend(figure, speaker)
    return figure


def _draw_number(
    over: "Axes", under: "Axes", rows: pd.DataFrame, name: str, speaker: Speaker
) -> None:
    from matplotlib.cbook import boxplot_stats

    under.sharex(over)
    edges = edges_of(rows[name].dropna()).tolist()
    for place, (code, k) in enumerate(CLASSES.items()):
        values = rows.loc[rows[TARGET] == k, name].dropna()
        if values.empty:
            continue
        weights = np.full(len(values), 1 / len(values))
        over.hist(values, bins=edges, weights=weights, color=COLOURS[code], alpha=0.35)
        over.hist(values, bins=edges, weights=weights, color=COLOURS[code], histtype="step", lw=1.3)
        (box,) = boxplot_stats(values)
        box["fliers"] = np.unique(box["fliers"])  # a dot a value, however many share it
        colour = {"color": COLOURS[code]}
        under.bxp(
            [box], positions=[place], widths=0.6, orientation="horizontal", boxprops=colour,
            whiskerprops=colour, capprops=colour, medianprops=colour | {"linewidth": 2.5},
            flierprops={"marker": ".", "markersize": 3, "markeredgecolor": COLOURS[code]},
            manage_ticks=False,
        )  # fmt: skip
    under.set_yticks([])
    under.set_ylim(1.6, -0.6)
    plain(over, speaker, shares=f"y{share_axis(name)}")
    plain(under, speaker, "x", shares=share_axis(name))
    under.spines["left"].set_visible(False)
    over.tick_params(labelbottom=False)


def draw_categories(summary: dict, confidence: float, speaker: Speaker) -> "Figure":
    """Shares of each category's values by class, with Wilson's intervals."""
    categories = {name: summary["categories"][name] for name in CATEGORIES}
    sizes = [len(values) for values in categories.values()]
    figure = sheet(
        speaker.say("categories.title", confidence=speaker.share(confidence, 0)),
        1.6 + 0.5 * sum(sizes),
    )
    every = figure.subplots(len(categories), 1, height_ratios=[s + 0.6 for s in sizes], sharex=True)
    for axes, (name, values) in zip(np.atleast_1d(every), categories.items(), strict=True):
        codes = category_codes(name)
        for place, code in enumerate(codes):
            for shift, of_class in zip((-0.18, 0.18), CLASSES, strict=True):
                share = values[code].get(of_class)
                if share:
                    at, colour = place + shift, COLOURS[of_class]
                    axes.barh(at, share["share"], height=0.34, color=colour, alpha=0.75)
                    axes.plot([share["low"], share["high"]], [at, at], color=BLACK, linewidth=1.2)
        rows_of(axes, [speaker.value_label(name, code) for code in codes])
        axes.set_title(speaker.label(name), fontsize=USUAL, loc="left")
        axes.set_xlim(0, None)
        plain(axes, speaker, "x", shares="x")
    class_legend(figure, speaker)
    return figure


def normal_quantiles(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Normal quantiles and those of the standardised values; at most `QUANTILES` of them."""
    from scipy.special import ndtri

    count = min(QUANTILES, len(values))
    levels = (np.arange(count) + 0.5) / count
    standardised = (values - values.mean()) / values.std(ddof=1)
    return ndtri(levels), np.quantile(standardised, levels)


def draw_quantiles(rows: pd.DataFrame, rejected: dict[str, bool], speaker: Speaker) -> "Figure":
    """A QQ plot of each number against a normal distribution."""
    if not rejected:
        return empty_sheet(speaker.say("qq.title"), speaker)
    panels, columns = grid_of(len(rejected), 5)
    figure = sheet(speaker.say("qq.title"), 0.9 + 2.3 * panels)
    every = figure.subplots(panels, columns, squeeze=False, sharex=True, sharey=True)
    for axes in every.flat[len(rejected) :]:
        axes.axis("off")
    for axes, (name, is_rejected) in zip(every.flat, rejected.items(), strict=False):
        normal, observed = normal_quantiles(rows[name].dropna().to_numpy(dtype=float))
        axes.plot([-3, 3], [-3, 3], color=BLACK, linewidth=0.8)
        axes.plot(normal, observed, ".", markersize=3, color=ORANGE if is_rejected else BLUE)
        axes.set_title(wrapped(speaker.label(name), 26), fontsize=SMALL)
        plain(axes, speaker)
    legend(figure, {speaker.say("qq.rejected"): ORANGE, speaker.say("qq.passed"): BLUE})
    return figure
