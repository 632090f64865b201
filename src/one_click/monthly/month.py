"""A base of any number of customers, scored a chunk at a time."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from one_click import artefacts
from one_click.columns import ID
from one_click.new_month.drift_page import FLAGS
from one_click.new_month.scoring import KNOWN, RISKS, Run, score_chunk
from one_click.new_month.tallies import Tally
from one_click.offers.csv_lines import csv_header, csv_lines
from one_click.offers.history import SINCE, Record
from one_click.offers.texts import harmless_rows
from one_click.running.progress import bar
from one_click.running.row_groups import read_row_groups, row_groups

BASE, SCORED = "base.parquet", "scored.parquet"  # of the work


@dataclass(frozen=True)
class Workshop:
    """Where a month is made: the folders of the work and of the output, and the processes."""

    work: Path
    output: Path
    run: Run


@dataclass
class Month:
    """What is known of all customers when their chunks are scored."""

    tally: Tally | None = None
    leavers: list[str] = field(default_factory=list)
    known: int = 0
    flags: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FLAGS, 0))
    flagged: int = 0


def score_month(shop: Workshop, record: Record) -> Month:
    """Score the base of the work; write risks, segments, flags, and the scored to the work.

    Parameters
    ----------
    record
        Of earlier waves; it is asked about each customer once.
    """
    month, output = Month(), shop.output
    with ExitStack() as files:
        customers, risks, segments = (
            files.enter_context(row_groups(path))
            for path in (
                shop.work / SCORED, output / artefacts.RISKS.name, output / artefacts.SEGMENTS.name
            )
        )  # fmt: skip
        flags = files.enter_context((output / "flags.csv").open("wb"))
        chunks = ((chunk,) for chunk in bar("risk", read_row_groups(shop.work / BASE, ID)))
        for scored in shop.run(score_chunk, chunks):
            if len(scored.customers):  # nobody of a chunk may be regular
                since = record.since_message(scored.customers[ID]).astype(float)
                customers.append(scored.customers.assign(**{SINCE: since}))
                risks.append(scored.customers[RISKS])
                segments.append(scored.customers[[ID, "segment"]])
            if month.tally is None:
                flags.write(csv_header(scored.flags))
            flags.write(csv_lines(harmless_rows(scored.flags)))
            month.tally = month.tally + scored.tally if month.tally else scored.tally
            month.leavers += scored.leavers
            month.known += int(scored.customers[KNOWN].sum())
            month.flagged += len(scored.flags)
            for flag, rows in scored.flags.groupby("flag"):
                month.flags[str(flag)] += rows[ID].nunique()
    return month
