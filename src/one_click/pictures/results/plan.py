"""The plan over budgets, over assumptions, and what its measurement can show."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

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
    wrapped,
)
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_budget_curve(curve: pd.DataFrame, budget: float, speaker: Speaker) -> "Figure":
    """Expected net gain, customers with an offer and cost over the budget; the campaign's marked.

    Parameters
    ----------
    curve
        As `plots/offer/budget.csv` holds it: `budget`, `net_gain`, `offers`, `cost`.
    budget
        That of the campaign, one of the curve's.
    """
    figure = sheet(speaker.say("plan.title"), 3.6)
    for axes, name in zip(figure.subplots(1, 3), ("net_gain", "offers", "cost"), strict=True):
        axes.plot(curve["budget"], curve[name], "o-", color=BLUE, markersize=3)
        axes.axvline(budget, color=ORANGE, linewidth=1)
        here = curve.loc[curve["budget"] == budget, name]
        axes.plot([budget] * len(here), here, "o", color=ORANGE, markersize=7)
        axes.set_title(wrapped(speaker.say(f"plan.{name}"), 40), fontsize=USUAL, loc="left")
        axes.set_xlabel(speaker.say("plan.budget"), fontsize=USUAL)
        axes.set_ylim(bottom=min(0, curve[name].min()))
        axes.set_xlim(left=0)
        plain(axes, speaker, counts="y" if name == "offers" else "")
    marked = speaker.say("plan.marked", budget=speaker.money(budget))
    legend(figure, {speaker.say("plan.others"): BLUE, marked: ORANGE})
    return figure


def draw_assumptions(plan: dict, speaker: Speaker) -> "Figure":
    """Net gain of the plan if effects come true in part, and of a plan for each share of profit.

    Parameters
    ----------
    plan
        As `metrics/offer.json` holds it.
    """
    figure = sheet(speaker.say("assumptions.title"), 3.4)
    left, right = figure.subplots(1, 2)
    effects = plan["net_gain_if_effects"]
    by_effect = {speaker.say(f"assumptions.{name}"): gain for name, gain in effects.items()}
    by_share = {
        speaker.say(
            "assumptions.share",
            share=speaker.share(row["profit_share_lost"], 0),
            offers=speaker.number(row["offers"]),
        ): row["net_gain"]
        for row in plan["profit_share_lost"]
    }
    for axes, bars, key in ((left, by_effect, "effects"), (right, by_share, "shares")):
        values = list(bars.values())
        colours = [BLUE if value >= 0 else ORANGE for value in values]
        axes.barh(np.arange(len(values)), values, color=colours, height=0.55)
        rows_of(axes, list(bars), width=30)
        for row, value in enumerate(values):
            axes.annotate(
                speaker.money(value),
                (max(value, 0), row),
                (4, 0),
                textcoords="offset points",
                va="center",
                fontsize=USUAL,
            )
        axes.axvline(0, color=BLACK, linewidth=0.8)
        axes.margins(x=0.18)
        axes.set_title(wrapped(speaker.say(f"assumptions.{key}"), 46), fontsize=USUAL, loc="left")
        axes.set_xlabel(speaker.say("plan.net_gain"), fontsize=USUAL)
        plain(axes, speaker, "x")
    return figure


def draw_power(power: dict[str, dict], speaker: Speaker) -> "Figure":
    """The drop of the share of decliners that one wave can show, beside the one that is assumed.

    Parameters
    ----------
    power
        By segment and "all", as `metrics/offer.json` holds it.
    """
    figure = sheet(speaker.say("power.title"), 1.6 + 0.55 * len(power))
    axes = figure.subplots()
    labels = []
    for row, (name, figures) in enumerate(power.items()):
        points = {key: figures[key] and 100 * figures[key] for key in ("assumed", "detectable")}
        values = [value for value in points.values() if value is not None]
        axes.plot(values, [row] * len(values), color=GREY, linewidth=1.2, zorder=0)
        for key, marker, colour in (("assumed", "o", BLUE), ("detectable", "D", ORANGE)):
            if points[key] is not None:
                axes.plot(points[key], row, marker, color=colour, markersize=7)
        labels.append(
            speaker.say(
                "power.row" if figures["waves"] is not None else "power.row_without",
                segment=speaker.say("power.all" if name == "all" else f"segment.{name}"),
                offers=speaker.number(figures["offers"]),
                controls=speaker.number(figures["controls"]),
                waves=speaker.number(figures["waves"]),
            )
        )
    rows_of(axes, labels, width=60)
    axes.set_xlim(left=0)
    axes.set_xlabel(speaker.say("power.drop"), fontsize=USUAL)
    plain(axes, speaker, "x")
    legend(figure, {speaker.say("power.assumed"): BLUE, speaker.say("power.detectable"): ORANGE})
    return figure
