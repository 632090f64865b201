"""Run a grid of choices, each a DVC experiment.

Enters: overrides of params.yaml, in Hydra's grammar (lists, ranges, `glob(*)`), as in
`one-click sweep -m sampler=none,smote`. Leaves: one experiment a job in `dvc exp show`,
`reports/sweep.csv`, `reports/sweep.png`. The job is a plain Hydra task function:
`hydra/launcher=joblib` runs them side by side, `hydra/launcher=submitit_slurm` on a cluster. It
returns the cross-validated score of `choose`; test rows are not met.

`sweep.upto=offer` runs the stages up to another one (before `choose` there is no score),
`sweep.force=true` runs again what has been run, `sweep.table=false` leaves the table to
`one-click leaderboard multirun/...`.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import hydra
from hydra import initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from one_click import artefacts
from one_click.choices.lock import lock_text
from one_click.choices.menu import read_menu
from one_click.experiments.graph import needed, shared, stages
from one_click.experiments.hydra_internals import composed_settings
from one_click.experiments.jobs import (
    Job,
    defaults,
    differing_sections,
    grid,
    is_own,
    made,
    name,
    quoted,
    spelled,
)
from one_click.experiments.progress import LOG, direction, unconverged, watched
from one_click.experiments.records import RECORD, records
from one_click.experiments.repair import repair
from one_click.experiments.repository import (
    MENDED_DVC,
    check_can_record,
    check_place,
    command,
    identity,
)
from one_click.experiments.snapshot import Snapshot, read, snapshot
from one_click.experiments.sweep_flags import check_settings, config_text, help_text, read_flags
from one_click.running import writing
from one_click.running.errors import InputError
from one_click.running.progress import IN_LOG

MOST_LISTED = 20  # jobs that are listed before they run


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
            if command("git", "show", f"{ref}:./{artefacts.CONF_LOCK}") == lock_text(job.config):
                return ref
            taken = ref.rpartition("/")[2]
            raise InputError(f"the name {taken} is taken: dvc exp remove {taken}")
    return None


def chosen(ref: str) -> dict:
    """What `choose` kept, by which metric, with which cross-validated score; where it was run."""
    if not command("git", "ls-tree", "--name-only", ref, str(artefacts.CHOSEN_METRICS)):
        return {"objective": None}
    figures = json.loads(command("git", "show", f"{ref}:./{artefacts.CHOSEN_METRICS}"))
    score = {"objective": figures["cv"]["value"], "metric": figures["cv"]["metric"]}
    return score | {"candidate": figures["candidate"]}


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
    sets += [word for path in copy.waves for word in ("--copy-paths", path)]
    words = [
        *MENDED_DVC,
        "--wait-for-lock",
        "exp",
        "run",
        "--temp",
        "--name",
        called,
        *sets,
        *targets,
    ]
    cores = max(1, (os.cpu_count() or 1) // workers)
    env = (
        os.environ
        | identity()
        | {
            "LOKY_MAX_CPU_COUNT": os.environ.get("LOKY_MAX_CPU_COUNT", str(cores)),
            "DVC_SITE_CACHE_DIR": str(Path(copy.folder) / "site"),
            IN_LOG: "1",
        }
    )
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
        command("git", "fetch", *quiet, str(copy.top), f"{sign}{ref}:{ref}")
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
    record: dict[str, Any] = {
        "overrides": overrides,
        "name": "",
        "state": "failed",
        "seconds": None,
    }
    started = time.perf_counter()
    try:
        job = made(overrides, copy.menu(), copy.conf)
        record["name"] = called = name(job, copy.base)
        if ref := existing(copy, job, called):
            record["name"] = called = ref.rpartition("/")[2]
        if ref and not config.sweep.force:
            record["state"] = "kept"
        else:
            log = place / LOG
            experiment(copy, job.overrides, called, [copy.upto], log, workers())
            ref = brought_home(copy, called, config.sweep.force)
            record |= {"state": "done", "seconds": time.perf_counter() - started}
            record["unconverged"] = unconverged(log.read_text(encoding="utf-8", errors="replace"))
        record |= {"ref": ref, "commit": refs()[ref]} | chosen(ref)
    except InputError as error:
        record |= {"state": "failed", "error": " ".join(str(error).split())}
    writing.write_json(place / RECORD, record, digits=None)
    return record


def job(config: DictConfig) -> float:
    """The task function: the objective of one job, not a number where there is none."""
    value = done(config).get("objective")
    return float("nan") if value is None else value


def shared_stages(copy: Snapshot, jobs: list[Job]) -> list[str]:
    """Stages that are the same for all jobs."""
    graph = stages(copy.clone / "dvc.yaml", jobs[0].menu)
    return shared(graph, needed(graph, copy.upto), differing_sections(jobs))


def announcement(copy: Snapshot, jobs: list[Job], force: bool) -> str:
    """What the jobs of a grid are, which of them are there already, and what they share."""
    there = [ref.rpartition("-")[2] for ref in refs() if ref.startswith(copy.ref(""))]
    kept = [not force and name(job, copy.base).rpartition("-")[2] in there for job in jobs]
    lines = [
        f"  job {number}: {' '.join(o.lstrip('+') for o in job.overrides) or 'nothing changed'}"
        + (", kept: its experiment is there" if is_kept else "")
        for number, (job, is_kept) in enumerate(zip(jobs, kept, strict=True))
    ][:MOST_LISTED]
    if len(jobs) > MOST_LISTED:
        lines.append(f"  and {len(jobs) - MOST_LISTED} more, {sum(kept)} of all are kept")
    if len(jobs) > 1 and (same := shared_stages(copy, jobs)):
        lines.append(f"shared by all jobs, run once: {', '.join(same)}")
    return "\n".join(lines)


def warm(copy: Snapshot, jobs: list[Job], folder: Path) -> None:
    """Run the stages that all jobs share, so that jobs side by side do not each run them."""
    if targets := shared_stages(copy, jobs):
        with watched(folder, "shared.log"):
            experiment(copy, jobs[0].overrides, "shared", targets, folder / "shared.log", 1)


def check_direction(arguments: list[str], metric: str) -> None:
    """Check that a guided search goes where the metric is better, and that a grid has values.

    Raises
    ------
    InputError
        Where it would look for the worst, or is to be made of an interval.
    """
    given = dict(argument.partition("=")[::2] for argument in arguments)
    for argument in arguments:
        if "=interval(" in argument and given.get("hydra/sweeper", "basic") == "basic":
            raise InputError(f"{argument}: a grid needs values; or say hydra/sweeper=optuna")
    if given.get("hydra/sweeper") == "optuna":
        way = "minimize" if direction(metric).startswith("less") else "maximize"
        if given.get("hydra.sweeper.direction", "minimize") != way:
            raise InputError(f"choice.metric is {metric}: say hydra.sweeper.direction={way}")


def check_objective(arguments: list[str], names: set[str]) -> None:
    """Check that a guided search has a score to go by.

    Parameters
    ----------
    names
        Stages that a job runs.

    Raises
    ------
    InputError
        Where jobs stop before `choose`.
    """
    given = dict(argument.partition("=")[::2] for argument in arguments)
    if given.get("hydra/sweeper", "basic") != "basic" and "choose" not in names:
        raise InputError(f"sweep.upto={given['sweep.upto']}: a guided search needs choose's score")


def settings(arguments: list[str], menu: dict, many: bool) -> DictConfig:
    """The sweep's and Hydra's own settings, as Hydra would compose them.

    Raises
    ------
    InputError
        Names the override at fault.
    """
    ConfigStore.instance().store("sweep", defaults(menu))
    conf = str(artefacts.CONF.resolve())
    with initialize_config_dir(config_dir=conf, job_name="sweep", version_base="1.3"):
        try:
            config = composed_settings("sweep", arguments, many)
            HydraConfig.instance().set_config(config)
            _ = config.hydra.sweep.dir if many else config.hydra.run.dir
        except (HydraException, OmegaConfBaseException) as error:
            own = [argument for argument in arguments if is_own(argument)]
            told = str(error).splitlines()
            raise InputError(f"{' '.join(own or arguments)}: {told[0]}") from None
    check_settings(config)
    return config


def hydra_main(words: list[str], conf: Path | None) -> None:
    """Have Hydra read these words and do what they say, with the groups of a folder."""
    sys.argv[1:] = words
    path, config = (str(conf.absolute()), "sweep") if conf else (None, None)
    hydra.main(version_base="1.3", config_path=path, config_name=config)(job)()


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clear up, as after Ctrl-C
    flags = read_flags(sys.argv[1:])
    if flags.help:
        print(help_text(artefacts.CONF))
        return
    if flags.hydra_help:
        hydra_main(["--hydra-help"], None)
        return
    arguments = [spelled(argument) for argument in flags.overrides]
    given = dict(argument.partition("=")[::2] for argument in arguments)
    check_place()
    menu = read_menu(artefacts.MENU)
    chosen = [a for a in arguments if not is_own(a)]
    upto = given.get("sweep.upto", "choose")
    jobs = grid(chosen, menu, artefacts.CONF)
    check_direction(arguments, jobs[0].config.choice.metric)
    graph = stages(Path("dvc.yaml"), jobs[0].menu)
    check_objective(arguments, needed(graph, upto))
    many = flags.multirun or given.get("hydra.mode", "").upper() == "MULTIRUN"
    if len(jobs) > 1 and (flags.cfg or flags.info):
        raise InputError(f"these are {len(jobs)} jobs: --cfg and --info are of one")
    if len(jobs) > 1 and not many:
        raise InputError(f"these are {len(jobs)} jobs: add -m")
    config = settings(arguments, menu, many)
    if flags.cfg:
        print(config_text(flags, jobs[0], config))
        return
    if flags.info:
        hydra_main([*arguments, "--info", flags.info], artefacts.CONF)
        return
    for line in repair():
        print(line, flush=True)
    check_can_record(graph, needed(graph, upto))
    guided = given.get("hydra/sweeper", "basic") != "basic"
    total, metric = "?" if guided else str(len(jobs)), jobs[0].config.choice.metric
    count = "jobs as the sweeper draws them" if guided else f"jobs: {total}"
    print(
        f"{count}, each an experiment up to {upto} in a copy of the project, "
        f"scored by {metric} ({direction(metric)})",
        flush=True,
    )
    with snapshot(upto) as copy:
        if not guided:
            print(announcement(copy, jobs, config.sweep.force), flush=True)
        key, logs = ("sweep", f"*/{LOG}") if many else ("run", LOG)
        folder = Path(config.hydra[key].dir)
        for path in [*folder.glob(logs), *folder.glob(str(Path(logs).with_name(RECORD)))]:
            path.unlink()  # of an earlier sweep in this folder
        if many and given.get("hydra/launcher", "basic") != "basic":
            folder.mkdir(parents=True, exist_ok=True)
            warm(copy, jobs, folder)
        ConfigStore.instance().store("sweep", defaults(copy.menu(), copy.folder))
        where = f"hydra.{key}.dir={quoted(str(folder))}"
        try:
            with watched(folder, logs, total):
                hydra_main([*arguments, where, *(["-m"] if many else [])], copy.conf)
        finally:
            if records(folder) and given.get("sweep.table", "true").lower() != "false":
                subprocess.run(
                    ["python", "-m", "one_click", "leaderboard", str(folder)], check=False
                )
    if any(record["state"] == "failed" for record in records(folder)):
        raise InputError(f"jobs failed: see the table, and {folder}/{'*/' if many else ''}dvc.log")
