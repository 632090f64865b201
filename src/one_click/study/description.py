"""What the training rows show, in numbers: summaries, tests, associations, findings.

Enters: the training rows, and what `quality` found in the raw tables. Leaves: figures under
`metrics/describe/`, a table of pairs of columns, `plots/association/pairs.csv`. `draw` makes the
pictures, so that the language of a picture does not re-run the tests.
"""

import pandas as pd

from one_click.settings.study import Describe
from one_click.study.association import pairs as pairs_of
from one_click.study.association import strong_pairs, with_target
from one_click.study.differences import differences, normality
from one_click.study.favourites import by_favourite
from one_click.study.findings import findings
from one_click.study.months import months_and_profit
from one_click.study.summaries import summaries


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
    pairs = pairs_of(rows)
    figures: dict[str, dict] = {
        "summary": summaries(rows, confidence),
        "tests": {"normality": normality(rows), "differences": differences(rows, confidence)},
        "association": associations(rows, pairs, rules),
        "months": months_and_profit(rows, confidence),
        "favourites": by_favourite(rows, confidence),
    }
    figures["findings"] = findings(figures, quality, pairs, rules)
    return figures, pairs
