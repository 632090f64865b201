"""Pictures of the training rows, in the language of the report: `plots/describe/`.

Enters: the training rows and what `describe` found in them. Leaves: a few PNG files, each a theme.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from one_click import files
from one_click.exploration.findings import rejected_as_normal
from one_click.exploration.summaries import MEASURED
from one_click.figures.association import (
    draw_correlations,
    draw_effects,
    draw_kendall,
    draw_phik,
    draw_phik_by_class,
    draw_with_target,
)
from one_click.figures.distributions import (
    SHEETS,
    draw_categories,
    draw_numbers,
    draw_quantiles,
    numbers_of,
)
from one_click.figures.fishbone import draw_fishbone
from one_click.figures.money import draw_favourites, draw_months, draw_profit
from one_click.figures.style import save, speaker
from one_click.params import Describe, load
from one_click.speaker import Speaker
from one_click.stage import run

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def pictures(
    rows: pd.DataFrame,
    found: dict[str, dict],
    pairs: pd.DataFrame,
    rules: Describe,
    words: Speaker,
) -> Iterator[tuple[str, "Figure"]]:
    """Each picture and the name of its file.

    Parameters
    ----------
    found
        `summary`, `tests`, `association`, `months` and `favourites`, as `describe` writes them.
    """
    summary, tests, confidence = found["summary"], found["tests"], rules.confidence
    with_target = found["association"]["with_target"]
    yield "fishbone", draw_fishbone(with_target, words)
    yield "effects", draw_effects(tests["differences"], rules, words)
    for sheet, groups in SHEETS.items():
        yield f"numbers_{sheet}", draw_numbers(rows, numbers_of(groups), summary, words)
    yield "categories", draw_categories(summary, confidence, words)
    normality = {name: tests["normality"].get(name) for name in MEASURED}
    rejected = {n: rejected_as_normal(found, rules) for n, found in normality.items() if found}
    yield "normality", draw_quantiles(rows, rejected, words)
    yield "with_target", draw_with_target(with_target, words)
    yield "phik", draw_phik(pairs, rules.alpha, words)
    yield "phik_by_class", draw_phik_by_class(pairs, words)
    yield "correlations", draw_correlations(pairs, words)
    yield "kendall", draw_kendall(pairs, words)
    yield "months", draw_months(found["months"], confidence, words)
    yield "profit", draw_profit(rows, found["months"]["profit"], rules, words)
    yield "favourites", draw_favourites(found["favourites"], rules, words)


def main() -> None:
    params = load("describe", "report")
    customers = pd.read_parquet(files.CUSTOMERS)
    rows = customers[customers["part"] == "train"]
    found = {
        "summary": files.read_json(files.SUMMARY_METRICS),
        "tests": files.read_json(files.TESTS_METRICS),
        "association": files.read_json(files.ASSOCIATION_METRICS),
        "months": files.read_json(files.MONTHS_METRICS),
        "favourites": files.read_json(files.FAVOURITES_METRICS),
    }
    pairs = pd.read_csv(files.PAIRS_TABLE)
    words = speaker(params.report.language)
    for name, figure in pictures(rows, found, pairs, params.describe, words):
        save(figure, files.DESCRIBE_PLOTS / f"{name}.png")


if __name__ == "__main__":
    run(main)
