"""A measurement in two pictures: effects against what was assumed, risks against what came true."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from one_click.pictures.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    USUAL,
    legend,
    plain,
    rows_of,
    sheet,
    whiskers,
)
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 8  # inches: to be read on a phone and on paper too
APART = 0.22  # of a row, between the points of one
LEAST_SHOWN = -1.0  # an offer that doubles the risk; an interval beyond leaves the picture
BEYOND = -99.0  # where an interval that has no end is drawn to


@dataclass(frozen=True)
class Compared:
    """A row: what was expected, and one or two estimates of what was seen.

    Each is None, or has `estimate`, `low` and `high`; a low end of None is open.
    """

    label: str
    expected: dict | None
    first: dict | None
    second: dict | None = None


def draw_effects(rows: list[Compared], confidence: float, speaker: Speaker) -> "Figure":
    """The share of the risk that each offer removed, beside the one that was assumed.

    Parameters
    ----------
    rows
        `first` is the estimate with the risk taken into account, `second` the plain one.
    """
    title = speaker.say("measured.effects", confidence=speaker.share(confidence, 0))
    figure = sheet(title, 1.7 + 0.62 * len(rows))
    figure.set_figwidth(WIDTH)
    axes = figure.subplots()
    _draw_rows(axes, rows)
    axes.set_xlim(*_shown([p for row in rows for p in (row.expected, row.first, row.second) if p]))
    axes.set_xlabel(speaker.say("measured.removed"), fontsize=USUAL)
    plain(axes, speaker, "x", shares="x")
    words = {speaker.say("measured.adjusted"): BLUE}
    if any(row.second for row in rows):
        words[speaker.say("measured.plain")] = GREY
    legend(figure, words | {speaker.say("measured.assumed"): ORANGE})
    return figure


def draw_came_true(deciles: list[dict], confidence: float, speaker: Speaker) -> "Figure":
    """Predicted and observed share of decliners by tenth of the risk.

    Parameters
    ----------
    deciles
        As `outcomes.prediction.deciles` gives them.
    """
    title = speaker.say("measured.came_true", confidence=speaker.share(confidence, 0))
    figure = sheet(title, 1.5 + 0.34 * len(deciles))
    figure.set_figwidth(WIDTH)
    axes = figure.subplots()
    rows = [
        Compared(
            speaker.say(
                "measured.tenth",
                risk=speaker.share(tenth["predicted"]),
                customers=speaker.number(tenth["customers"]),
            ),
            {"estimate": tenth["predicted"], "low": None, "high": None},
            {"estimate": tenth["share"], "low": tenth["low"], "high": tenth["high"]},
        )
        for tenth in deciles
    ]
    _draw_rows(axes, rows)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xlabel(speaker.say("calibration.declined"), fontsize=USUAL)
    plain(axes, speaker, "x", shares="x")
    entries = {speaker.say("measured.observed"): BLUE, speaker.say("calibration.risk"): ORANGE}
    legend(figure, entries)
    return figure


def _draw_rows(axes: "Axes", rows: list[Compared]) -> None:
    """Points with whiskers, and diamonds where they were expected."""
    for place, row in enumerate(rows):
        points = [(row.first, BLUE), (row.second, GREY)]
        shown = [(point, colour) for point, colour in points if point]
        at = [place + APART * (n - (len(shown) - 1) / 2) for n in range(len(shown))]
        whiskers(
            axes, at, [_closed(point) for point, _ in shown], "estimate", [c for _, c in shown]
        )
        if row.expected:
            low, high = row.expected["low"], row.expected["high"]
            if low is not None:
                axes.plot([low, high], [place - 0.36] * 2, color=ORANGE, linewidth=1.6)
            shift = place - 0.36 if low is not None else place
            axes.plot(row.expected["estimate"], shift, "D", color=ORANGE, markersize=5)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    rows_of(axes, [row.label for row in rows], width=34)


def _shown(points: list[dict]) -> tuple[float, float]:
    """Ends of an axis that holds zero and the intervals, as far as they are of interest."""
    lowest = min([0.0, *(point["low"] for point in points if _has_end(point))])
    highest = max([0.0, *(point["high"] for point in points)])
    left = max(LEAST_SHOWN, lowest)
    margin = 0.03 * (highest - left)
    return left - margin, highest + margin


def _has_end(point: dict) -> bool:
    return point["low"] is not None and math.isfinite(point["low"])


def _closed(point: dict) -> dict:
    """The interval with a low end that can be drawn."""
    return point if _has_end(point) else point | {"low": BEYOND}
