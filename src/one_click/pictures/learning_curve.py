"""A learning curve: what the chosen model is worth, by the rows that it learned from."""

from typing import TYPE_CHECKING

import pandas as pd

from one_click.pictures.style import BLUE, USUAL, plain, sheet
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PANELS = ("roc_auc", "log_loss", "fit_seconds")


def draw_learning_curve(curve: pd.DataFrame, confidence: float, speaker: Speaker) -> "Figure":
    """ROC-AUC, log-loss and seconds of a fit over the rows, each doubling of them as wide.

    Parameters
    ----------
    curve
        As `risk.learning_curve.learning_curve` gives it.
    """
    title = speaker.say("learning_curve.title", confidence=speaker.share(confidence, 0))
    figure = sheet(title, 3.6)
    rows = curve["rows"].to_numpy()
    for axes, name in zip(figure.subplots(1, len(PANELS)), PANELS, strict=True):
        if f"{name}_low" in curve:
            ends = (curve[f"{name}_low"], curve[f"{name}_high"])
            axes.fill_between(rows, *ends, color=BLUE, alpha=0.2, linewidth=0)
        axes.plot(rows, curve[name], "o-", color=BLUE, markersize=4)
        axes.set_xscale("log", base=2)
        axes.set_xticks(rows, [speaker.number(value) for value in rows], rotation=45)
        axes.set_xlabel(speaker.say("learning_curve.rows"), fontsize=USUAL)
        axes.set_title(speaker.say(f"learning_curve.{name}"), fontsize=USUAL, loc="left")
        plain(axes, speaker, "y")
    return figure
