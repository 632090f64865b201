"""Seconds and memory of scoring a new month, by its number of customers.

    python benchmarks/score.py [--customers 1300 10000 100000]

Run in the project's folder after `make repro`. Each month is a generated store, read, scored,
explained where the campaign addresses (`--reasons addressed`), planned and written by
`python -m one_click score` in a process of its own. Prints a line a month: seconds, peak memory,
and both over those of the first month.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from one_click.columns import TABLES
from one_click.customers.generated import draw_store, table_csv

CUSTOMERS = (1_300, 10_000, 100_000)
SEED = 77
KIB_PER_MIB = 1024


def write_month(folder: Path, customers: int) -> None:
    """Write the four tables of a generated store."""
    frames, _ = draw_store(customers, SEED)
    folder.mkdir()
    for key, frame in frames.items():
        (folder / TABLES[key].file).write_bytes(table_csv(key, frame))


def measured(tables: Path, output: Path) -> tuple[float, float]:
    """Seconds of one run, and the peak MiB of any run so far: months grow."""
    command = [sys.executable, "-m", "one_click", "score", "--tables", str(tables)]
    command += ["--output", str(output), "--reasons", "addressed"]
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KIB_PER_MIB


def main() -> None:
    """Print a line a month."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, nargs="+", default=CUSTOMERS)
    first = None
    print("customers seconds over-first peak-MiB over-first", flush=True)
    for customers in sorted(parser.parse_args().customers):
        with tempfile.TemporaryDirectory() as folder:
            tables = Path(folder) / "tables"
            write_month(tables, customers)
            seconds, peak = measured(tables, Path(folder) / "output")
        first = first or (seconds, peak)
        print(
            f"{customers} {seconds:.1f} {seconds / first[0]:.2f} {peak:.0f} {peak / first[1]:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
