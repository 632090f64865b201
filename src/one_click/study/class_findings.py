"""Findings about the classes and the favourite categories: what differs, and what does not."""

from collections.abc import Iterator

from one_click.columns import PROFIT
from one_click.settings.study import Describe
from one_click.study.favourites import CHANGE, FAVOURITE
from one_click.study.support import both_supported, none_there, supported

EFFECT = ("effect", "low", "high")
FAVOURITE_KEYS = {  # of the rest: (more, less)
    CHANGE: ("favourite_change_more", "favourite_change_less"),
    "decliners": ("favourite_declines_more", "favourite_declines_less"),
}
FAVOURITE_DEFAULT = ("favourite_more", "favourite_less")


def finding_of(key: str, test: dict, **details: dict) -> dict:
    """A finding with the effect, its interval and the corrected p of the test that supports it."""
    effects = {name: float(test[name]) for name in EFFECT}
    return {"key": key, **details, "effects": effects, "p": test["p_holm"]}


def of_differences(differences: dict, summary: dict, rules: Describe) -> Iterator[dict]:
    """Features that are higher or lower for decliners, that split them, or that are alike."""
    for name, ranks in differences["mann_whitney"].items():
        if name == PROFIT:
            continue
        numbers = summary["numbers"][name]
        amounts = {code: numbers[code]["mean"] for code in ("declined", "stayed")}
        if both_supported(ranks, differences["welch"][name], rules):
            key = "higher" if ranks["effect"] > 0 else "lower"
            yield finding_of(key, ranks, columns={"column": name}, amounts=amounts)
        elif none_there(ranks, rules) and differences["welch"][name]["p_holm"] >= rules.alpha:
            yield finding_of("alike", ranks, columns={"column": name})
    for name, test in differences["chi_square"].items():
        shares = {
            code: value["decliners"]["share"]
            for code, value in summary["categories"][name].items()
            if "decliners" in value
        }
        highest = max(shares, key=lambda code: shares[code])
        lowest = min(shares, key=lambda code: shares[code])
        if test["assumption_holds"] and supported(test, rules):
            yield finding_of(
                "split",
                test,
                columns={"column": name},
                values={"highest": [name, highest], "lowest": [name, lowest]},
                shares={"of_highest": shares[highest], "of_lowest": shares[lowest]},
            )
        elif test["assumption_holds"] and none_there(test, rules):
            yield finding_of("alike_shares", test, columns={"column": name})


def of_changes(changes: dict, rules: Describe) -> Iterator[dict]:
    """Changes between months that differ by class."""
    for step in changes.values():
        if "mann_whitney" in step and both_supported(step["mann_whitney"], step["welch"], rules):
            yield finding_of(
                "change",
                step["mann_whitney"],
                columns={"later": step["later"], "earlier": step["earlier"]},
                amounts={code: step[code]["mean"] for code in ("declined", "stayed")},
            )


def of_favourites(favourites: dict, rules: Describe) -> Iterator[dict]:
    """Favourite categories that differ from the rest."""
    for code, category in favourites.items():
        for name, entry in category["tests"].items():
            more, less = FAVOURITE_KEYS.get(name, FAVOURITE_DEFAULT)
            values = {"category": [FAVOURITE, code]}
            if name == "decliners":
                if not (entry["assumption_holds"] and supported(entry, rules)):
                    continue
                test, details = entry, {"shares": {k: entry[k] for k in ("share", "share_of_rest")}}
            else:
                test = entry["mann_whitney"]
                if not both_supported(test, entry["welch"], rules):
                    continue
                details = {"amounts": {k: entry[k] for k in ("mean", "mean_of_rest")}}
                if name != CHANGE:
                    details["columns"] = {"column": name}
            yield finding_of(more if test["effect"] > 0 else less, test, values=values, **details)
