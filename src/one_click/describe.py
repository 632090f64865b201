"""What the training rows show, in numbers: summaries, tests, associations, findings.

Enters: the training rows, and what `quality` found in the raw tables. Leaves: figures under
`metrics/describe/`, a table of pairs of columns, `plots/association/pairs.csv`. `draw` makes the
pictures, so that the language of a picture does not re-run the tests.
"""

import pandas as pd

from one_click import files
from one_click.exploration.association import pairs as pairs_of
from one_click.exploration.association import strong_pairs, with_target
from one_click.exploration.differences import differences, normality
from one_click.exploration.favourites import by_favourite
from one_click.exploration.findings import findings
from one_click.exploration.months import months_and_profit
from one_click.exploration.summaries import summaries
from one_click.params import Describe, load
from one_click.stage import run


def associations(rows: pd.DataFrame, pairs: pd.DataFrame, rules: Describe) -> dict:
    """What each column has to do with the target, and the pairs that are nearly the same."""
    strong = strong_pairs(pairs, rules.strong_pair, rules.alpha)
    return {
        "with_target": with_target(rows, pairs, rules.seed).set_index("column").T.to_dict(),
        "strong_pairs": {f"{pair['first']} {pair['second']}": pair for pair in strong},
    }


def described(rows: pd.DataFrame, quality: dict, rules: Describe) -> tuple[dict, pd.DataFrame]:
    """Describe training rows.

    Returns
    -------
    figures, pairs
        By the name of the file that keeps them; a row a pair of columns.
    """
    confidence = rules.confidence
    summary = summaries(rows, confidence)
    tests = {"normality": normality(rows), "differences": differences(rows, confidence)}
    pairs = pairs_of(rows)
    months = months_and_profit(rows, confidence)
    favourites = by_favourite(rows, confidence)
    found = findings(quality, summary, tests, pairs, months, favourites, rules)
    return {
        "summary": summary,
        "tests": tests,
        "association": associations(rows, pairs, rules),
        "months": months,
        "favourites": favourites,
        "findings": found,
    }, pairs


def main() -> None:
    rules = load("describe").describe
    customers = pd.read_parquet(files.CUSTOMERS)
    rows = customers[customers["part"] == "train"]
    figures, pairs = described(rows, files.read_json(files.QUALITY_METRICS), rules)
    for path, name in (
        (files.SUMMARY_METRICS, "summary"),
        (files.TESTS_METRICS, "tests"),
        (files.ASSOCIATION_METRICS, "association"),
        (files.MONTHS_METRICS, "months"),
        (files.FAVOURITES_METRICS, "favourites"),
        (files.FINDINGS_METRICS, "findings"),
    ):
        files.write_json(path, files.significant(figures[name]), digits=None)
    files.write_csv(files.PAIRS_TABLE, pairs, digits=4)


if __name__ == "__main__":
    run(main)
