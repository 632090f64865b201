"""What experiments cost: `python benchmarks/experiments.py`, on the generated store.

Prints seconds of a `dvc repro` of which nothing changed, with one choice changed, switched back; of
a job of a sweep beside the bare commands of its stages; of a grid of jobs one after another and
with two workers. In copies of this checkout's HEAD with caches of their own, removed at the end.
"""

import argparse
import csv
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml
from omegaconf import OmegaConf

from one_click.experiments.graph import needed, stages

ROOT = Path(__file__).parents[1]
SCALERS = ("none", "minmax", "robust", "power", "quantile", "standard")


def call(*words: str, folder: Path, **more: str) -> float:
    """Run a command; its seconds."""
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")} | more
    began = time.perf_counter()
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{shlex.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - began


def project(folder: Path, changes: dict) -> Path:
    """A copy of HEAD with a cache of its own; all stages have run there, as a sweep asks for."""
    call("git", "clone", "-q", str(ROOT), str(folder), folder=ROOT)
    choose_in(folder, changes)
    call("dvc", "repro", "-q", folder=folder)
    who = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org")
    call("git", "add", "-A", folder=folder)
    call("git", *who, "commit", "-q", "--allow-empty", "-m", "as measured", folder=folder)
    call("git", "config", "user.name", "benchmark", folder=folder)
    call("git", "config", "user.email", "benchmark@example.org", folder=folder)
    return folder


def choose_in(folder: Path, changes: dict) -> None:
    """Change choices of a copy's menu."""
    path = folder / "params.yaml"
    menu = yaml.safe_load(path.read_text(encoding="utf-8")) | changes
    path.write_text(yaml.safe_dump(menu), encoding="utf-8")


def bare(folder: Path, override: str) -> float:
    """Seconds of the commands of a job's stages alone, without DVC."""
    key, _, value = override.partition("=")
    choose_in(folder, {key: value})
    menu = OmegaConf.to_container(OmegaConf.load(folder / "params.yaml"))
    pipeline = yaml.safe_load((folder / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    names = needed(stages(folder / "dvc.yaml", menu), "choose") - {"sample", "prepare"}
    tuned = sorted(name.partition("@")[2] for name in names if name.startswith("tune@"))
    commands = [pipeline["compose"]["cmd"]]
    commands += [pipeline["tune"]["do"]["cmd"].replace("${item}", name) for name in tuned]
    commands.append(pipeline["choose"]["cmd"])
    return sum(call("sh", "-c", command, folder=folder) for command in commands)


def sweep(folder: Path, *words: str) -> float:
    """Seconds of a sweep."""
    return call(sys.executable, "-m", "one_click", "sweep", "-m", *words, folder=folder)


def told(what: str, seconds: float, more: str = "") -> None:
    """Print a line of the table."""
    print(f"{what:<48}{seconds:>8.1f} s  {more}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--candidates", default="", help="logistic,svc instead of the menu's")
    parser.add_argument("--jobs", type=int, default=12, help="of the grid, at most 12")
    given = parser.parse_args()
    changes = {}
    if given.candidates:
        changes = {"ensembles": [], "candidates": given.candidates.split(",")}
    scalers = SCALERS[: max(1, given.jobs // 2)]
    grid = [f"scaler={','.join(scalers)}", "sampler=random_over,random_under"]
    place = Path(tempfile.mkdtemp(prefix="experiments_"))
    try:
        one = project(place / "one", changes)
        told("dvc repro, nothing changed", call("dvc", "repro", "-q", "choose", folder=one))
        choose_in(one, {"scaler": "minmax"})
        told("dvc repro, one choice changed", call("dvc", "repro", "-q", "choose", folder=one))
        choose_in(one, {"scaler": "standard"})
        told("dvc repro, switched back", call("dvc", "repro", "-q", "choose", folder=one))
        call("git", "checkout", "-q", ".", folder=one)
        whole = sweep(one, "scaler=robust")
        with (one / "reports/sweep.csv").open(encoding="utf-8") as file:
            job = float(next(csv.DictReader(file))["seconds"])
        work = bare(one, "scaler=robust")
        told("the bare commands of a job's stages", work)
        told("a job of a sweep", job, f"{job - work:+.1f} s beyond them")
        told("a sweep of this one job, with its table", whole)
        call("git", "checkout", "-q", ".", folder=one)
        told("the same sweep again", sweep(one, "scaler=robust"))
        serial = sweep(project(place / "serial", changes), *grid)
        told(f"{2 * len(scalers)} jobs, one after another", serial)
        two = ("hydra/launcher=joblib", "hydra.launcher.n_jobs=2")
        parallel = sweep(project(place / "parallel", changes), *grid, *two)
        ratio = f"{serial / parallel:.2f} times as fast"
        told(f"{2 * len(scalers)} jobs, two workers", parallel, ratio)
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
