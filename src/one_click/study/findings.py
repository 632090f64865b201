"""Findings: what the tests support after correction, as keys and numbers that a report can say.

A finding has a `key` of the message catalogue and, by kind, what the message names: `columns`,
`values` (column and code), `counts`, `amounts`, `shares`, `effects` and the corrected `p`. The
words are the report's; nothing is said here that no test says.
"""

from collections.abc import Iterator

import pandas as pd

from one_click.columns import FEATURES, TARGET
from one_click.settings.study import Describe
from one_click.study.association import strong_pairs
from one_click.study.class_findings import finding_of, of_changes, of_differences, of_favourites
from one_click.study.support import rejected_as_normal, supported


def of_pairs(strong: list[dict]) -> Iterator[dict]:
    """Pairs of columns that tell nearly the same."""
    for pair in strong:
        yield {
            "key": "strong_pair",
            "columns": {"first": pair["first"], "second": pair["second"]},
            "effects": {"phik": float(pair["phik"])},
            "p": pair["p_holm"],
        }


def of_profit(profit: dict, rules: Describe) -> Iterator[dict]:
    """What profit goes with; or that it goes with nothing, where every interval says so."""
    for name, test in profit.items():
        if supported(test, rules):
            yield finding_of("profit_goes_with", test, columns={"column": name})
    furthest = [max(abs(test["low"]), abs(test["high"])) for test in profit.values()]
    nothing = all(test["p_holm"] >= rules.alpha for test in profit.values())
    if profit and nothing and max(furthest) < rules.none_within:
        yield {
            "key": "profit_alone",
            "counts": {"tests": len(profit)},
            "effects": {
                "largest": max(abs(float(test["effect"])) for test in profit.values()),
                "furthest": float(max(furthest)),
            },
            "p": min(test["p_holm"] for test in profit.values()),
        }


def of_normality(normality: dict, rules: Describe) -> Iterator[dict]:
    """How many numbers are not normal; which one is not told from it, where it is one."""
    names = [name for name, tests in normality.items() if not rejected_as_normal(tests, rules)]
    counts = {"rejected": len(normality) - len(names), "numbers": len(normality)}
    if counts["rejected"]:
        finding = {"key": "not_normal", "counts": counts}
        if len(names) == 1:
            finding |= {"key": "not_normal_but", "columns": {"column": names[0]}}
        yield finding


def of_quality(quality: dict, rules: Describe) -> Iterator[dict]:
    """What the raw tables would teach a careless model: ids that tell the target, copies."""
    order = quality["order"]
    for name, key in (("id", "id_tells"), ("row_order", "row_order_tells")):
        test = order[name]
        if test["warning"] and not (name == "row_order" and order["rows_in_order_of_id"]):
            effects = {"auc": max(test["auc"], 1 - test["auc"])}
            yield {"key": key, "effects": effects, "p": min(1.0, 2 * test["p"])}
    copies = quality["copies"]["equal_features_and_target"]
    if copies:
        rows = quality["target"]["rows"]
        yield {"key": "copies", "counts": {"copies": copies, "rows": rows}}


def findings(
    figures: dict[str, dict], quality: dict, pairs: pd.DataFrame, rules: Describe
) -> dict[str, list[dict]]:
    """All findings by theme, the largest effect first within the theme of differences.

    Parameters
    ----------
    figures
        `summary`, `months`, `favourites`, and `tests`: the `normality` and the `differences` of
        `study.differences`.
    quality
        What `study.quality` says of the raw tables.
    pairs
        As `study.association.pairs` gives them.
    """
    tests, months = figures["tests"], figures["months"]

    def by_effect(finding: dict) -> tuple[bool, float, int]:
        column = finding["columns"]["column"]
        is_none = finding["key"].startswith("alike")
        return is_none, -abs(finding["effects"]["effect"]), FEATURES.index(column)

    of_target = pairs[pairs["second"] == TARGET].set_index("first")["p_holm"]
    associated = set(of_target.index[of_target < rules.alpha])  # by phik: spread and shape count
    differing = [
        finding
        for finding in of_differences(tests["differences"], figures["summary"], rules)
        if not (finding["key"].startswith("alike") and finding["columns"]["column"] in associated)
    ]
    return {
        "differences": sorted(differing, key=by_effect),
        "months": list(of_changes(months["changes"], rules)),
        "favourites": list(of_favourites(figures["favourites"], rules)),
        "pairs": list(of_pairs(strong_pairs(pairs, rules.strong_pair, rules.alpha))),
        "profit": list(of_profit(months["profit"], rules)),
        "cautions": [*of_quality(quality, rules), *of_normality(tests["normality"], rules)],
    }
