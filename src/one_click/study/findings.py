"""Findings: what the tests support after correction, as keys and numbers that a report can say.

A finding has a `key` of the message catalogue and, by kind, what the message names: `columns`,
`values` (column and code), `counts`, `amounts`, `shares`, `effects` and the corrected `p`. The
words are the report's; nothing is said here that no test says.
"""

from collections.abc import Iterator

import pandas as pd

from one_click.columns import FEATURES, PROFIT, TARGET
from one_click.settings.study import Describe
from one_click.study.association import strong_pairs
from one_click.study.favourites import CHANGE, FAVOURITE

EFFECT = ("effect", "low", "high")
FAVOURITE_KEYS = {  # of the rest: (more, less)
    CHANGE: ("favourite_change_more", "favourite_change_less"),
    "decliners": ("favourite_declines_more", "favourite_declines_less"),
}
FAVOURITE_DEFAULT = ("favourite_more", "favourite_less")


def _finding(key: str, test: dict, **named: dict) -> dict:
    """A finding with the effect, its interval and the corrected p of the test that supports it."""
    effects = {name: float(test[name]) for name in EFFECT}
    return {"key": key, **named, "effects": effects, "p": test["p_holm"]}


def supported(test: dict, rules: Describe) -> bool:
    """Whether a test rejects after correction, and its effect is worth saying and off zero."""
    return (
        test["p_holm"] < rules.alpha
        and abs(test["effect"]) >= rules.smallest_effect
        and (test["low"] > 0 or test["high"] < 0)
    )


def none_there(test: dict, rules: Describe) -> bool:
    """Whether a test finds nothing: zero is inside its interval, and little else is."""
    little = -rules.none_within < test["low"] <= 0 <= test["high"] < rules.none_within
    return test["p_holm"] >= rules.alpha and little


def both_supported(ranked: dict, meant: dict, rules: Describe) -> bool:
    """Whether ranks and means say the same: only then may a sentence give the means."""
    same_side = ranked["effect"] * meant["difference"] > 0
    return supported(ranked, rules) and meant["p_holm"] < rules.alpha and same_side


def of_differences(differences: dict, summary: dict, rules: Describe) -> Iterator[dict]:
    """Features that are higher or lower for decliners, that split them, or that are alike."""
    for name, ranked in differences["mann_whitney"].items():
        if name == PROFIT:
            continue
        numbers = summary["numbers"][name]
        amounts = {code: numbers[code]["mean"] for code in ("declined", "stayed")}
        if both_supported(ranked, differences["welch"][name], rules):
            key = "higher" if ranked["effect"] > 0 else "lower"
            yield _finding(key, ranked, columns={"column": name}, amounts=amounts)
        elif none_there(ranked, rules) and differences["welch"][name]["p_holm"] >= rules.alpha:
            yield _finding("alike", ranked, columns={"column": name})
    for name, tested in differences["chi_square"].items():
        shares = {
            code: value["decliners"]["share"]
            for code, value in summary["categories"][name].items()
            if "decliners" in value
        }
        highest, lowest = max(shares, key=shares.get), min(shares, key=shares.get)
        if tested["assumption_holds"] and supported(tested, rules):
            yield _finding(
                "split",
                tested,
                columns={"column": name},
                values={"highest": [name, highest], "lowest": [name, lowest]},
                shares={"of_highest": shares[highest], "of_lowest": shares[lowest]},
            )
        elif tested["assumption_holds"] and none_there(tested, rules):
            yield _finding("alike_shares", tested, columns={"column": name})


def of_changes(changes: dict, rules: Describe) -> Iterator[dict]:
    """Changes between months that differ by class."""
    for step in changes.values():
        if "mann_whitney" in step and both_supported(step["mann_whitney"], step["welch"], rules):
            yield _finding(
                "change",
                step["mann_whitney"],
                columns={"later": step["later"], "earlier": step["earlier"]},
                amounts={code: step[code]["mean"] for code in ("declined", "stayed")},
            )


def of_favourites(favourites: dict, rules: Describe) -> Iterator[dict]:
    """Favourite categories that differ from the rest."""
    for code, category in favourites.items():
        for name, tested in category["tests"].items():
            more, less = FAVOURITE_KEYS.get(name, FAVOURITE_DEFAULT)
            values = {"category": [FAVOURITE, code]}
            if name == "decliners":
                if not (tested["assumption_holds"] and supported(tested, rules)):
                    continue
                test, named = tested, {"shares": {k: tested[k] for k in ("share", "share_of_rest")}}
            else:
                test = tested["mann_whitney"]
                if not both_supported(test, tested["welch"], rules):
                    continue
                named = {"amounts": {k: tested[k] for k in ("mean", "mean_of_rest")}}
                if name != CHANGE:
                    named["columns"] = {"column": name}
            yield _finding(more if test["effect"] > 0 else less, test, values=values, **named)


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
            yield _finding("profit_goes_with", test, columns={"column": name})
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


def rejected_as_normal(tests: dict, rules: Describe) -> bool:
    """Whether any of the tests of one column rejects that it is normal."""
    corrected = [test["p_holm"] for test in tests.values() if isinstance(test, dict)]
    return any(p is not None and p < rules.alpha for p in corrected)


def of_normality(normality: dict, rules: Describe) -> Iterator[dict]:
    """How many numbers are not normal; which one is not told from it, where it is one."""
    passed = [name for name, tests in normality.items() if not rejected_as_normal(tests, rules)]
    counts = {"rejected": len(normality) - len(passed), "numbers": len(normality)}
    if counts["rejected"]:
        finding = {"key": "not_normal", "counts": counts}
        if len(passed) == 1:
            finding |= {"key": "not_normal_but", "columns": {"column": passed[0]}}
        yield finding


def of_quality(quality: dict, rules: Describe) -> Iterator[dict]:
    """What the raw tables would teach a careless model: ids that tell the target, copies."""
    order = quality["order"]
    for name, key in (("id", "id_tells"), ("row_order", "row_order_tells")):
        found = order[name]
        if found["warning"] and not (name == "row_order" and order["rows_in_order_of_id"]):
            effects = {"auc": max(found["auc"], 1 - found["auc"])}
            yield {"key": key, "effects": effects, "p": min(1.0, 2 * found["p"])}
    copies = quality["copies"]["equal_features_and_target"]
    if copies:
        rows = quality["target"]["rows"]
        yield {"key": "copies", "counts": {"copies": copies, "rows": rows}}


def findings(
    quality: dict,
    summary: dict,
    tests: dict,
    pairs: pd.DataFrame,
    months: dict,
    favourites: dict,
    rules: Describe,
) -> dict[str, list[dict]]:
    """All findings by theme, the largest effect first within the theme of differences.

    Parameters
    ----------
    tests
        `normality` and `differences` of `study.differences`.
    """

    def by_effect(finding: dict) -> tuple[bool, float, int]:
        column = finding["columns"]["column"]
        is_none = finding["key"].startswith("alike")
        return is_none, -abs(finding["effects"]["effect"]), FEATURES.index(column)

    of_target = pairs[pairs["second"] == TARGET].set_index("first")["p_holm"]
    associated = set(of_target.index[of_target < rules.alpha])  # by phik: spread and shape count
    differing = [
        finding
        for finding in of_differences(tests["differences"], summary, rules)
        if not (finding["key"].startswith("alike") and finding["columns"]["column"] in associated)
    ]
    return {
        "differences": sorted(differing, key=by_effect),
        "months": list(of_changes(months["changes"], rules)),
        "favourites": list(of_favourites(favourites, rules)),
        "pairs": list(of_pairs(strong_pairs(pairs, rules.strong_pair, rules.alpha))),
        "profit": list(of_profit(months["profit"], rules)),
        "cautions": [*of_quality(quality, rules), *of_normality(tests["normality"], rules)],
    }
