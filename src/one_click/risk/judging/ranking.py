"""The best candidate, and those that cannot be told apart from it."""

from collections.abc import Collection

import pandas as pd

from one_click.risk.judging.measures import LOSSES
from one_click.settings.risk import Choice
from one_click.statistics import corrected_interval


def compared(
    by_fold: pd.DataFrame,
    complexity: dict[str, int],
    ratio: float,
    choice: Choice,
    ensembles: Collection[str] = (),
) -> tuple[str, pd.DataFrame]:
    """Compare candidates pair by pair with the best one, and choose by the rule.

    Parameters
    ----------
    by_fold
        Metric by fold (rows) and candidate (columns).
    complexity
        Rank by candidate; a lower one is simpler.
    ratio
        Rows of a fold's test part over those of its training part.
    choice
        `best` keeps the best mean, of equal ones the simplest. `simplest_indistinguishable`
        keeps the simplest among those whose corrected interval of the difference from the best
        holds zero and whose mean is at most `margin` behind it. `ensemble_unless_worse` keeps the
        best ensemble whose interval holds zero, and the best where there is none: of models that
        cannot be told apart, the one that happens to lead is picked by noise, their mean is not.
    ensembles
        Names of the candidates that are ensembles.

    Returns
    -------
    chosen, comparison
        A name; one row a candidate, best first: `value` of the metric, `behind_best` (0 or more,
        for losses too), both with their corrected intervals.
    """
    sign = -1 if choice.metric in LOSSES else 1
    means = sign * by_fold.mean()
    best = min(by_fold, key=lambda name: (-means[name], complexity[name]))
    rows = []
    for name in by_fold:
        mean, low, high = corrected_interval(by_fold[name], ratio, choice.confidence)
        behind, least, most = corrected_interval(
            sign * (by_fold[best] - by_fold[name]), ratio, choice.confidence
        )
        rows.append(
            {
                "candidate": name,
                "value": mean,
                "value_low": low,
                "value_high": high,
                "behind_best": behind,
                "behind_best_low": least,
                "behind_best_high": most,
                "indistinguishable": bool(least <= 0 <= most),
                "complexity": complexity[name],
            }
        )
    table = pd.DataFrame(rows).sort_values(["behind_best", "complexity"], kind="stable")
    table = table.reset_index(drop=True)
    near = table[table["indistinguishable"]]
    if choice.rule == "simplest_indistinguishable":
        near = near[near["behind_best"] <= choice.margin]
        return near.sort_values("complexity", kind="stable")["candidate"].iloc[0], table
    means_of_several = near[near["candidate"].isin(ensembles)]["candidate"]
    if choice.rule == "ensemble_unless_worse" and len(means_of_several):
        return means_of_several.iloc[0], table
    return best, table
