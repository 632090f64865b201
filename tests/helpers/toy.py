"""A small project with stages that only pretend: what is tested is the sweep, not the study.

It has the real conf/, params.yaml and `compose`; `choose` takes scores that were drawn at random,
with more noise or less, by the lock.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from helpers import warm_python
from helpers.forked import completed
from helpers.imports import SOURCE
from one_click.columns import TABLES

ROOT = SOURCE.parent
CHOOSE = """
import re, shutil, sys, time
from pathlib import Path
lock = Path("conf.lock.yaml").read_text()
Path("started").touch()
scaler = re.search(r"^scaler:\\n  _target_: .*?(\\w+)$", lock, re.MULTILINE)[1]
if scaler == "RobustScaler":
    sys.exit("error: this scaler always fails")
time.sleep(int(re.search(r"^split:(?:\\n  .*)*\\n  seed: (\\d+)", lock, re.MULTILINE)[1]))
noise = 0.5 if scaler == "MinMaxScaler" else 5.0
Path("data").mkdir(exist_ok=True)
Path("metrics").mkdir(exist_ok=True)
shutil.copy(f"src/{noise}.parquet", "data/out_of_fold.parquet")
Path("metrics/chosen.json").write_text(
    '{"candidate": "svc", "cv": {"metric": "log_loss", "value": %s}}' % noise
)
"""
PIPELINE = {
    "stages": {
        "compose": {
            "cmd": "python -m one_click.stages.compose",
            "params": ["tables", "scaler", "sampler", "set", "candidates", "report"],
            "deps": ["conf"],
            "outs": [{"conf.lock.yaml": {"cache": False, "persist": True}}],
        },
        "prepare": {
            "cmd": 'echo prepared > data/prepared.txt && echo ran >> "${tables}/prepared.log"',
            "params": [{"conf.lock.yaml": ["digests.cleaning"]}],
            "outs": ["data/prepared.txt"],
        },
        "choose": {
            "cmd": "python src/choose.py",
            "params": [{"conf.lock.yaml": ["digests.scaler", "digests.sampler", "digests.split"]}],
            "deps": ["src/choose.py", "data/prepared.txt"],
            "outs": ["data/out_of_fold.parquet"],
            "metrics": [{"metrics/chosen.json": {"cache": False}}],
        },
        "offer": {
            "cmd": "ls data/waves > data/waves.txt && "
            "find data/waves -type f ! -name '.*' | sort | xargs cat > metrics/waves.txt",
            "deps": ["data/waves", "data/out_of_fold.parquet"],
            "outs": ["data/waves.txt", {"metrics/waves.txt": {"cache": False}}],
        },
        "report": {
            "cmd": "tee metrics/report.json data/report.json < metrics/chosen.json",
            "params": [{"conf.lock.yaml": ["digests.report"]}],
            "deps": ["metrics/chosen.json"],
            "outs": ["data/report.json"],
            "metrics": [{"metrics/report.json": {"cache": False}}],
        },
    }
}


def scored(noise: float) -> pd.DataFrame:
    """Out-of-fold scores of two repeats: the classes apart by one, and so much noise."""
    draws = np.random.default_rng(0)
    ids, declined = np.arange(200), np.arange(200) % 2
    rows = []
    for repeat in range(2):
        folds = draws.permutation(200) % 5 + 5 * repeat
        score = declined + noise * draws.normal(size=200)
        columns = {"customer_id": ids, "repeat": repeat, "fold": folds}
        rows.append(pd.DataFrame(columns | {"declined": declined, "score": score}))
    return pd.concat(rows)


def _as_on_a_terminal() -> None:
    """A shell that starts the tests in the background has them ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Toy:
    """The project in a folder of its own, and commands run in it."""

    def __init__(self, folder: Path, tables: Path):
        self.folder = folder
        self.tables = tables

    @classmethod
    def made(cls, folder: Path, inside: str = "") -> "Toy":
        """A project with one commit, and with what `dvc repro` makes of it.

        Parameters
        ----------
        inside
            Where it lies in the repository: its top, if empty.
        """
        toy = cls(folder / "project" / inside, folder / "tables")
        toy.tables.mkdir(parents=True)
        for table in TABLES.values():  # no stage reads them
            (toy.tables / table.file).touch()
        toy.folder.mkdir(parents=True)
        shutil.copytree(ROOT / "conf", toy.folder / "conf")
        shutil.copytree(ROOT / ".dvc", toy.folder / ".dvc", ignore=lambda *_: ["tmp", "cache"])
        (toy.folder / ".dvc/config.local").unlink(missing_ok=True)
        menu = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
        menu |= {"tables": str(toy.tables), "candidates": ["dummy", "svc"], "ensembles": []}
        menu["set"] = {"split": {"seed": 0}}
        toy.write("params.yaml", yaml.safe_dump(menu))
        toy.write("dvc.yaml", yaml.safe_dump(PIPELINE, sort_keys=False))
        toy.write("src/choose.py", CHOOSE)
        for noise in (0.5, 5.0):
            scored(noise).to_parquet(toy.folder / f"src/{noise}.parquet", index=False)
        toy.write(".gitignore", "/multirun/\n/logs/\n/reports/\n/started\n")
        toy.write("data/.gitignore", "")
        toy.write("data/waves/README.md", "waves\n")
        toy.write("data/waves/.gitignore", "*.csv\n2026-*\n")
        toy.run("git", "init", "-q", "-b", "main", str(folder / "project"))
        toy.run("git", "add", "-A")
        toy.run("dvc", "repro", "-q")
        toy.commit()
        return toy

    def environment(self) -> dict[str, str]:
        """As with the environment activated and an identity."""
        who = {f"GIT_{role}_{key}": "a@example.org" for role in ("AUTHOR", "COMMITTER")
               for key in ("NAME", "EMAIL")}  # fmt: skip
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return os.environ | who | {"PATH": path, "PYTHONPATH": str(SOURCE), "COLUMNS": "200"}

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, *words: str, good: bool | None = True) -> subprocess.CompletedProcess:
        """Run a command; `good` says whether it must succeed, None that it may fail."""
        environment = self.environment()
        # What is started and killed has the real one: a fork of the server is in no group of ours.
        environment["PATH"] = f"{warm_python.folder()}{os.pathsep}{environment['PATH']}"
        done = completed(words, self.folder, environment)
        assert good is None or (done.returncode == 0) == good, done.stdout + done.stderr
        return done

    def commit(self) -> None:
        """Commit all."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "-m", "a state", "--allow-empty")

    def one_click(self, *words: str, good: bool | None = True) -> str:
        """Run a command; what it prints."""
        done = self.run("one-click", *words, good=good)
        assert "Traceback" not in done.stdout + done.stderr
        return done.stdout + done.stderr

    def sweep(self, *words: str, good: bool = True) -> str:
        """Run a sweep; what it prints."""
        return self.one_click("sweep", *words, good=good)

    def start(self, *words: str) -> subprocess.Popen:
        """Begin a sweep, in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "one_click", "sweep", *words], cwd=self.folder,
            env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True, preexec_fn=_as_on_a_terminal,
        )  # fmt: skip

    def experiments(self) -> list[str]:
        """Names of the experiments of HEAD."""
        told = self.run("git", "for-each-ref", "refs/exps", "--format=%(refname)").stdout
        return sorted(re.sub(".*/", "", ref) for ref in told.split())

    def check_clean(self) -> None:
        """Nothing changed, put aside, detached or left over."""
        assert self.run("git", "status", "--porcelain").stdout == ""
        assert self.run("git", "stash", "list").stdout == ""
        assert self.run("git", "symbolic-ref", "--short", "HEAD").stdout == "main\n"
        assert not [*(self.folder / ".dvc/tmp/sweep").glob("*")]
