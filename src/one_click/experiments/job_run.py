"""A job of a sweep: a plain Hydra task function that runs one DVC experiment, or finds it."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from one_click import artefacts
from one_click.choices.lock import lock_text
from one_click.experiments.jobs import Job, made, name
from one_click.experiments.overrides import is_own
from one_click.experiments.progress import LOG, unconverged
from one_click.experiments.records import RECORD
from one_click.experiments.repository import MENDED_DVC, command, identity
from one_click.experiments.snapshot import Snapshot, read
from one_click.running import writing
from one_click.running.errors import InputError
from one_click.running.progress import IN_LOG


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
