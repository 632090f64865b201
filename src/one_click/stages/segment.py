"""Risk x profit: exactly one segment a customer.

Enters: out-of-fold risks and customers. Leaves: `data/segments.parquet`, the segments' profiles
beside the whole base, and how many would change segment if a cut moved.
"""

from dataclasses import asdict, dataclass

from one_click import artefacts
from one_click.columns import ID, PROFIT
from one_click.running import saved, writing
from one_click.running.lock import load
from one_click.running.stage import run_stage
from one_click.segments.cuts import (
    cuts_of,
    segment_by_customer,
    sensitivity,
)
from one_click.segments.profiles import segment_figures
from one_click.settings.segments import Segments


@dataclass
class Settings:
    """Cuts of risk and profit."""

    segments: Segments


def main() -> None:
    settings = load(Settings).segments
    choice = saved.figures(artefacts.CHOICE)
    risks = saved.table(artefacts.RISKS)[[ID, "risk", "risk_low", "risk_high"]]
    customers = saved.table(artefacts.CUSTOMERS).merge(risks, on=ID, validate="1:1")
    if losses := int((customers[PROFIT] < 0).sum()):
        print(f"warning: {losses} customers have a profit below zero: it counts as none at risk")
    cuts, notes = cuts_of(customers, choice["threshold"], settings)
    customers["segment"] = segment_by_customer(customers["risk"], customers[PROFIT], cuts)
    moves = sensitivity(customers, cuts, settings.moves)
    figures = segment_figures(customers, cuts, moves, settings.confidence) | notes
    writing.write_parquet(artefacts.SEGMENTS, customers[[ID, "segment"]])
    writing.write_text(artefacts.SENSITIVITY_PLOT, moves.round(4).to_csv(index=False))
    exact = asdict(cuts)  # as they are: new customers meet them
    writing.write_json(artefacts.SEGMENT_METRICS, writing.rounded(figures) | exact, digits=None)


if __name__ == "__main__":
    run_stage(main)
