"""The pictures of the training rows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

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
from one_click.settings.study import Describe
from one_click.study.findings import rejected_as_normal
from one_click.study.summaries import MEASURED
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def pictures(
    rows: pd.DataFrame,
    figures: dict[str, dict],
    pairs: pd.DataFrame,
    rules: Describe,
    words: Speaker,
) -> Iterator[tuple[str, "Figure"]]:
    """Each picture and the name of its file.

    Parameters
    ----------
    figures
        `summary`, `tests`, `association`, `months` and `favourites`, as `describe` writes them.
    """
    summary, tests, confidence = figures["summary"], figures["tests"], rules.confidence
    with_target = figures["association"]["with_target"]
    yield "fishbone", draw_fishbone(with_target, words)
    yield "effects", draw_effects(tests["differences"], rules, words)
    for sheet, groups in SHEETS.items():
        yield f"numbers_{sheet}", draw_numbers(rows, numbers_of(groups), summary, words)
    yield "categories", draw_categories(summary, confidence, words)
    normality = {name: tests["normality"].get(name) for name in MEASURED}
    rejected = {n: rejected_as_normal(tests, rules) for n, tests in normality.items() if tests}
    yield "normality", draw_quantiles(rows, rejected, words)
    yield "with_target", draw_with_target(with_target, words)
    yield "phik", draw_phik(pairs, rules.alpha, words)
    yield "phik_by_class", draw_phik_by_class(pairs, words)
    yield "correlations", draw_correlations(pairs, words)
    yield "kendall", draw_kendall(pairs, words)
    yield "months", draw_months(figures["months"], confidence, words)
    yield "profit", draw_profit(rows, figures["months"]["profit"], rules, words)
    yield "favourites", draw_favourites(figures["favourites"], rules, words)
