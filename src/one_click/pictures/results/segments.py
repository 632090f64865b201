"""Segments: risk against profit, how each differs from the base, what moves with the cuts."""

from typing import TYPE_CHECKING

import pandas as pd

from one_click.columns import PROFIT
from one_click.pictures.style import (
    BLACK,
    GREY,
    USUAL,
    legend,
    named,
    plain,
    rows_of,
    share_axis,
    sheet,
    whiskers,
    wrapped,
)
from one_click.settings.segments import SEGMENTS
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEGMENT_COLOURS = dict(zip(SEGMENTS, ("#d55e00", "#e69f00", "#0072b2", "#8c8c8c"), strict=True))
SHARES = {"contact_allowed": "yes", "service_type": "premium"}  # the value whose share is shown


def draw_risk_by_profit(customers: pd.DataFrame, segment: dict, speaker: Speaker) -> "Figure":
    """A dot a customer, coloured by segment, and the two cuts.

    Parameters
    ----------
    customers
        With `risk`, `monthly_profit` and `segment`.
    segment
        As the stage `segment` writes it.
    """
    figure = sheet(speaker.say("segments.title"), 5.6)
    axes = figure.subplots()
    counts = {}
    for name, colour in SEGMENT_COLOURS.items():
        rows = customers[customers["segment"] == name]
        axes.scatter(rows[PROFIT], rows["risk"], s=10, color=colour, linewidths=0, alpha=0.7)
        counts[f"{speaker.say(f'segment.{name}')} ({speaker.number(len(rows))})"] = colour
    axes.axhline(segment["risk_cut"], color=BLACK, linewidth=0.8)
    axes.axvline(segment["profit_cut"], color=BLACK, linewidth=0.8)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel(speaker.label(PROFIT), fontsize=USUAL)
    axes.set_ylabel(speaker.say("risk"), fontsize=USUAL)
    plain(axes, speaker, shares="y")
    legend(figure, counts, columns=2)
    return figure


NO_POINT = {"mean": None, "share": None, "low": None, "high": None}


def _point(profile: dict, keys: tuple[str, ...]) -> dict:
    """A mean or a share of a profile with its interval, by the keys that lead to it."""
    for key in keys:
        profile = profile.get(key, NO_POINT)
    return profile


def draw_profiles(segment: dict, confidence: float, speaker: Speaker) -> "Figure":
    """Means and shares of each segment with intervals; the whole base is the dashed line."""
    segments = {name: segment["segments"][name] for name in SEGMENTS}
    base = segment["segments"]["all"]
    panels: list[tuple[str, str, tuple[str, ...]]] = [
        (named(name, speaker), "mean", ("means", name)) for name in base["means"]
    ]
    for name, code in SHARES.items():
        title = f"{speaker.label(name)}: {speaker.value_label(name, code)}"
        panels.append((title, "share", ("shares", name, code)))
    figure = sheet(speaker.say("profiles.title", confidence=speaker.share(confidence, 0)), 5)
    profiles = {name: profile for name, profile in segments.items() if profile["customers"]}
    grid = figure.subplots(2, 4, sharey=True)
    for axes, (title, centre, keys) in zip(grid.flat, panels, strict=False):
        points = [_point(profile, keys) for profile in profiles.values()]
        colours = [SEGMENT_COLOURS[name] for name in profiles]
        whiskers(axes, list(range(len(points))), points, centre, colours)
        if (of_base := _point(base, keys)[centre]) is not None:
            axes.axvline(of_base, color=GREY, linewidth=1, linestyle="--")
        rows_of(axes, [speaker.say(f"segment.{name}") for name in profiles], 22)
        axes.set_title(wrapped(title, 26), fontsize=USUAL, loc="left")
        is_share = centre == "share" or share_axis(keys[1])
        plain(axes, speaker, "x", shares="x" if is_share else "")
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    return figure


def draw_moved_cuts(moves: pd.DataFrame, speaker: Speaker) -> "Figure":
    """Share of customers that change segment when a cut moves.

    Parameters
    ----------
    moves
        `cut`, `move`, `at`, `share`: a row a cut and move.
    """
    figure = sheet(speaker.say("moved.title"), 2.9)
    cuts = ("risk", "profit")
    for axes, cut in zip(figure.subplots(1, 2, sharey=True), cuts, strict=True):
        rows = moves[moves["cut"] == cut]
        axes.bar(range(len(rows)), rows["share"], color=SEGMENT_COLOURS["profitable"], width=0.5)
        axes.set_xticks(range(len(rows)), [speaker.number(at, 2) for at in rows["at"]])
        axes.set_xlabel(speaker.say(f"moved.{cut}"), fontsize=USUAL)
        axes.set_title(speaker.say("moved.axis"), fontsize=USUAL, loc="left")
        plain(axes, speaker, "y", shares="y")
    return figure
