"""Are the raw tables fit to learn from? All rows, before anything is cleaned.

Enters: the folder `tables`. Leaves: `metrics/quality.json` and a table of the columns,
`plots/quality/columns.csv`. This stage reads the raw files beside `prepare`, because what it looks
for (ids, the order of rows, slips, copies) is what `prepare` takes away; no stage learns from it.
"""

from dataclasses import dataclass
from pathlib import Path

from one_click import artefacts
from one_click.customers.everyone import read_everyone
from one_click.running import writing
from one_click.running.lock import at, load
from one_click.running.stage import run_stage
from one_click.settings.study import Describe
from one_click.study.quality import quality, table_of_columns


@dataclass
class Settings:
    """Which tables, and what in them is an outlier or a slip."""

    tables: str
    describe: Describe
    slip_times_median: float = at("cleaning.revenue_slip_times_median")


def main() -> None:
    settings = load(Settings)
    everyone = read_everyone(Path(settings.tables))
    figures = quality(everyone, settings.describe, settings.slip_times_median)
    writing.write_json(artefacts.QUALITY_METRICS, writing.significant(figures, 9), digits=None)
    writing.write_csv(artefacts.QUALITY_TABLE, table_of_columns(figures["columns"]))


if __name__ == "__main__":
    run_stage(main)
