"""Months, profit and favourite categories."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from one_click.columns import PROFIT, category_codes
from one_click.pictures.study.distributions import BINS
from one_click.pictures.style import (
    BLACK,
    BLUE,
    COLOURS,
    GREY,
    USUAL,
    class_legend,
    named,
    plain,
    rows_of,
    share_axis,
    sheet,
    support_legend,
    whiskers,
    wrapped,
)
from one_click.settings.study import Describe
from one_click.study.association import WHOLE
from one_click.study.favourites import CHANGE, FAVOURITE, TOLD
from one_click.study.months import MONTH_OF, SERIES, STEPS
from one_click.study.summaries import CLASSES
from one_click.study.support import both_supported, supported
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def month_words(name: str, speaker: Speaker) -> str:
    """The month of a column."""
    return speaker.say(f"month.{MONTH_OF[name]}")


def draw_months(months: dict, confidence: float, speaker: Speaker) -> "Figure":
    """Means by month and class above, changes between months below; a table a column."""
    figure = sheet(speaker.say("months.title", confidence=speaker.share(confidence, 0)), 6.4)
    over, under = figure.subplots(2, len(SERIES), height_ratios=[1.5, 1])
    for axes, (table, names) in zip(over, SERIES.items(), strict=True):
        for shift, code in zip((-0.05, 0.05), CLASSES, strict=True):
            points = [months["by_month"][name][code] for name in names]
            at = np.arange(len(names)) + shift
            axes.plot(at, [p["mean"] for p in points], "o-", color=COLOURS[code], markersize=5)
            for place, point in zip(at, points, strict=True):
                if point["low"] is not None:
                    axes.plot([place] * 2, [point["low"], point["high"]], color=COLOURS[code], lw=2)
        axes.set_xticks(range(len(names)), [month_words(name, speaker) for name in names])
        axes.set_xlim(-0.4, len(names) - 0.6)
        axes.set_title(speaker.say(f"table.{table}"), fontsize=USUAL, loc="left")
        plain(axes, speaker, "y")
    for axes, (table, names) in zip(under, SERIES.items(), strict=True):
        steps = [step for step, (later, _) in STEPS.items() if later in names]
        for shift, code in zip((-0.12, 0.12), CLASSES, strict=True):
            changes = [
                (row + shift, months["changes"][step][code])
                for row, step in enumerate(steps)
                if code in months["changes"][step]
            ]
            whiskers(
                axes, [at for at, _ in changes], [p for _, p in changes], "mean",
                [COLOURS[code]] * len(changes),
            )  # fmt: skip
        axes.axvline(0, color=BLACK, linewidth=0.8)
        words = [
            speaker.say(
                "months.step",
                earlier=month_words(STEPS[step][1], speaker),
                later=month_words(STEPS[step][0], speaker),
            )
            for step in steps
        ]
        rows_of(axes, words, width=20)
        title = speaker.say("months.change", table=speaker.say(f"table.{table}"))
        axes.set_title(title, fontsize=USUAL, loc="left")
        plain(axes, speaker, "x")
    class_legend(figure, speaker)
    return figure


def draw_profit(rows: pd.DataFrame, profit: dict, rules: Describe, speaker: Speaker) -> "Figure":
    """Profit's histogram with a normal curve; its association with each feature of risk."""
    figure = sheet(speaker.say("profit.title", confidence=speaker.share(rules.confidence, 0)), 5.6)
    left, right = figure.subplots(1, 2)
    values = rows[PROFIT].dropna()
    weights = np.full(len(values), 1 / len(values))
    _, edges, _ = left.hist(values, bins=BINS, weights=weights, color=BLUE, alpha=0.5)
    at = np.linspace(edges[0], edges[-1], 200)
    deviation = values.std() or np.nan
    density = np.exp(-(((at - values.mean()) / deviation) ** 2) / 2) / np.sqrt(2 * np.pi)
    curve = density / deviation * (edges[1] - edges[0])
    left.plot(at, curve, color=BLACK, label=wrapped(speaker.say("profit.normal"), 34))
    left.set_ylim(0, 1.35 * max(left.get_ylim()[1], curve.max()))
    left.legend(frameon=False, fontsize=USUAL, loc="upper left")
    left.set_xlabel(speaker.label(PROFIT), fontsize=USUAL)
    left.set_ylabel(speaker.say("profit.share"), fontsize=USUAL)
    plain(left, speaker, shares="y")
    names = [name for name in WHOLE if name in profit]
    tests = [profit[name] for name in names]
    right.axvspan(-rules.none_within, rules.none_within, color="#eef1f4")
    right.axvline(0, color=BLACK, linewidth=0.8)
    colours = [BLUE if supported(profit[name], rules) else GREY for name in names]
    whiskers(right, list(range(len(names))), tests, "effect", colours)
    rows_of(right, [named(name, speaker) for name in names], width=40)
    right.set_xlabel(wrapped(speaker.say("profit.effect"), 60), fontsize=USUAL)
    limit = 1.5 * rules.none_within
    furthest = max((max(-test["low"], test["high"]) for test in tests), default=0)
    right.set_xlim(-max(limit, furthest), max(limit, furthest))
    plain(right, speaker, "x")
    support_legend(figure, speaker)
    return figure


def _favourite_supported(category: dict, measure: str, rules: Describe) -> bool:
    test = category["tests"].get(measure)
    if test is None:
        return False
    if measure == "decliners":
        return test["assumption_holds"] and supported(test, rules)
    return both_supported(test["mann_whitney"], test["welch"], rules)


def draw_favourites(favourites: dict, rules: Describe, speaker: Speaker) -> "Figure":
    """Each favourite category's means and share of decliners, beside those of all customers."""
    measures = ("decliners", *TOLD)
    figure = sheet(
        speaker.say("favourites.title", confidence=speaker.share(rules.confidence, 0)), 4.2
    )
    codes = [code for code in category_codes(FAVOURITE) if code in favourites]
    for axes, measure in zip(figure.subplots(1, len(measures), sharey=True), measures, strict=True):
        centre = "share" if measure == "decliners" else "mean"
        points = [favourites[code][measure] for code in codes]
        colours = [
            BLUE if _favourite_supported(favourites[code], measure, rules) else GREY
            for code in codes
        ]
        sizes = [favourites[code]["rows"] for code in codes]
        sized = zip(points, sizes, strict=True)
        centres = [(p[centre], p.get("rows", size)) for p, size in sized if p[centre] is not None]
        if centres:
            values, weights = zip(*centres, strict=True)
            axes.axvline(np.average(values, weights=weights), color=BLACK, ls="--", lw=0.9)
        whiskers(axes, list(range(len(codes))), points, centre, colours)
        rows_of(axes, [speaker.value_label(FAVOURITE, code) for code in codes], width=22)
        own = measure in ("decliners", CHANGE)
        words = speaker.say(f"favourites.{measure}") if own else speaker.label(measure)
        axes.set_title(wrapped(words, 20), fontsize=USUAL, loc="left")
        is_share = centre == "share" or (not own and share_axis(measure))
        plain(axes, speaker, "x", shares="x" if is_share else "")
    support_legend(figure, speaker)
    return figure
