"""Rank the jobs of a sweep, best first.

Enters: what became of each job, and the out-of-fold scores of its experiment, from DVC's cache.
Leaves: `reports/sweep.csv`, `reports/sweep.png`, and the table on the terminal.
"""

import shutil
import textwrap
from dataclasses import dataclass

import pandas as pd

from one_click import artefacts
from one_click.experiments.progress import direction
from one_click.experiments.ranking import earlier_seconds, leaderboard
from one_click.experiments.records import RECORD, records
from one_click.experiments.repository import check_place
from one_click.experiments.revisions import revision
from one_click.running import writing
from one_click.running.arguments import command_parser, given_path
from one_click.running.errors import InputError
from one_click.running.lock import at, load
from one_click.settings.risk import Choice


@dataclass
class Settings:
    """How jobs are compared where none of them says it, and in which words they are drawn."""

    choice: Choice
    language: str = at("report.language")


def told(table: pd.DataFrame, width: int) -> str:
    """The table for a terminal: what can't be told apart from the best is marked with `=`."""
    lines = []
    if scored := list(table.loc[table["value"].notna(), "metric"]):
        lines.append(f"best first by {scored[0]} ({direction(scored[0])}), over the same folds")
    for rank, row in enumerate(table.to_dict("records"), 1):
        if row["state"] == "failed":
            lines.append(f"   -  failed: {row['changed']}: {row['problem']}")
            continue
        if pd.isna(row["value"]):
            changed = row["changed"] or "nothing changed"
            lines.append(f"   -  {row['state']}: {changed}: no score, choose was not run")
            lines.append(f"      {row['promote']}")
            continue
        mark, against = " ", "other folds"
        if pd.notna(row["behind_best"]):
            mark = "=" if row["indistinguishable"] else " "
            low, high = row["behind_best_low"], row["behind_best_high"]
            against = f"behind {row['behind_best']:.4f} ({low:+.4f} to {high:+.4f})"
            if low == high == 0:
                against = "the best" if rank == 1 else "the same scores as the best"
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


def draw(table: pd.DataFrame) -> None:
    """The picture, in the report's language."""
    from one_click.pictures.leaderboard import draw_leaderboard
    from one_click.pictures.style import png
    from one_click.words.speaker import speaker

    words = speaker("pictures", load(Settings).language)
    writing.write_bytes(artefacts.SWEEP_PLOT, png(draw_leaderboard(table, words)))


def main() -> None:
    parser = command_parser("leaderboard", __doc__, "multirun/2026-11-25_10-00-00_4321")
    parser.add_argument("sweep", type=given_path, help="folder of the sweep, multirun/...")
    folder = parser.parse_args().sweep
    check_place()
    jobs = records(folder)
    if not jobs:
        raise InputError(f"{folder}: no job of a sweep is recorded there")
    sweep = folder.parent if (folder / RECORD).exists() else folder
    seconds = earlier_seconds(sweep.parent)
    tables, choice = {}, None
    for record in jobs:
        record["seconds"] = record["seconds"] or seconds.get(record.get("commit", ""))
        if record["state"] == "failed" or record["objective"] is None:
            continue
        experiment = revision(record["commit"])
        tables[record["name"]] = pd.read_parquet(experiment.output(artefacts.OUT_OF_FOLD))
        choice = choice or Choice(**experiment.config(artefacts.CONF_LOCK)["choice"])
    table = leaderboard(jobs, tables, choice or load(Settings).choice)
    writing.write_csv(artefacts.SWEEP, table)
    print(told(table, shutil.get_terminal_size((100, 24)).columns))
    print(f"{artefacts.SWEEP}", end="")
    if tables:
        draw(table)
        print(f", {artefacts.SWEEP_PLOT}", end="")
    print()
