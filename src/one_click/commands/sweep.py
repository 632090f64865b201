"""Run a grid of choices, each a DVC experiment.

Enters: overrides of params.yaml, in Hydra's grammar (lists, ranges, `glob(*)`), as in
`one-click sweep -m sampler=none,smote`. Leaves: one experiment a job in `dvc exp show`,
`reports/sweep.csv`, `reports/sweep.png`. The job is a plain Hydra task function:
`hydra/launcher=joblib` runs them side by side, `hydra/launcher=submitit_slurm` on a cluster. It
returns the cross-validated score of `choose`; test rows are not met.

`sweep.upto=offer` runs the stages up to another one, `sweep.force=true` runs again what has been
run, `sweep.table=false` leaves the table to `one-click leaderboard multirun/...`.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import hydra
from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from one_click import artefacts
from one_click.choices.lock import lock_text
from one_click.choices.menu import read_menu
from one_click.experiments.graph import needed, shared, stages
from one_click.experiments.jobs import (
    Job,
    defaults,
    differing_sections,
    expanded,
    is_own,
    made,
    name,
    spelled,
)
from one_click.experiments.records import RECORD, records
from one_click.experiments.snapshot import Snapshot, check_place, command, read, snapshot
from one_click.running import writing
from one_click.running.errors import InputError
from one_click.running.stage import run

LOSSES = ("log_loss", "brier")  # metrics of `choice` of which less is better


def refs(place: Path | str = ".") -> dict[str, str]:
    """Experiments' refs and their commits."""
    listed = command(
        "git", "for-each-ref", "refs/exps", "--format=%(refname) %(objectname)", folder=place
    )
    return dict(line.split() for line in listed.splitlines())


def existing(copy: Snapshot, job: Job, wanted: str) -> str | None:
    """The experiment that was made of these very choices, whatever its name begins with.

    Raises
    ------
    InputError
        Where the name is taken by an experiment of other choices.
    """
    digest = wanted.rpartition("-")[2]
    for ref in refs():
        if ref.startswith(copy.ref("")) and ref.endswith(f"-{digest}"):
            if command("git", "show", f"{ref}:{artefacts.CONF_LOCK}") == lock_text(job.config):
                return ref
            taken = ref.rpartition("/")[2]
            raise InputError(f"the name {taken} is taken: dvc exp remove {taken}")
    return None


def objective(ref: str) -> float:
    """The cross-validated score of the candidate that `choose` kept in an experiment."""
    chosen = json.loads(command("git", "show", f"{ref}:{artefacts.CHOOSE_METRICS}"))
    return chosen["candidates"][chosen["chosen"]]["value"]


def problem(log: str) -> str:
    """What to tell of an experiment that failed: the stage's own words, or else DVC's."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    for mark in ("error: ", "ERROR: ", ""):
        if told := [line for line in lines if line.startswith(mark)]:
            return told[0 if mark == "error: " else -1].removeprefix(mark)
    return "dvc said nothing"


def experiment(
    copy: Snapshot,
    overrides: tuple[str, ...],
    called: str,
    targets: list[str],
    log: Path,
    workers: int,
) -> None:
    """Run one experiment in the copy.

    Raises
    ------
    InputError
        Where it fails.
    """
    sets = [word for override in overrides for word in ("-S", override)]
    words = ["dvc", "--wait-for-lock", "exp", "run", "--temp", "--name", called, *sets, *targets]
    cores = max(1, (os.cpu_count() or 1) // workers)
    env = os.environ | {
        "LOKY_MAX_CPU_COUNT": os.environ.get("LOKY_MAX_CPU_COUNT", str(cores)),
        "DVC_SITE_CACHE_DIR": str(Path(copy.folder) / "site"),
    }
    with log.open("w", encoding="utf-8") as out:
        child = subprocess.Popen(
            words, cwd=copy.clone, env=env, stdin=subprocess.DEVNULL, stdout=out,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        mark = Path(copy.folder) / "running" / str(child.pid)  # its process group: see snapshot
        mark.touch()
        try:
            code = child.wait()
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        finally:
            mark.unlink(missing_ok=True)
    if code:
        raise InputError(problem(log.read_text(encoding="utf-8", errors="replace")))


def brought_home(copy: Snapshot, called: str, force: bool) -> str:
    """Fetch an experiment from the copy into the project; its ref.

    Two sweeps may have made it at once: then the first one stays.
    """
    ref = copy.ref(called)
    sign = "+" if force or ref not in refs() else ""
    quiet = ("--quiet", "--no-write-fetch-head", "--no-auto-maintenance", "--no-tags")
    try:
        command("git", "fetch", *quiet, str(copy.clone), f"{sign}{ref}:{ref}")
    except InputError:
        if ref not in refs():
            raise
    return ref


def workers() -> int:
    """How many jobs the launcher runs at once, as far as it says."""
    jobs = HydraConfig.get().launcher.get("n_jobs", 1)
    return (os.cpu_count() or 1) if jobs == -1 else max(1, jobs)


def done(config: DictConfig) -> dict:
    """Run a job, or find its experiment; what became of it."""
    place = Path(HydraConfig.get().runtime.output_dir)
    copy = read(config.sweep.folder)
    overrides = [o for o in HydraConfig.get().overrides.task if not is_own(o)]
    record = {"overrides": overrides, "name": "", "state": "failed", "seconds": None}
    started = time.perf_counter()
    try:
        job = made(overrides, copy.menu(), copy.conf)
        record["name"] = called = name(job, copy.base)
        if ref := existing(copy, job, called):
            record["name"] = called = ref.rpartition("/")[2]
        if ref and not config.sweep.force:
            record["state"] = "kept"
        else:
            experiment(copy, job.overrides, called, [copy.upto], place / "dvc.log", workers())
            ref = brought_home(copy, called, config.sweep.force)
            record |= {"state": "done", "seconds": time.perf_counter() - started}
        record |= {"ref": ref, "commit": refs()[ref], "objective": objective(ref)}
    except InputError as error:
        record |= {"state": "failed", "error": " ".join(str(error).split())}
    writing.write_json(place / RECORD, record, digits=None)
    return record


def job(config: DictConfig) -> float:
    """The task function: the objective of one job, not a number where it failed."""
    return done(config).get("objective", float("nan"))


def line(record: dict, count: int, total: str) -> str:
    """One line of progress."""
    told = record["name"] or " ".join(record["overrides"])
    if record["state"] == "failed":
        return f"{count}/{total} failed {told}: {record['error']}"
    seconds = f", {record['seconds']:.0f} s" if record["seconds"] else ""
    return f"{count}/{total} {record['state']} {told}: {record['objective']:.4f}{seconds}"


@contextmanager
def told(folder: Path, total: str) -> Iterator[None]:
    """Print a line a finished job, wherever the launcher runs it."""
    over, seen = threading.Event(), set()

    def look() -> None:
        for path in folder.glob(f"*/{RECORD}"):
            if path not in seen:
                seen.add(path)
                print(line(writing.read_json(path), len(seen), total), flush=True)

    def watch() -> None:
        while not over.wait(0.5):
            look()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        look()


def warm(copy: Snapshot, jobs: list[Job], folder: Path) -> None:
    """Run the stages that all jobs share, so that jobs side by side do not each run them."""
    graph = stages(copy.clone / "dvc.yaml", jobs[0].menu)
    targets = shared(graph, needed(graph, copy.upto), differing_sections(jobs))
    if targets:
        print(f"shared by all jobs: {', '.join(targets)}", flush=True)
        experiment(copy, jobs[0].overrides, "shared", targets, folder / "shared.log", 1)


def check_direction(arguments: list[str], metric: str) -> None:
    """Check that a guided search goes where the metric is better.

    Raises
    ------
    InputError
        Where it would look for the worst.
    """
    given = dict(argument.partition("=")[::2] for argument in arguments)
    if given.get("hydra/sweeper") == "optuna":
        way = "minimize" if metric in LOSSES else "maximize"
        if given.get("hydra.sweeper.direction", "minimize") != way:
            raise InputError(f"choice.metric is {metric}: say hydra.sweeper.direction={way}")


def check_own(arguments: list[str], menu: dict) -> None:
    """Check the overrides of Hydra's and the sweep's own settings, as Hydra would.

    Raises
    ------
    InputError
        Names the override at fault.
    """
    ConfigStore.instance().store("sweep", defaults(menu))
    own = [argument for argument in arguments if is_own(argument)]
    with initialize_config_dir(config_dir=str(artefacts.CONF.resolve()), version_base="1.3"):
        try:
            compose("sweep", overrides=own, return_hydra_config=True)
        except (HydraException, OmegaConfBaseException) as error:
            told = str(error).splitlines()
            raise InputError(f"{' '.join(own)}: {told[0]}") from None


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clear up, as after Ctrl-C
    arguments = [spelled(argument) for argument in sys.argv[1:]]
    flags = [argument for argument in arguments if argument.startswith("-")]
    given = dict(argument.partition("=")[::2] for argument in arguments)
    check_place()
    menu = read_menu(artefacts.MENU)
    chosen = [a for a in arguments if a not in flags and not is_own(a)]
    upto = given.get("sweep.upto", "choose")
    jobs = [made(overrides, menu, artefacts.CONF) for overrides in expanded(chosen, artefacts.CONF)]
    check_direction(arguments, jobs[0].config.choice.metric)
    needed(stages(Path("dvc.yaml"), jobs[0].menu), upto)
    check_own(arguments, menu)
    many = {"-m", "--multirun"} & set(flags)
    if len(jobs) > 1 and not many:
        raise InputError(f"these are {len(jobs)} jobs: add -m")
    with snapshot(upto) as copy:
        stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
        folder = Path(given.get("hydra.sweep.dir", f"multirun/{stamp}"))
        folder.mkdir(parents=True, exist_ok=True)
        if many and given.get("hydra/launcher", "basic") != "basic":
            warm(copy, jobs, folder)
        where = [f"hydra.sweep.dir={folder}"] if many else [f"hydra.run.dir={folder}/0"]
        sys.argv[1:] = [*arguments, f"sweep.folder={copy.folder}", *where]
        launch = hydra.main(version_base="1.3", config_path=str(copy.conf), config_name="sweep")
        guided = given.get("hydra/sweeper", "basic") != "basic"
        try:
            with told(folder, "?" if guided else str(len(jobs))):
                launch(job)()
        finally:
            if records(folder) and given.get("sweep.table", "true").lower() != "false":
                subprocess.run(
                    ["python", "-m", "one_click", "leaderboard", str(folder)], check=False
                )
    if any(record["state"] == "failed" for record in records(folder)):
        raise InputError(f"jobs failed: see the table, and {folder}/*/dvc.log")


if __name__ == "__main__":
    from one_click.commands.sweep import (
        main as imported_main,  # so that other processes find the job
    )

    run(imported_main)
