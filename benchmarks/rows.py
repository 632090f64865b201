"""Customers that are learned from, as a plain table for a tool of another environment.

python benchmarks/rows.py --tables FOLDER --output FILE.csv
"""

import argparse
from pathlib import Path

from one_click.columns import FEATURES, ID, TARGET
from one_click.customers.parts import is_learned
from one_click.customers.preparation import prepared
from one_click.running import writing
from one_click.running.lock import load
from one_click.running.stage import run
from one_click.stages.prepare import Settings


def main() -> None:
    """Read the tables, write the rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    params = load(Settings)
    everyone = prepared(arguments.tables, params.cleaning, params.split)[0]
    learned = everyone[is_learned(everyone)]
    writing.keep_from_git(arguments.output)
    writing.write_csv(arguments.output, learned[[ID, TARGET, *FEATURES]], digits=12)


if __name__ == "__main__":
    run(main)
