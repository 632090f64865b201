"""What a fit and a score cost by rows: `python benchmarks/cost.py [--write] [--models svc knn]`.

Each model of conf/model, its parameters in the middle of their ranges, is fitted in the pipeline of
the other choices (`--choices sampler=smote`) on growing numbers of rows of a generated store, a
fresh process a fit, until one takes longer than `--most-seconds`. A row a fit: seconds of CPU,
microseconds a scored row, megabytes that the process grew by. Then the line `_cost_` of the model's
file: of the largest fit, and of how much it grew from one of a quarter of the rows; `--write` puts
it there.
"""

import argparse
import math
import multiprocessing
import re
import resource
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import psutil

from one_click import artefacts
from one_click.choices.composing import composed
from one_click.choices.menu import read_menu
from one_click.columns import FEATURES, TABLES, TARGET
from one_click.customers.generated import draw_store, table_csv
from one_click.customers.parts import is_learned
from one_click.customers.preparation import prepared
from one_click.risk.model.pipeline import build_pipeline
from one_click.risk.model.scoring import scores
from one_click.risk.model.specs import searched_arguments
from one_click.running import writing
from one_click.running.stage import run
from one_click.settings.whole import Params, checked

MODELS = artefacts.CONF / "model"
SCORED = 5_000  # rows of a call: what a call costs beside its rows is lost among them


class Fit(NamedTuple):
    """What was measured of one."""

    rows: int
    seconds: float
    microseconds: float
    megabytes: float


def middle(argument: dict) -> float | int | str:
    """The middle of a range, on its scale, or of choices."""
    if "choices" in argument:
        return argument["choices"][len(argument["choices"]) // 2]
    low, high = argument["low"], argument["high"]
    value = math.sqrt(low * high) if argument.get("log") else (low + high) / 2
    return round(value) if isinstance(low, int) and isinstance(high, int) else value


def all_models(choices: dict[str, str], names: list[str]) -> Params:
    """The choices of the menu, some of them others, with these candidates."""
    menu = read_menu(artefacts.MENU) | {"candidates": names, "ensembles": [], "set": {}}
    return checked(composed(menu | choices, artefacts.CONF), "the menu")


def store(params: Params, rows: int) -> pd.DataFrame:
    """So many rows to learn from, of a generated store."""
    tables, _ = draw_store(round(rows * 1.05) + 100, params.sample.seed)
    with tempfile.TemporaryDirectory() as folder:
        for key, frame in tables.items():
            (Path(folder) / TABLES[key].file).write_bytes(table_csv(key, frame))
        customers = prepared(Path(folder), params.cleaning, params.split)[0]
    return customers[is_learned(customers)].sample(rows, random_state=0, ignore_index=True)


def fit(params: Params, name: str, learned: pd.DataFrame) -> Fit:
    """Fit a candidate once, score some rows."""
    pipeline = build_pipeline(params, name)
    searched = searched_arguments(params.candidates[name])
    pipeline.set_params(**{f"model__{key}": middle(value) for key, value in searched.items()})
    before, start = psutil.Process().memory_info().rss, time.process_time()
    pipeline.fit(learned[list(FEATURES)], learned[TARGET].to_numpy())
    seconds = time.process_time() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    scored = learned[list(FEATURES)].sample(SCORED, replace=True, random_state=1)
    start = time.process_time()
    scores(pipeline, scored)
    microseconds = (time.process_time() - start) / SCORED * 1e6
    return Fit(len(learned), seconds, microseconds, max(grown / 1e6, 1.0))


def fits(params: Params, name: str, learned: pd.DataFrame, most_seconds: float) -> list[Fit]:
    """Fits of a candidate on twice as many rows each, a process a fit."""
    measured: list[Fit] = []
    rows = 1_250
    while rows <= len(learned) and (not measured or measured[-1].seconds <= most_seconds):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            measured.append(pool.apply(fit, (params, name, learned.head(rows))))
        last = measured[-1]
        print(
            f"{name:<24}{rows:>8,}{last.seconds:>10.2f}{last.microseconds:>10.1f}"
            f"{last.megabytes:>10.0f}",
            flush=True,
        )
        rows *= 2
    return measured


def cost_line(measured: list[Fit]) -> str:
    """A model's line: its largest fit, and exponents from the one of a quarter of the rows."""
    quarter, _, last = measured[-3:]
    values: dict[str, float] = {"rows": last.rows}
    for key, exponent, one, two in (
        ("fit_seconds", "fit_exponent", quarter.seconds, last.seconds),
        ("score_microseconds", "score_exponent", quarter.microseconds, last.microseconds),
        ("memory_mb", "memory_exponent", quarter.megabytes, last.megabytes),
    ):
        values[key] = float(f"{two:.2g}")
        values[exponent] = round(min(max(math.log(two / one, 4), 0.0), 3.0), 1)
    return "_cost_: {" + ", ".join(f"{key}: {value:g}" for key, value in values.items()) + "}"


def put(path: Path, line: str) -> None:
    """Put the line into a model's file, in the place of an earlier one or below `_complexity_`."""
    text = re.sub(r"^_cost_:.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = re.sub(r"^(_complexity_:.*\n)", rf"\1{line}\n", text, count=1, flags=re.MULTILINE)
    writing.write_text(path, text)


def main() -> None:
    """Measure each model, print the table and the lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    every = sorted(path.stem for path in MODELS.glob("*.yaml"))
    parser.add_argument("--models", nargs="+", choices=every, default=every)
    parser.add_argument("--choices", nargs="*", default=[], help="GROUP=CHOICE, of params.yaml")
    parser.add_argument("--rows", type=int, default=80_000, help="at most; 5,000 or more")
    parser.add_argument("--most-seconds", type=float, default=5.0, help="no larger fit after it")
    parser.add_argument("--write", action="store_true", help="into conf/model")
    arguments = parser.parse_args()
    choices = dict(choice.split("=", 1) for choice in arguments.choices)
    params = all_models(choices, arguments.models)
    learned = store(params, arguments.rows)
    print(f"{'':<24}{'rows':>8}{'seconds':>10}{'us a row':>10}{'MB':>10}")
    for name in arguments.models:
        line = cost_line(fits(params, name, learned, arguments.most_seconds))
        print(line, flush=True)
        if arguments.write:
            put(MODELS / f"{name}.yaml", line)


if __name__ == "__main__":
    run(main)
