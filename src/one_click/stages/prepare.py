"""Four raw tables in, one row a customer out: `data/customers.parquet`.

Enters: the folder `tables`. Leaves: customers with code names, months as columns, `declined` (1 =
decline), `contact_allowed`, `part` (train, test or aside; spare where
`learn.rows` are fewer than there are) and `twin_of` (the learned copy of a twin that stands
aside). Rows stand in the order of their content, so that neither ids nor the order of a file can
reach a split or a model. Only customers who are not regular leave.
"""

from dataclasses import dataclass
from pathlib import Path

from one_click import artefacts
from one_click.customers.preparation import check_enough, prepared
from one_click.running import writing
from one_click.running.lock import at, load
from one_click.running.stage import run_stage
from one_click.settings.customers import Cleaning, Learn, Split


@dataclass
class Settings:
    """Which tables, and who of them is learned from."""

    tables: str
    cleaning: Cleaning
    split: Split
    learn: Learn
    folds: int = at("folds.splits")


def main() -> None:
    params = load(Settings)
    customers, metrics = prepared(Path(params.tables), params.cleaning, params.split, params.learn)
    check_enough(customers, params.split, params.folds)
    writing.write_parquet(artefacts.CUSTOMERS, customers)
    writing.write_json(artefacts.PREPARE_METRICS, metrics)


if __name__ == "__main__":
    run_stage(main)
