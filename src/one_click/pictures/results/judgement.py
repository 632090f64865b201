"""How good the prediction is, in two pictures that need no statistics; and who the plan reaches."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from one_click.pictures.style import BLACK, BLUE, GREY, ORANGE, USUAL, legend, plain, sheet
from one_click.statistics import gain_at
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BINS = 25
PALE = "#c3cad3"
WIDTH = 6.4  # inches: half a page


def draw_plan_by_risk(customers: pd.DataFrame, cut: float, speaker: Speaker) -> "Figure":
    """Customers by risk, those with an offer in another colour; the cut of the risk.

    Parameters
    ----------
    customers
        With `risk` and `offer`, missing where there is none.
    """
    figure = sheet(speaker.say("plan_by_risk.title"), 4)
    figure.set_figwidth(WIDTH)
    axes = figure.subplots()
    has_offer = customers["offer"].notna()
    parts = [customers.loc[has_offer, "risk"], customers.loc[~has_offer, "risk"]]
    axes.hist(parts, bins=np.linspace(0, 1, BINS + 1).tolist(), stacked=True, color=[ORANGE, PALE])
    axes.axvline(cut, color=BLACK, linewidth=1)
    cut_words = speaker.say("plan_by_risk.cut", cut=speaker.share(cut, 0))
    axes.annotate(
        cut_words, (cut, 1), (4, -4), xycoords=("data", "axes fraction"),
        textcoords="offset points", va="top", fontsize=USUAL,
    )  # fmt: skip
    axes.set_xlabel(speaker.say("risk"), fontsize=USUAL)
    axes.set_ylabel(speaker.say("plan_by_risk.customers"), fontsize=USUAL)
    plain(axes, speaker, shares="x", counts="y")
    counts = [speaker.number(len(part)) for part in parts]
    keys = ("plan_by_risk.offer", "plan_by_risk.none")
    words = [speaker.say(key, count=count) for key, count in zip(keys, counts, strict=True)]
    legend(figure, dict(zip(words, (ORANGE, PALE), strict=True)))
    return figure


def draw_gain(gain: pd.DataFrame, contacted: float, speaker: Speaker) -> "Figure":
    """Decliners met over the share of customers contacted, the likeliest first; and by chance.

    Parameters
    ----------
    gain
        As `plots/evaluate/gain.csv` holds it: `contacted`, `gain`.
    contacted
        The share that is read off.
    """
    figure = sheet(speaker.say("gain.title"), 4)
    figure.set_figwidth(WIDTH)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--")
    axes.plot([0, *gain["contacted"]], [0, *gain["gain"]], color=BLUE, linewidth=2)
    met = gain_at(gain, contacted)
    axes.plot([contacted, contacted, 0], [0, met, met], color=ORANGE, linewidth=1)
    axes.plot(contacted, met, "o", color=ORANGE)
    shares = {"contacted": speaker.share(contacted, 0), "met": speaker.share(met, 0)}
    axes.annotate(
        speaker.say("gain.read", **shares), (contacted, met), (10, -22),
        textcoords="offset points", fontsize=USUAL,
    )  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.set_xlabel(speaker.say("gain.contacted"), fontsize=USUAL)
    axes.set_ylabel(speaker.say("gain.met"), fontsize=USUAL)
    plain(axes, speaker, shares="xy")
    legend(figure, {speaker.say("gain.model"): BLUE, speaker.say("gain.chance"): GREY})
    return figure


def draw_calibration(calibration: pd.DataFrame, speaker: Speaker) -> "Figure":
    """Share of decliners over the risk that was told, by bins of like risk; and the ideal.

    Parameters
    ----------
    calibration
        As `plots/evaluate/calibration.csv` holds it: `mean_risk`, `share_declined`, `customers`.
    """
    figure = sheet(speaker.say("calibration.title"), 4)
    figure.set_figwidth(WIDTH)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--")
    bins = calibration.drop_duplicates()
    axes.plot(bins["mean_risk"], bins["share_declined"], "o-", color=BLUE, linewidth=1.5)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.set_xlabel(speaker.say("calibration.risk"), fontsize=USUAL)
    axes.set_ylabel(speaker.say("calibration.declined"), fontsize=USUAL)
    plain(axes, speaker, shares="xy")
    legend(figure, {speaker.say("calibration.model"): BLUE, speaker.say("calibration.ideal"): GREY})
    return figure
