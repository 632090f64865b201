"""The jobs of a sweep, best first: `python -m one_click.leaderboard multirun/<the sweep>`.

Enters: what became of each job, and the out-of-fold scores of its experiment, from DVC's cache.
Leaves: `reports/sweep.csv`, `reports/sweep.png`, and the table on the terminal.
"""

import argparse
import shutil
import textwrap
from dataclasses import replace
from pathlib import Path

import pandas as pd

from one_click import files
from one_click.choose import compared, metric_by_fold
from one_click.columns import ID
from one_click.measures import LOSSES
from one_click.params import Choice, load
from one_click.records import records
from one_click.revisions import revision
from one_click.snapshot import check_place
from one_click.stage import InputError, run

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
    scored = {"job": [rows["score"].to_numpy()[part] for part in positions]}
    splits = rows.loc[rows["repeat"] == 0, "fold"].nunique()
    return metric_by_fold(
        replace(choice, metric=metric),
        scored,
        rows["declined"].to_numpy(),
        [(None, part) for part in positions],
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
        What `one_click.sweep` wrote of each job; two jobs of the same choices are one row.
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
            "promote": f"dvc exp apply {record['name']}" if record["name"] in tables else None,
            "problem": record.get("error"),
        }
        for record in jobs
    )
    good = rows["experiment"].isin(list(tables))
    kept = rows[good].drop_duplicates("experiment")
    if len(kept):
        kept = ranked(tables, choice).merge(kept, on="experiment", validate="1:1")
    return pd.concat([kept, rows[~good]], ignore_index=True).reindex(columns=COLUMNS)


def told(table: pd.DataFrame, width: int) -> str:
    """The table for a terminal: what can't be told apart from the best is marked with `=`."""
    lines = []
    for rank, row in enumerate(table.to_dict("records"), 1):
        if row["state"] == "failed":
            lines.append(f"   -  failed: {row['changed']}: {row['problem']}")
            continue
        mark, against = " ", "other folds"
        if pd.notna(row["behind_best"]):
            mark = "=" if row["indistinguishable"] else " "
            low, high = row["behind_best_low"], row["behind_best_high"]
            against = f"behind {row['behind_best']:.4f} ({low:+.4f} to {high:+.4f})"
        seconds = "" if pd.isna(row["seconds"]) else f"  {row['seconds']:.0f} s"
        lines += [
            f"{rank:>4}{mark} {row['metric']} {row['value']:.4f}  {against}  "
            f"ROC-AUC {row['roc_auc']:.4f}  Brier {row['brier']:.4f}  {row['candidate']}{seconds}",
            f"      {row['changed'] or 'nothing changed'}",
            f"      {row['promote']}",
        ]
    ties = int((table["indistinguishable"] == True).sum())  # noqa: E712 (it may be missing)
    if ties > 1:
        lines.append(f"= {ties} jobs that cannot be told apart from the best one")
    lines.append("then `dvc repro` for the later stages; or dvc exp branch EXPERIMENT BRANCH")
    whole = textwrap.TextWrapper(  # names stay whole: they are pasted
        width, subsequent_indent=" " * 8, break_on_hyphens=False, break_long_words=False
    )
    return "\n".join(whole.fill(line) for line in lines)


def earlier_seconds(sweeps: Path) -> dict[str, float]:
    """Seconds of experiments that earlier sweeps ran, by commit."""
    every = [record for sweep in sweeps.iterdir() for record in records(sweep)]
    return {r["commit"]: r["seconds"] for r in every if r.get("commit") and r["seconds"]}


def draw(table: pd.DataFrame) -> None:
    """The picture, in the report's language."""
    from one_click.figures.leaderboard import draw_leaderboard
    from one_click.figures.style import save, speaker

    save(draw_leaderboard(table, speaker(load("report").report.language)), files.SWEEP_PLOT)


def main() -> None:
    parser = argparse.ArgumentParser(prog="one_click.leaderboard")
    parser.add_argument("sweep", type=Path, help="folder of the sweep, multirun/...")
    folder = parser.parse_args().sweep
    check_place()
    jobs = records(folder)
    if not jobs:
        raise InputError(f"{folder}: no job of a sweep is recorded there")
    seconds = earlier_seconds(folder.parent)
    tables, choice = {}, None
    for record in jobs:
        record["seconds"] = record["seconds"] or seconds.get(record.get("commit"))
        if record["state"] == "failed":
            continue
        made = revision(record["commit"])
        tables[record["name"]] = pd.read_parquet(made.output(files.OUT_OF_FOLD))
        record["candidate"] = made.figures(files.CHOOSE_METRICS)["chosen"]
        choice = choice or Choice(**made.config(files.CONF_LOCK)["choice"])
    table = leaderboard(jobs, tables, choice or load("choice").choice)
    files.write_csv(files.SWEEP, table)
    print(told(table, shutil.get_terminal_size((100, 24)).columns))
    print(f"{files.SWEEP}", end="")
    if tables:
        draw(table)
        print(f", {files.SWEEP_PLOT}", end="")
    print()


if __name__ == "__main__":
    run(main)
