"""What a month of millions costs, against the bare limits of its parts, in one run.

    python benchmarks/scale.py [--customers 1300 200000 1000000 4000000] [--reasons planned]
                               [--stores FOLDER]

Run in the project's folder after `make repro`, with the models that are to be measured: a linear
one by `candidates: [dummy, logistic]` and `ensembles: []` in params.yaml. Each month is a generated
store; `--stores` keeps them for the next run. The budget and the caps grow with the customers, so
that some 4 % of them get an offer.

ours      `one-click score`: read, checked, scored, explained, planned, written
duckdb    DuckDB reads the four tables without a check, pivots, joins, sorts and writes them
predict   the model's bare scores of the base, in one process
bound     the prices of the limits, which bound what any plan can bring

Each in a process of its own. Prints CPU seconds (of children too), seconds by the clock, the peak
MiB of the largest process, and for ours customers explained and offers made; then the exponents by
which CPU and memory grow from each size to the next.
"""

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from one_click import artefacts
from one_click.columns import COLUMNS, FEATURES, RAW_ID, TABLES
from one_click.settings.offers import Campaign

CUSTOMERS = (1_300, 200_000, 1_000_000, 4_000_000)
OF_STUDY = 1_300  # customers that the campaign of the study is for
LEANER = 0.1  # of its budget and caps: some 4 % of the customers get an offer
SEED = 77
KIB_PER_MIB = 1024
PARTS = ("ours", "duckdb", "predict", "bound")


def store_of(customers: int, stores: Path) -> Path:
    """The folder of the four tables of a generated store, made where it is not there."""
    from one_click.customers.generated import draw_store, table_csv

    folder = stores / str(customers)
    if not folder.exists():
        frames, _ = draw_store(customers, SEED)
        unfinished = stores / f".{customers}"
        unfinished.mkdir(parents=True, exist_ok=True)
        for key, frame in frames.items():
            (unfinished / TABLES[key].file).write_bytes(table_csv(key, frame))
        unfinished.rename(folder)
    return folder


def grown(campaign: Campaign, customers: int) -> Campaign:
    """The campaign with the budget and the caps of so many customers."""
    times = LEANER * customers / OF_STUDY
    caps = {channel: math.ceil(cap * times) for channel, cap in campaign.caps.items()}
    return replace(campaign, budget=campaign.budget * times, caps=caps)


def ours(tables: Path, work: Path, customers: int, reasons: str) -> dict:
    """Score the month."""
    from one_click.commands import score

    campaign = grown(score.chosen_campaign(None), customers)
    score.chosen_campaign = lambda name: campaign
    sys.argv = ["score", "--tables", str(tables), "--output", str(work / "scored")]
    sys.argv += ["--reasons", reasons]
    score.main()
    import pyarrow.parquet as pq

    explained = pq.read_table(work / "scored" / artefacts.REASONS.name, columns=["base_value"])
    plan = json.loads((work / "scored" / "drift.json").read_text(encoding="utf-8"))["plan"]
    return {
        "explained": explained.num_rows - explained["base_value"].null_count,
        "offers": plan["offers"],
    }


def bare_join(tables: Path, work: Path) -> dict:
    """Read, pivot, join, sort and write, as if nothing could be wrong with the tables."""
    import duckdb

    files = {key: f"read_csv('{tables / table.file}') AS {key}" for key, table in TABLES.items()}
    monthly = [key for key, table in TABLES.items() if table.period]
    pivots = {
        key: ", ".join(
            f'max("{c.raw}") FILTER ("{TABLES[key].period}" = \'{c.month.raw}\') AS {c.name}'
            for c in COLUMNS
            if c.table == key and c.month
        )
        for key in monthly
    }
    query = f"SELECT * FROM {files['customers']} JOIN {files['profit']} USING ({RAW_ID})"
    for key in monthly:
        query += (
            f" JOIN (SELECT {RAW_ID}, {pivots[key]} FROM {files[key]} GROUP BY {RAW_ID})"
            f" USING ({RAW_ID})"
        )
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query} ORDER BY {RAW_ID}) TO '{work / 'bare.parquet'}'")
    return {}


def predict(base: Path) -> dict:
    """The model's scores of the base, row group by row group."""
    from one_click.risk.model.model_files import model_of
    from one_click.risk.model.scoring import scores
    from one_click.running.row_groups import read_row_groups

    model = model_of(artefacts.MODEL, artefacts.MODEL.read_bytes())
    for chunk in read_row_groups(base):
        scores(model, chunk[list(FEATURES)])
    return {}


def bound(gains: Path, customers: int) -> dict:
    """Prices of the limits for net gains, NaN where an offer is not to be made."""
    from one_click.commands.score import chosen_campaign
    from one_click.offers.limits import limits_of
    from one_click.offers.planning import FULL, planner_of

    campaign = grown(chosen_campaign(None), customers)
    limits = limits_of(campaign, campaign.budget)
    planner_of(np.load(gains), limits.use).dual.prices(limits.most, FULL.dual)
    return {}


def prepare_parts(tables: Path, work: Path, customers: int) -> None:
    """Leave the base, and net gains of about the plan's kind, for the parts that take them."""
    from one_click.commands.score import Settings, chosen_campaign
    from one_click.monthly.base import write_base
    from one_click.running.lock import load

    write_base(tables, work / "base.parquet", "--tables", load(Settings).scale)
    campaign, draws = chosen_campaign(None), np.random.default_rng(SEED)
    cost = np.array([offer.cost for offer in campaign.offers.values()])
    effect = np.array([offer.effect.expected for offer in campaign.offers.values()])
    at_risk = draws.random(customers) * draws.normal(4, 1, customers).clip(0) * campaign.months
    gain = at_risk[:, None] * campaign.profit_share_lost * effect - cost
    gain[(gain < campaign.smallest_net_gain) | (draws.random(gain.shape) < 0.5)] = np.nan
    np.save(work / "gains.npy", gain)


def run_part(part: str, tables: Path, work: Path, customers: int, reasons: str) -> None:
    """Run one part in this process and print what it took."""
    start = time.perf_counter()
    figures = {
        "ours": lambda: ours(tables, work, customers, reasons),
        "duckdb": lambda: bare_join(tables, work),
        "predict": lambda: predict(work / "base.parquet"),
        "bound": lambda: bound(work / "gains.npy", customers),
        "prepare": lambda: prepare_parts(tables, work, customers) or {},
    }[part]()
    used = [resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    figures |= {
        "cpu": sum(of.ru_utime + of.ru_stime for of in used),
        "seconds": time.perf_counter() - start,
        "mib": max(of.ru_maxrss for of in used) / KIB_PER_MIB,
    }
    print(json.dumps(figures))


def measured(part: str, tables: Path, work: Path, customers: int, reasons: str) -> dict:
    """What a part took in a process of its own."""
    command = [sys.executable, __file__, "--part", part, "--tables", str(tables)]
    command += ["--work", str(work), "--customers", str(customers), "--reasons", reasons]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(lines.splitlines()[-1])


def main() -> None:
    """Print a line a size and part, then the exponents."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, nargs="+", default=CUSTOMERS)
    parser.add_argument("--reasons", default="planned", choices=("all", "addressed", "planned"))
    parser.add_argument("--stores", type=Path)
    parser.add_argument("--part", choices=(*PARTS, "prepare"), help=argparse.SUPPRESS)
    parser.add_argument("--tables", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        run_part(asked.part, asked.tables, asked.work, asked.customers[0], asked.reasons)
        return
    rows: dict[tuple[str, int], dict] = {}
    print("customers part        CPU s   seconds  peak MiB  explained    offers", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for customers in sorted(asked.customers):
            tables = store_of(customers, asked.stores or Path(folder) / "stores")
            with tempfile.TemporaryDirectory(dir=folder) as work:
                measured("prepare", tables, Path(work), customers, asked.reasons)
                for part in PARTS:
                    row = measured(part, tables, Path(work), customers, asked.reasons)
                    rows[part, customers] = row
                    more = "".join(f"{row[n]:>11,}" for n in ("explained", "offers") if n in row)
                    print(
                        f"{customers:9,} {part:8} {row['cpu']:8.1f} {row['seconds']:9.1f}"
                        f" {row['mib']:9.0f}{more}",
                        flush=True,
                    )
    sizes = sorted(asked.customers)
    for small, large in pairwise(sizes):
        times = math.log(large / small)
        for part in PARTS:
            one, other = rows[part, small], rows[part, large]
            cpu, mib = (math.log(other[n] / one[n]) / times for n in ("cpu", "mib"))
            print(f"{small:,} to {large:,} {part}: CPU n^{cpu:.2f}, peak MiB n^{mib:.2f}")


if __name__ == "__main__":
    main()
