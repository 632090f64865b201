"""Associations: heat maps of pairs, bars of what goes with the target, effects by class."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from one_click.pictures.style import (
    BLACK,
    BLUE,
    GREY,
    SMALL,
    USUAL,
    named,
    plain,
    rows_of,
    sheet,
    support_legend,
    whiskers,
    wrapped,
)
from one_click.settings.study import Describe
from one_click.study.association import matrix
from one_click.study.summaries import CLASSES
from one_click.study.support import both_supported, supported
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES = ("phik", "anova_f", "mutual_information", "vif")


def joined_halves(above: pd.DataFrame, below: pd.DataFrame) -> pd.DataFrame:
    """One square: the upper triangle of one matrix, the lower one of another.

    Columns that one of the two has nothing to say of are empty in its half.
    """
    names = list(dict.fromkeys([*above, *below]))
    first, second = (part.reindex(index=names, columns=names) for part in (above, below))
    upper = np.triu(np.ones((len(names), len(names)), dtype=bool), k=1)
    return first.where(upper, second)


def draw_square(
    title: str, values: pd.DataFrame, coloured: pd.DataFrame, low: float, speaker: Speaker
) -> "Figure":
    """A heat map with its numbers; cells that are not `coloured` are white."""
    figure = sheet(title, 7.6)
    axes = figure.subplots()
    diagonal = np.eye(len(values), dtype=bool)
    shades = values.where(coloured & ~diagonal).to_numpy(dtype=float)
    axes.imshow(shades, vmin=low, vmax=1, cmap="Blues" if low == 0 else "PuOr", aspect="auto")
    names = [wrapped(named(name, speaker), 32) for name in values]
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=SMALL)
    axes.set_yticks(range(len(names)), names, fontsize=SMALL)
    for row, column in zip(*np.nonzero(~diagonal), strict=True):
        value = values.iat[row, column]
        if np.isfinite(value):
            dark = np.isfinite(shades[row, column]) and abs(value) > 0.55
            axes.text(
                column, row, speaker.number(value, 2), ha="center", va="center", fontsize=6.5,
                color="white" if dark else BLACK,
            )  # fmt: skip
    axes.spines[:].set_visible(False)
    return figure


def draw_phik(pairs: pd.DataFrame, alpha: float, speaker: Speaker) -> "Figure":
    """Phik of all pairs, the significant ones in colour."""
    values, p_values = matrix(pairs, "phik"), matrix(pairs, "p_holm", itself=0.0)
    significant = p_values.reindex(index=values.index, columns=values.columns) < alpha
    return draw_square(speaker.say("phik.title"), values, significant, 0, speaker)


def draw_phik_by_class(pairs: pd.DataFrame, speaker: Speaker) -> "Figure":
    """Phik within each class, a class a triangle."""
    words = {code: speaker.say(f"class.{code}") for code in CLASSES}
    stayed, declined = (matrix(pairs, f"phik_{code}") for code in ("stayed", "declined"))
    both = joined_halves(stayed, declined)
    return draw_square(speaker.say("phik_by_class.title", **words), both, both.notna(), 0, speaker)


def draw_correlations(pairs: pd.DataFrame, speaker: Speaker) -> "Figure":
    """Pearson's correlation above, Spearman's below the diagonal."""
    both = joined_halves(matrix(pairs, "pearson"), matrix(pairs, "spearman"))
    return draw_square(speaker.say("correlations.title"), both, both.notna(), -1, speaker)


def draw_kendall(pairs: pd.DataFrame, speaker: Speaker) -> "Figure":
    """Kendall's correlation."""
    values = matrix(pairs, "kendall")
    return draw_square(speaker.say("kendall.title"), values, values.notna(), -1, speaker)


def draw_with_target(with_target: dict[str, dict], speaker: Speaker) -> "Figure":
    """Bars of each measure of a column against the target, and of its VIF; phik sets the order."""
    names = sorted(with_target, key=lambda name: -(with_target[name]["phik"] or 0))
    figure = sheet(speaker.say("with_target.title"), 5.6)
    every = figure.subplots(1, len(MEASURES), sharey=True)
    for axes, measure in zip(every, MEASURES, strict=True):
        values = [with_target[name][measure] for name in names]
        axes.barh(range(len(names)), [value or 0 for value in values], color=BLUE, height=0.7)
        for row, value in enumerate(values):
            digits = 1 if measure in ("anova_f", "vif") else 2
            axes.text(
                value or 0, row, f" {speaker.number(value, digits)}", va="center", fontsize=SMALL
            )
        rows_of(axes, [speaker.label(name) for name in names], width=40)
        axes.set_title(speaker.say(f"with_target.{measure}"), fontsize=USUAL, loc="left")
        plain(axes, speaker, "x")
        axes.set_xlim(0, 1.25 * max([value or 0 for value in values] + [0.1]))
    return figure


def draw_effects(differences: dict, rules: Describe, speaker: Speaker) -> "Figure":
    """Effect of each column by class, with its interval: numbers left, categories right."""
    ranks, means = differences["mann_whitney"], differences["welch"]
    tables = differences["chi_square"]
    panels: tuple[tuple[str, dict, Callable[[str], bool]], ...] = (
        ("effects.delta", ranks, lambda n: both_supported(ranks[n], means[n], rules)),
        ("effects.cramer", tables, lambda n: supported(tables[n], rules)),
    )
    figure = sheet(
        speaker.say("effects.title", confidence=speaker.share(rules.confidence, 0)),
        1.3 + 0.3 * max(len(ranks), 4),
    )
    for axes, (words, tests, is_supported) in zip(
        figure.subplots(1, 2, width_ratios=[2, 1]), panels, strict=True
    ):
        names = sorted(tests, key=lambda name: tests[name]["effect"])
        colours = [BLUE if is_supported(name) else GREY for name in names]
        points = [tests[name] for name in names]
        whiskers(axes, list(range(len(names))), points, "effect", colours)
        axes.axvline(0, color=BLACK, linewidth=0.8)
        rows_of(axes, [speaker.label(name) for name in names])
        axes.set_xlabel(wrapped(speaker.say(words), 70 if tests is ranks else 34), fontsize=USUAL)
        plain(axes, speaker, "x")
    support_legend(figure, speaker)
    return figure
