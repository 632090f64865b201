"""The jobs of a sweep, best first, as points with intervals."""

from typing import TYPE_CHECKING

import pandas as pd

from one_click.pictures import style
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 30  # rows


def draw_leaderboard(table: pd.DataFrame, speaker: Speaker) -> "Figure":
    """How far each job is behind the best, with its corrected interval.

    Parameters
    ----------
    table
        Best first, as `experiments.ranking` makes it; jobs that were not paired are left out.
    """
    jobs = table[table["behind_best"].notna()]
    rows = jobs.head(MOST)
    metric = rows["metric"].iloc[0]
    title = speaker.say("sweep.title", metric=metric)
    if len(jobs) > MOST:
        title += "; " + speaker.say("sweep.first", shown=MOST, all=len(jobs))
    figure = style.sheet(title, 1.6 + 0.42 * len(rows))
    axes = figure.subplots()
    points = [
        {"value": row.behind_best, "low": row.behind_best_low, "high": row.behind_best_high}
        for row in rows.itertuples()
    ]
    ties = rows["indistinguishable"].astype(bool)
    colours = [style.BLUE if near else style.GREY for near in ties]
    style.whiskers(axes, list(range(len(rows))), points, "value", colours)
    style.rows_of(axes, list(rows["changed"].where(rows["changed"] != "", "—")), 60)
    style.plain(axes, speaker, "x")
    axes.axvline(0, color=style.BLACK, linewidth=0.8)
    axes.set_xlabel(speaker.say("sweep.axis", metric=metric), fontsize=style.USUAL)
    words = {speaker.say("sweep.tied"): style.BLUE, speaker.say("sweep.behind"): style.GREY}
    style.legend(figure, words)
    return figure
