"""The pictures of the training rows."""

from collections.abc import Iterator

import pandas as pd

from one_click.pictures.study.association import (
    draw_correlations,
    draw_effects,
    draw_kendall,
    draw_phik,
    draw_phik_by_class,
    draw_with_target,
)
from one_click.pictures.study.distributions import (
    SHEETS,
    draw_categories,
    draw_numbers,
    draw_quantiles,
    numbers_of,
)
from one_click.pictures.study.fishbone import draw_fishbone
from one_click.pictures.study.money import draw_favourites, draw_months, draw_profit
from one_click.pictures.style import Sheet
from one_click.settings.study import Describe
from one_click.study.summaries import MEASURED
from one_click.study.support import rejected_as_normal
from one_click.words.speaker import Speaker


def pictures(
    rows: pd.DataFrame,
    figures: dict[str, dict],
    pairs: pd.DataFrame,
    rules: Describe,
    words: Speaker,
) -> Iterator[Sheet]:
    """Each picture, to be drawn.

    Parameters
    ----------
    figures
        `summary`, `tests`, `association`, `months` and `favourites`, as `describe` writes them.
    """
    summary, tests, confidence = figures["summary"], figures["tests"], rules.confidence
    with_target = figures["association"]["with_target"]
    yield Sheet("fishbone", draw_fishbone, (with_target, words))
    yield Sheet("effects", draw_effects, (tests["differences"], rules, words))
    for sheet, groups in SHEETS.items():
        yield Sheet(f"numbers_{sheet}", draw_numbers, (rows, numbers_of(groups), summary, words))
    yield Sheet("categories", draw_categories, (summary, confidence, words))
    normality = {name: tests["normality"].get(name) for name in MEASURED}
    rejected = {n: rejected_as_normal(tests, rules) for n, tests in normality.items() if tests}
    yield Sheet("normality", draw_quantiles, (rows, rejected, words))
    yield Sheet("with_target", draw_with_target, (with_target, words))
    yield Sheet("phik", draw_phik, (pairs, rules.alpha, words))
    yield Sheet("phik_by_class", draw_phik_by_class, (pairs, words))
    yield Sheet("correlations", draw_correlations, (pairs, words))
    yield Sheet("kendall", draw_kendall, (pairs, words))
    yield Sheet("months", draw_months, (figures["months"], confidence, words))
    yield Sheet("profit", draw_profit, (rows, figures["months"]["profit"], rules, words))
    yield Sheet("favourites", draw_favourites, (figures["favourites"], rules, words))
