"""What a sweep tells while its jobs run: a line a finished job, and where the others are."""

import re
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from one_click.experiments.records import RECORD
from one_click.running import writing

LOG = "dvc.log"
LOSSES = ("log_loss", "brier")  # metrics of `choice` of which less is better
STAGE = re.compile(r"Running stage '([^']+)'")
BAR = re.compile(r"\d+/\d+(?= \[)")
UNCONVERGED = re.compile(r"^warning: .*: (\d+) fits did not converge", re.M)
LONG = 15  # seconds of a stage between two lines on it, where there is no terminal


def direction(metric: str) -> str:
    """Which way a metric is better."""
    return f"{'less' if metric in LOSSES else 'more'} is better"


def unconverged(log: str) -> int:
    """Fits that did not converge in the stages that a job ran."""
    return sum(map(int, UNCONVERGED.findall(log)))


def position(log: str) -> str:
    """The stage that `dvc exp run` has come to, by its log, and how far its bar of progress is."""
    begun = list(STAGE.finditer(log))
    if not begun:
        return "starting"
    return " ".join([begun[-1][1], *BAR.findall(log, begun[-1].end())[-1:]])


def line(record: dict, count: int, total: str) -> str:
    """What became of a job."""
    label = record["name"] or " ".join(record["overrides"])
    if record["state"] == "failed":
        return f"{count}/{total} failed {label}: {record['error']}"
    parts = ["no score, choose was not run"]
    if record["objective"] is not None:
        metric = record["metric"]
        parts = [f"{metric} {record['objective']:.4f} ({direction(metric)})"]
    if record["seconds"]:
        parts.append(f"{record['seconds']:.0f} s")
    if record.get("unconverged"):
        parts.append(f"{record['unconverged']} fits did not converge")
    return f"{count}/{total} {record['state']} {label}: {', '.join(parts)}"


class Watcher:
    """Looks at the folders of a sweep's jobs, wherever the launcher runs them.

    Parameters
    ----------
    folder, logs
        Where the logs of jobs are, and their pattern; the record of a job is beside its log.
    total
        Number of jobs, as it is told.
    """

    def __init__(self, folder: Path, logs: str, total: str):
        self.folder, self.logs, self.total = folder, logs, total
        self.finished: set[Path] = set()
        self.stages: dict[Path, tuple[str, float, float]] = {}  # name, begun, last told
        self.live = sys.stdout.isatty()

    def look(self) -> None:
        """Print a line a job that has finished since, and where the others are."""
        for path in sorted(self.folder.glob(str(Path(self.logs).with_name(RECORD)))):
            if path not in self.finished:
                self.finished.add(path)
                self._print(line(writing.read_json(path), len(self.finished), self.total))
        running = [
            self._running(path)
            for path in sorted(self.folder.glob(self.logs))
            if path.with_name(RECORD) not in self.finished
        ]
        if self.live:
            width = shutil.get_terminal_size((100, 24)).columns - 1
            print("\r\033[K" + "; ".join(running)[:width], end="", flush=True)

    def close(self) -> None:
        """Look for the last time, and leave a clean line."""
        self.look()
        if self.live:
            print("\r\033[K", end="", flush=True)

    def _print(self, text: str) -> None:
        print(("\r\033[K" if self.live else "") + text, flush=True)

    def _running(self, path: Path) -> str:
        """Where a job is; off a terminal it is printed where its stage is a long one."""
        where = position(path.read_text(encoding="utf-8", errors="replace"))
        stage, now = where.partition(" ")[0], time.monotonic()
        name, begun, told = self.stages.get(path, ("", now, now))
        if stage != name:
            begun = told = now
        label = f"job {path.parent.name}" if path.name == LOG else path.stem
        text = f"{label}: {where}, {now - begun:.0f} s"
        if not self.live and now - told >= LONG:
            print(f"  {text}", flush=True)
            told = now
        self.stages[path] = (stage, begun, told)
        return text


@contextmanager
def watched(folder: Path, logs: str, total: str = "") -> Iterator[None]:
    """Print progress in the meantime."""
    watcher, over = Watcher(folder, logs, total), threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            watcher.look()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        watcher.close()
