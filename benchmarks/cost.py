"""What a fit and a score cost by rows: `python benchmarks/cost.py --write` (Linux).

Each model of conf/model, its parameters in the middle of their ranges, is fitted in the pipeline of
the other choices (`--choices features=polynomial`), and each sampler that makes customers up before
a model that costs nothing, on growing numbers of rows of a generated store, a fresh process a fit,
until one takes longer than `--most-seconds`. A row a fit: seconds of CPU,
microseconds a scored row, megabytes that the process grew by. Then the line `_cost_` of its
file: of the largest fit, and of how much it grew from one of a quarter of the rows; `--write` puts
it there. `--study 10000 150000` measures nothing: by those lines, what `tune` reckons with.
"""

import argparse
import math
import multiprocessing
import re
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from joblib import cpu_count
from sklearn.base import clone

from one_click import artefacts
from one_click.choices.composing import composed
from one_click.choices.menu import read_menu
from one_click.columns import FEATURES, TABLES, TARGET
from one_click.customers.generated import draw_store, table_csv
from one_click.customers.parts import is_learned
from one_click.customers.preparation import prepared
from one_click.reasons.forests import is_forest
from one_click.reasons.structure import is_additive
from one_click.risk.cost import Rows, Study, rounded
from one_click.risk.model.pipeline import build_pipeline
from one_click.risk.model.scoring import scores
from one_click.risk.model.specs import searched_arguments
from one_click.risk.tuning.tuned import candidate_search
from one_click.running import writing
from one_click.running.stage import run
from one_click.settings.whole import Params, checked

MODELS = artefacts.CONF / "model"
SAMPLERS = artefacts.CONF / "sampler"
SMALLEST = 1_250  # rows
SCORED = 5_000  # rows of a call: what a call costs beside its rows is lost among them


class Fit(NamedTuple):
    """What was measured of one."""

    rows: int
    seconds: float
    microseconds: float
    megabytes: float
    reasons: str


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


def peak_mb() -> float:
    """The most memory that the process has had."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024 / 1e6


def fit(params: Params, name: str, learned: pd.DataFrame) -> Fit:
    """Fit a candidate once, score some rows; an earlier fit has imported what is needed."""
    pipeline = build_pipeline(params, name)
    searched = searched_arguments(params.candidates[name])
    pipeline.set_params(**{f"model__{key}": middle(value) for key, value in searched.items()})
    few = learned.head(SMALLEST // 2)
    clone(pipeline).fit(few[list(FEATURES)], few[TARGET].to_numpy())
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew: proc(5)
    before, start = peak_mb(), time.process_time()
    pipeline.fit(learned[list(FEATURES)], learned[TARGET].to_numpy())
    seconds, grown = time.process_time() - start, peak_mb() - before
    scored = learned[list(FEATURES)].sample(SCORED, replace=True, random_state=1)
    start = time.process_time()
    scores(pipeline, scored)
    microseconds = (time.process_time() - start) / SCORED * 1e6
    additive = bool(is_additive(learned[list(FEATURES)].dropna(), pipeline).all())
    reasons = "terms" if additive else "trees" if is_forest(pipeline) else "orders"
    return Fit(len(learned), seconds, microseconds, max(grown, 1.0), reasons)


def fits(
    params: Params, name: str, learned: pd.DataFrame, most_seconds: float, shown: str
) -> list[Fit]:
    """Fits of a candidate on twice as many rows each, a process a fit; shown by another name."""
    measured: list[Fit] = []
    rows = SMALLEST
    while rows <= len(learned) and (not measured or measured[-1].seconds <= most_seconds):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            measured.append(pool.apply(fit, (params, name, learned.head(rows))))
        last = measured[-1]
        print(
            f"{shown:<24}{rows:>8,}{last.seconds:>10.2f}{last.microseconds:>10.1f}"
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
    more = "" if last.reasons == "orders" else f", reasons: {last.reasons}"
    return (
        "_cost_: {" + ", ".join(f"{key}: {value:g}" for key, value in values.items()) + more + "}"
    )


def put(path: Path, line: str) -> None:
    """Put the line into a file, in the place of an earlier one or below the project's own key."""
    text = re.sub(r"^_cost_:.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = re.sub(
        r"^(_(?:complexity|stands)_:.*\n)", rf"\1{line}\n", text, count=1, flags=re.MULTILINE
    )
    writing.write_text(path, text)


def print_study(params: Params, names: list[str], sizes: list[int]) -> None:
    """Hours of one core and memory of a candidate's whole study, by training rows."""
    print(f"{'':<24}" + "".join(f"{f'{size:,} rows':>22}" for size in sizes))
    for name in names:
        cells = []
        for size in sizes:
            learned = round(size / (1 - params.split.test_share))
            planned = candidate_search(params, name).planned(size)
            study = Study(planned, params.folds, params.predict, cpu_count())
            rows, costs = Rows(size, learned, learned), [params.costs[name]]
            hours = sum(study.hours(costs, rows).values())
            cells.append(f"{rounded(hours)} h {rounded(study.memory_mb(costs, rows) / 1000)} GB")
        print(f"{name:<24}" + "".join(f"{cell:>22}" for cell in cells))


def main() -> None:
    """Measure each model and sampler, print the table and the lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    models = sorted(path.stem for path in MODELS.glob("*.yaml"))
    samplers = sorted(path.stem for path in SAMPLERS.glob("*.yaml"))
    costly = [name for name in samplers if name.startswith(("smote", "adasyn"))]
    parser.add_argument("--models", nargs="*", choices=models, default=models)
    parser.add_argument("--samplers", nargs="*", choices=samplers, default=costly)
    parser.add_argument("--choices", nargs="*", default=[], help="GROUP=CHOICE, of params.yaml")
    parser.add_argument("--rows", type=int, default=80_000, help="at most; 5,000 or more")
    parser.add_argument("--most-seconds", type=float, default=5.0, help="no larger fit after it")
    parser.add_argument("--write", action="store_true", help="into conf/")
    parser.add_argument("--study", type=int, nargs="+", help="training rows; nothing is measured")
    arguments = parser.parse_args()
    if arguments.study:
        print_study(all_models({}, arguments.models), arguments.models, arguments.study)
        return
    choices = dict(choice.split("=", 1) for choice in arguments.choices)
    learned = store(all_models(choices, ["dummy"]), arguments.rows)
    print(f"{'':<24}{'rows':>8}{'seconds':>10}{'us a row':>10}{'MB':>10}")
    parts = [(MODELS / f"{name}.yaml", name, choices) for name in arguments.models]
    parts += [
        (SAMPLERS / f"{name}.yaml", "dummy", choices | {"sampler": name})
        for name in arguments.samplers
    ]
    for path, candidate, chosen in parts:
        params = all_models(chosen, [candidate])
        line = cost_line(fits(params, candidate, learned, arguments.most_seconds, path.stem))
        print(line, flush=True)
        if arguments.write:
            put(path, line)


if __name__ == "__main__":
    run(main)
