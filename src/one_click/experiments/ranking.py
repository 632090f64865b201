"""The jobs of a sweep compared fold by fold with the best of them."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from one_click.columns import ID
from one_click.experiments.records import records
from one_click.risk.judging.comparison import metric_by_fold
from one_click.risk.judging.measures import LOSSES
from one_click.risk.judging.ranking import compared
from one_click.settings.risk import Choice

COLUMNS = [
    "experiment", "state", "changed", "candidate", "metric", "value", "behind_best",
    "behind_best_low", "behind_best_high", "indistinguishable", "roc_auc", "brier", "seconds",
    "promote", "problem",
]  # fmt: skip


def fold_values(out_of_fold: pd.DataFrame, choice: Choice, metric: str) -> pd.Series:
    """A metric of one job by fold, as `choose` measures it.

    Parameters
    ----------
    out_of_fold
        Columns `repeat`, `fold`, `declined`, `score`: the table that `choose` writes.
    choice
        Says how risks are calibrated.
    metric
        One of `measures.RANKING` or `measures.LOSSES`.
    """
    rows = out_of_fold.reset_index(drop=True)
    positions = [part.index.to_numpy() for _, part in rows.groupby("fold", sort=True)]
    scores = {"job": [rows["score"].to_numpy()[part] for part in positions]}
    splits = rows.loc[rows["repeat"] == 0, "fold"].nunique()
    return metric_by_fold(
        replace(choice, metric=metric),
        scores,
        rows["declined"].to_numpy(),
        [(part[:0], part) for part in positions],  # who is learned from, no metric asks
        splits,
    )["job"]


def folds_of(out_of_fold: pd.DataFrame) -> frozenset:
    """Who is tested in which fold: jobs are compared where this is the same."""
    return frozenset(zip(out_of_fold[ID], out_of_fold["fold"], strict=True))


def ranked(out_of_fold: dict[str, pd.DataFrame], choice: Choice) -> pd.DataFrame:
    """Jobs compared fold by fold with the best of them.

    Parameters
    ----------
    out_of_fold
        The table of each job, by its name.

    Returns
    -------
    One row a job, best first: `experiment`, `value` of the metric of the choice, `behind_best`
    with its corrected interval and `indistinguishable`, missing where the folds are others than
    the best job's; `roc_auc`, `brier`.
    """
    by_job = {
        name: fold_values(table, choice, choice.metric) for name, table in out_of_fold.items()
    }
    sign = -1 if choice.metric in LOSSES else 1
    best = max(by_job, key=lambda name: sign * by_job[name].mean())
    same = [n for n in by_job if folds_of(out_of_fold[n]) == folds_of(out_of_fold[best])]
    splits = out_of_fold[best].query("repeat == 0")["fold"].nunique()
    paired = pd.DataFrame({name: by_job[name] for name in same})
    _, table = compared(paired, dict.fromkeys(same, 0), 1 / (splits - 1), choice)
    others = pd.DataFrame(
        [(name, by_job[name].mean()) for name in by_job if name not in same],
        columns=["candidate", "value"],
    ).sort_values("value", ascending=sign < 0, kind="stable")
    table = pd.concat([table, others], ignore_index=True) if len(others) else table
    table = table.rename(columns={"candidate": "experiment"})
    for metric in ("roc_auc", "brier"):
        table[metric] = [
            fold_values(out_of_fold[n], choice, metric).mean() for n in table["experiment"]
        ]
    return table


def leaderboard(jobs: list[dict], tables: dict[str, pd.DataFrame], choice: Choice) -> pd.DataFrame:
    """The table of a sweep: jobs best first, then those that failed.

    Parameters
    ----------
    jobs
        What the sweep wrote of each job; two jobs of the same choices are one row.
    tables
        Out-of-fold table by experiment.
    """
    rows = pd.DataFrame(
        {
            "experiment": record["name"],
            "state": record["state"],
            "changed": " ".join(override.lstrip("+") for override in record["overrides"]),
            "candidate": record.get("candidate"),
            "metric": choice.metric,
            "seconds": record["seconds"],
            "promote": None
            if record["state"] == "failed"
            else f"one-click promote {record['name']}",
            "problem": record.get("error"),
        }
        for record in jobs
    )
    good = rows["experiment"].isin(list(tables))
    table = rows[good].drop_duplicates("experiment")
    if len(table):
        table = ranked(tables, choice).merge(table, on="experiment", validate="1:1")
    return pd.concat([table, rows[~good]], ignore_index=True).reindex(columns=COLUMNS)


def earlier_seconds(sweeps: Path) -> dict[str, float]:
    """Seconds of experiments that earlier sweeps ran, by commit."""
    every = [record for sweep in sweeps.iterdir() for record in records(sweep)]
    return {r["commit"]: r["seconds"] for r in every if r.get("commit") and r["seconds"]}
