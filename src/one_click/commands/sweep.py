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

import signal
import subprocess
import sys
from pathlib import Path

import hydra
from hydra.core.config_store import ConfigStore

from one_click import artefacts
from one_click.experiments.graph import needed, shared, stages
from one_click.experiments.job_run import experiment, job, refs
from one_click.experiments.jobs import Job, differing_sections, name
from one_click.experiments.overrides import quoted
from one_click.experiments.progress import LOG, direction, watched
from one_click.experiments.records import RECORD, records
from one_click.experiments.repair import repair
from one_click.experiments.repository import check_can_record, check_place
from one_click.experiments.snapshot import Snapshot, snapshot
from one_click.experiments.sweep_flags import config_text, help_text, read_flags
from one_click.experiments.sweep_request import Request, checked_request
from one_click.experiments.sweep_settings import defaults
from one_click.running.errors import InputError

MOST_LISTED = 20  # jobs that are listed before they run


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


def hydra_main(words: list[str], conf: Path | None) -> None:
    """Have Hydra read these words and do what they say, with the groups of a folder."""
    sys.argv[1:] = words
    path, config = (str(conf.absolute()), "sweep") if conf else (None, None)
    hydra.main(version_base="1.3", config_path=path, config_name=config)(job)()


def swept(request: Request) -> list[dict]:
    """Run the jobs in a copy of the project; a record of each."""
    folder, jobs = request.folder, request.jobs
    with snapshot(request.upto) as copy:
        if not request.is_guided:
            print(announcement(copy, jobs, request.config.sweep.force), flush=True)
        for pattern in map(request.logs, (LOG, RECORD)):
            for path in folder.glob(pattern):
                path.unlink()  # of an earlier sweep in this folder
        if request.many and not request.is_local:
            folder.mkdir(parents=True, exist_ok=True)
            warm(copy, jobs, folder)
        ConfigStore.instance().store("sweep", defaults(copy.menu(), copy.folder))
        where = f"hydra.{'sweep' if request.many else 'run'}.dir={quoted(str(folder))}"
        more = ["-m"] if request.many else []
        try:
            with watched(folder, request.logs(LOG), request.total):
                hydra_main([*request.arguments, where, *more], copy.conf)
        finally:
            if records(folder) and request.config.sweep.table:
                words = ["python", "-m", "one_click", "leaderboard", str(folder)]
                subprocess.run(words, check=False)
    return records(folder)


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clear up, as after Ctrl-C
    flags = read_flags(sys.argv[1:])
    if flags.help:
        print(help_text(artefacts.CONF))
        return
    if flags.hydra_help:
        hydra_main(["--hydra-help"], None)
        return
    check_place()
    request = checked_request(flags)
    if flags.cfg:
        print(config_text(flags, request.jobs[0], request.config))
        return
    if flags.info:
        hydra_main([*request.arguments, "--info", flags.info], artefacts.CONF)
        return
    for line in repair():
        print(line, flush=True)
    graph = stages(Path("dvc.yaml"), request.jobs[0].menu)
    check_can_record(graph, needed(graph, request.upto))
    metric = request.jobs[0].config.choice.metric
    print(
        f"{request.count}, each an experiment up to {request.upto} in a copy of the project, "
        f"scored by {metric} ({direction(metric)})",
        flush=True,
    )
    if any(record["state"] == "failed" for record in swept(request)):
        raise InputError(f"jobs failed: see the table, and {request.folder}/{request.logs(LOG)}")
