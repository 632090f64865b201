"""A generated store, so that a fresh clone runs: the four raw tables and the true risk.

Enter: a number of customers and a seed. Leave: the four raw tables, with the blemishes of a real
export, and the exact probability of a decline of each customer (`customers.generated`).
"""

from dataclasses import dataclass

from one_click import artefacts
from one_click.columns import TABLES
from one_click.customers.generated import draw_store, table_csv
from one_click.running import writing
from one_click.running.lock import load
from one_click.running.stage import run_stage
from one_click.settings.customers import Sample


@dataclass
class Settings:
    """How many customers the generated store has."""

    sample: Sample


def main() -> None:
    sample = load(Settings).sample
    tables, truth = draw_store(sample.customers, sample.seed)
    for key, frame in tables.items():
        writing.write_bytes(artefacts.SAMPLE / TABLES[key].file, table_csv(key, frame))
    writing.write_parquet(artefacts.SAMPLE_TRUTH, truth)


if __name__ == "__main__":
    run_stage(main)
