"""A sweep on a small project: experiments, resumption, failures, interruptions."""

import contextlib
import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers.toy import Toy
from omegaconf import OmegaConf

from one_click.choices.menu import GROUPS
from one_click.experiments import lock_files, snapshot
from one_click.experiments.repair import repair
from one_click.experiments.repository import MENDED_DVC

pytestmark = pytest.mark.slow

LAUNCHER = "hydra/launcher=submitit_local"
NO_TABLE = "sweep.table=false"  # which costs seconds


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> Toy:
    return Toy.made(tmp_path_factory.mktemp("toy"))


@pytest.fixture(autouse=True)
def fresh(toy):
    """Each test begins without experiments and ends with the project as it was."""
    yield
    toy.run("git", "reset", "-q", "--hard")
    shutil.rmtree(toy.folder / "multirun", ignore_errors=True)
    shutil.rmtree(toy.folder / "reports", ignore_errors=True)
    toy.run("git", "clean", "-fdq")
    for ref in toy.run("git", "for-each-ref", "refs/exps", "--format=%(refname)").stdout.split():
        toy.run("git", "update-ref", "-d", ref)
    toy.check_clean()


def board(toy: Toy) -> list[dict]:
    with (toy.folder / "reports/sweep.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def left_running(folder: Path) -> list[str]:
    """Commands of processes that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(process / "cwd")).is_relative_to(folder):
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


def test_a_grid_is_an_experiment_a_job_and_a_table_best_first(toy):
    """By submitit, as on a cluster: each job in a process that shares the folder alone.

    A job that fails is told, and the others go on.
    """
    before = (toy.tables / "prepared.log").read_text()
    told = toy.sweep("-m", "scaler=standard,robust,minmax", LAUNCHER, good=False)
    assert told.startswith("jobs: 3, each an experiment up to choose in a copy of the project")
    assert "scored by log_loss (less is better)" in told
    assert "  job 1: scaler=robust\n" in told
    assert "shared by all jobs, run once: prepare" in told
    names = toy.experiments()
    assert [name.rpartition("-")[0] for name in names] == ["scaler-minmax", "scaler-standard"]
    *rows, failed = board(toy)
    assert (failed["state"], failed["problem"]) == ("failed", "this scaler always fails")
    assert "failed: scaler=robust: this scaler always fails" in told
    assert sorted(row["experiment"] for row in rows) == names
    assert [row["changed"] for row in rows] == ["scaler=minmax", "scaler=standard"]
    assert [row["indistinguishable"] for row in rows] == ["True", "False"]
    assert float(rows[1]["behind_best_low"]) > 0
    for row in rows:
        assert row["promote"] == f"one-click promote {row['experiment']}"
        assert row["promote"] in told
        assert float(row["seconds"]) > 0
    # What jobs share was in the run-cache already, and is not run once a job.
    assert (toy.tables / "prepared.log").read_text() == before
    toy.check_clean()


def test_a_promoted_row_is_the_job_and_repro_finishes_it(toy):
    """The figures of stages that a job did not run are not shown as if they were its own."""
    assert "1/1 done" in toy.sweep("scaler=minmax", NO_TABLE), "a single job needs no -m"
    (name,) = toy.experiments()
    told = toy.run("git", "ls-tree", "-r", "--name-only", f"{ref_of(toy, name)}", "metrics").stdout
    assert told.split() == ["metrics/chosen.json"]
    toy.one_click("promote", name)
    assert "0.5" in (toy.folder / "metrics/chosen.json").read_text()
    toy.run("dvc", "repro", "-q")
    chosen = (toy.folder / "metrics/chosen.json").read_text()
    assert (toy.folder / "metrics/report.json").read_text() == chosen


def test_promoting_an_experiment_takes_no_edit_away(toy):
    """Of a file that it changed none is written over; others, and commits since, stay."""
    toy.sweep("scaler=minmax", NO_TABLE)
    (name,) = toy.experiments()
    toy.write("data/waves/README.md", "edited since\n")
    menu = (toy.folder / "params.yaml").read_text(encoding="utf-8")
    toy.write("params.yaml", menu.replace("report: ru", "report: en"))
    before = toy.run("git", "diff", "HEAD").stdout
    told = toy.one_click("promote", name, good=False)
    assert told.startswith("error: params.yaml: edited and in no commit")
    assert len(told.splitlines()) == 1
    assert toy.run("git", "diff", "HEAD").stdout == before
    toy.write("params.yaml", menu)
    output = toy.folder / "data/out_of_fold.parquet"
    output.write_bytes(b"edited by hand")
    told = toy.one_click("promote", name, good=False)
    assert re.search("out_of_fold.parquet: what was edited by hand is kept nowhere: move it", told)
    assert len(told.splitlines()) == 1
    assert output.read_bytes() == b"edited by hand"
    output.unlink()
    start = toy.run("git", "rev-parse", "HEAD").stdout.strip()
    toy.write("src/choose.py", (toy.folder / "src/choose.py").read_text() + "# of a commit since\n")
    toy.run("git", "commit", "-qm", "since", "src/choose.py")
    try:
        # A run that was killed has written some of the files: the same command goes on.
        toy.run("git", "restore", "--source", ref_of(toy, name), "--worktree", "conf.lock.yaml")
        toy.one_click("promote", name)
        assert "# of a commit since" in (toy.folder / "src/choose.py").read_text()
        assert (toy.folder / "data/waves/README.md").read_text() == "edited since\n"
        assert "scaler: minmax" in (toy.folder / "params.yaml").read_text(encoding="utf-8")
        assert "0.5" in (toy.folder / "metrics/chosen.json").read_text()
        toy.run("git", "commit", "-qm", "other choices", "params.yaml", "conf.lock.yaml")
        toy.write("params.yaml", menu.replace("report: ru", "report: en"))
        toy.run("git", "commit", "-qm", "others again", "params.yaml")
        told = toy.one_click("promote", name, good=False)
        assert "params.yaml: changed by a commit since" in told
        assert "no such experiment" in toy.one_click("promote", "nonesuch", good=False)
    finally:
        toy.run("git", "reset", "-q", "--hard", start)
        toy.run("dvc", "checkout", "--quiet")


def ref_of(toy: Toy, name: str) -> str:
    refs = toy.run("git", "for-each-ref", "refs/exps", "--format=%(refname)").stdout.split()
    return next(ref for ref in refs if ref.endswith(f"/{name}"))


def test_a_sweep_goes_on_where_an_earlier_one_ended(toy):
    """Whatever the order of the overrides; `sweep.force=true` runs a job anew.

    A name that something else has taken is told, and left alone.
    """
    toy.sweep("-m", "scaler=minmax", "set.split.seed=0", NO_TABLE)
    before = toy.run("git", "for-each-ref", "refs/exps").stdout
    told = toy.sweep("-m", "set.split.seed=0,1", "scaler=minmax", NO_TABLE)
    assert "job 0: set.split.seed=0 scaler=minmax, kept: its experiment is there" in told
    assert "1/2 kept" in told
    assert before in toy.run("git", "for-each-ref", "refs/exps").stdout
    assert "1/1 done" in toy.sweep("-m", "scaler=minmax", "sweep.force=true", NO_TABLE)
    assert len(toy.experiments()) == 2
    assert before not in toy.run("git", "for-each-ref", "refs/exps").stdout
    (name,) = (name for name in toy.experiments() if "seed-1" not in name)
    toy.run("git", "update-ref", ref_of(toy, name), "HEAD")
    told = toy.sweep("-m", "scaler=minmax", NO_TABLE, good=False)
    assert f"the name {name} is taken: dvc exp remove {name}" in told
    head = toy.run("git", "rev-parse", "HEAD").stdout
    assert toy.run("git", "rev-parse", ref_of(toy, name)).stdout == head


def test_a_wrong_name_is_one_line_before_anything_runs(toy):
    for words, problem in {
        ("scaler=standard,nonesuch",): "no choice 'nonesuch'; choose one of minmax, none, power",
        ("scaler=none", "sweep.upto=chose"): "no stage 'chose'; the stages are compose",
        ("scaler=none", "hydra/launcher=joblibb"): "Could not find 'hydra/launcher/joblibb'",
        ("scaler=none", "sweep.table=no"): "sweep.table=no: write true or false",
        ("scaler=none", "sweep.froce=true"): "Could not override 'sweep.froce'",
        ("ensembles=[blend]",): "ensembles: blend: not all of its members are among the candidates",
        ("set={folds:{seed:3}}",): "set keys of it, as in set.folds.seed=3",
        ("set.candidates.svc.C=interval(1,2)",): "a grid needs values; or say hydra/sweeper=optuna",
        ("scaler=none", "hydra.sweep.dir=${nonesuch}"): "Interpolation key 'nonesuch' not found",
        ("scaler=none", "hydra.sweep.subdir=a/b"): "one folder a job, no / in its name",
        ("scaler=none", "hydra.job.chdir=true"): "stages run in a copy of the project",
    }.items():
        told = toy.sweep("-m", *words, good=False)
        assert problem in told
        assert len(told.splitlines()) == 1
        assert toy.experiments() == []
        assert not (toy.folder / "multirun").exists()
    assert "these are 2 jobs: add -m" in toy.sweep("scaler=none,minmax", good=False)


def test_a_sweep_up_to_a_stage_before_choose_has_no_scores(toy):
    """Its experiments are there, to be promoted; a guided search has nothing to go by."""
    told = toy.sweep("-m", "scaler=standard,minmax", "sweep.upto=prepare")
    assert len(toy.experiments()) == 2
    assert told.count("no score, choose was not run") == 4, "as lines of progress and in the table"
    for row in board(toy):
        assert (row["state"], row["value"]) == ("done", "")
        assert row["promote"] in told
    words = ("hydra/sweeper=optuna", "hydra.sweeper.direction=minimize", "sweep.upto=prepare")
    assert "a guided search needs choose's score" in toy.sweep("-m", *words, good=False)


def nothing_is_left(toy: Toy) -> bool:
    """No folder of Hydra's, no copy, nothing that git would show."""
    toy.check_clean()
    return not any((toy.folder / name).exists() for name in ("multirun", "outputs", "reports"))


def test_help_lists_what_can_be_overridden_and_its_example_runs(toy):
    told = toy.sweep("--help")
    lines = {line.split()[0]: line for line in told.splitlines() if line.strip()}
    for group in GROUPS:
        options = {path.stem for path in (toy.folder / "conf" / group).glob("*.yaml")}
        assert set(lines[group].replace(",", "").split()[1:]) == options
    assert {"candidates", "ensembles", "tables=FOLDER", "set.KEY=VALUE"} <= lines.keys()
    assert {"sweep.upto=STAGE", "sweep.force=true", "sweep.table=false"} <= lines.keys()
    assert "\n  model" not in told, "no group of the menu"
    assert nothing_is_left(toy)
    module, example = lines["example:"].partition("one-click sweep ")[1:]
    assert module
    toy.sweep(*example.split(), NO_TABLE)
    assert len(toy.experiments()) == 2


def test_cfg_shows_what_a_job_would_read_and_runs_nothing(toy):
    """The lock that its experiment would have, beside the sweep's own settings."""
    job = OmegaConf.create(toy.sweep("scaler=minmax", "--cfg", "job", "set.candidates.svc.C=3"))
    assert job.scaler._target_ == "sklearn.preprocessing.MinMaxScaler"
    assert job.candidates.svc.C == 3
    assert job.sweep.upto == "choose"
    del job["sweep"]
    lock = OmegaConf.load(toy.folder / "conf.lock.yaml")
    assert {*job.keys(), "digests"} == set(lock.keys())
    part = toy.sweep("--cfg", "job", "--package", "candidates.svc", "set.candidates.svc.C=3")
    assert OmegaConf.create(part) == job.candidates.svc
    settings = OmegaConf.create(toy.sweep("-c", "hydra", "hydra.sweep.dir=there"))
    assert list(settings) == ["hydra"]
    assert settings.hydra.sweep.dir == "there"
    whole = OmegaConf.create(toy.sweep("--cfg", "all", "--resolve", "hydra/launcher=joblib"))
    assert {"scaler", "sweep", "hydra"} <= whole.keys()
    assert "joblib" in whole.hydra.launcher._target_
    assert nothing_is_left(toy)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--info"], "Config search path"),
        (["--info", "config", "scaler=minmax"], "MinMaxScaler"),
        (["--info", "defaults"], "scaler/standard"),
        (["--info", "defaults-tree", "scaler=minmax"], "scaler: minmax"),
        (["--info", "plugins"], "BasicLauncher"),
        (["--info", "searchpath"], "/conf"),
        (["--hydra-help"], "hydra/launcher"),
        (["--version"], "Hydra 1"),
    ],
)
def test_what_hydra_tells_of_itself_runs_nothing(toy, words, expected):
    told = toy.sweep(*words)
    assert expected in told
    assert ".dvc/tmp" not in told
    assert nothing_is_left(toy)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("-cn other", "--config-name: the config is params.yaml and conf/: override it"),
        ("-cp other", "--config-path: the groups are those of conf/: put a file there"),
        ("-cd other", "--config-dir: the groups are those of conf/: put a file there"),
        ("hydra.searchpath=[other]", "hydra.searchpath: the groups are those of conf/"),
        ("--experimental-rerun other", "start the sweep again with the same words"),
        ("-sc install=bash", "--shell-completion: Hydra completes no command but its own"),
        ("--cfg jobs", "invalid choice: 'jobs'"),
        ("--cfg job --package nonesuch", "--package nonesuch: not found in --cfg job"),
        ("--cfg job scaler=none,minmax", "these are 2 jobs: --cfg and --info are of one"),
        ("-m --cfg job", "--multirun and --cfg at once"),
        ("--resolve", "--resolve and --package go with --cfg"),
        ("--nonesuch scaler=none", "unrecognized arguments: --nonesuch; see --help"),
    ],
)
def test_a_flag_without_a_place_here_says_what_stands_there(toy, words, problem):
    told = toy.sweep(*words.split(), good=False)
    assert told.startswith("error: ")
    assert problem in told
    assert len(told.splitlines()) == 1
    assert nothing_is_left(toy)


def test_folders_are_where_hydra_is_told_to_put_them(toy, tmp_path):
    """Whatever is there: an earlier sweep in a folder gives way; flags stand anywhere."""
    folder = tmp_path / "a, b='c'"
    place = f'hydra.sweep.dir="{folder}"'
    toy.sweep("-m", "scaler=robust", place, NO_TABLE, good=False)
    named = "hydra.sweep.subdir=${hydra.job.override_dirname}"
    told = toy.sweep("scaler=minmax", "-m", place, named, NO_TABLE, "hydra/launcher=joblib")
    assert "1/1 done" in told
    assert "failed" not in told
    assert [path.parent.name for path in folder.glob("*/job.json")] == ["scaler=minmax"]
    assert "1/1 kept" in toy.sweep("scaler=minmax", f"hydra.run.dir={tmp_path}/one")
    assert (tmp_path / "one/job.json").exists()
    assert [row["state"] for row in board(toy)] == ["kept"]
    assert not (toy.folder / "multirun").exists()


def test_what_is_not_committed_goes_along_and_stays(toy):
    """A new option that git does not know yet, an edit: in the experiments, and as they were."""
    toy.write("conf/scaler/mine.yaml", "_target_: sklearn.preprocessing.MinMaxScaler\n")
    text = (toy.folder / "src/choose.py").read_text() + "# edited\n"
    toy.write("src/choose.py", text)
    toy.sweep("-m", "scaler=mine", NO_TABLE)
    (name,) = toy.experiments()
    assert "# edited" in toy.run("git", "show", f"{ref_of(toy, name)}:src/choose.py").stdout
    assert toy.run("git", "status", "--porcelain").stdout.split() == [
        "M", "src/choose.py", "??", "conf/scaler/mine.yaml",
    ]  # fmt: skip


def test_earlier_waves_go_along_where_a_job_plans_and_never_into_git(toy):
    """Git ignores them, so that a copy by git would plan as if nobody had got a message."""
    wave, kept = toy.folder / "data/waves/2026-11.csv", toy.folder / "data/waves/2026-10"
    words = ("-m", "scaler=minmax", NO_TABLE)
    toy.sweep(*words)
    toy.sweep(*words, "sweep.upto=offer")
    before = set(toy.experiments())
    try:
        wave.write_text("of November\n")
        kept.mkdir()
        (kept / "offers").write_text("of October\n")
        toy.sweep(*words)
        assert set(toy.experiments()) == before  # no job up to choose reads them
        toy.sweep(*words, "sweep.upto=offer")
    finally:
        wave.unlink()
        shutil.rmtree(kept)
    (name,) = set(toy.experiments()) - before
    ref = ref_of(toy, name)
    assert toy.run("git", "show", f"{ref}:metrics/waves.txt").stdout == (
        "of October\nof November\nwaves\n"
    )
    kept = toy.run("git", "ls-tree", "-r", "--name-only", ref, "data/waves").stdout
    assert kept.split() == ["data/waves/.gitignore", "data/waves/README.md"]


def wait_for_a_stage(toy: Toy, sweep) -> None:
    deadline = time.monotonic() + 60
    while not [*(toy.folder / ".dvc/tmp").glob("sweep/*/project/.dvc/tmp/exps/**/started")]:
        assert time.monotonic() < deadline
        assert sweep.poll() is None, sweep.stdout.read()
        time.sleep(0.05)


@pytest.fixture
def started(toy):
    """Begin a sweep of a job that ends and one that does not; whatever happens, end it."""
    begun = []

    def start(launcher: str):
        words = ("-m", "set.split.seed=0,600", "scaler=minmax", NO_TABLE)
        words += (f"hydra/launcher={launcher}",)
        sweep = toy.start(*words)
        begun.append(sweep)
        while len(toy.experiments()) < 1:
            assert sweep.poll() is None, sweep.stdout.read()
            time.sleep(0.2)
        wait_for_a_stage(toy, sweep)
        return sweep

    yield start
    for sweep in begun:
        for group in [sweep.pid, *left_groups(toy)]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        sweep.communicate()


def left_groups(toy: Toy) -> list[int]:
    """Process groups of jobs that run."""
    return [int(mark.name) for mark in (toy.folder / ".dvc/tmp/sweep").glob("*/running/*")]


@pytest.mark.parametrize(
    ("launcher", "end"),
    [
        ("basic", lambda sweep: os.killpg(sweep.pid, signal.SIGINT)),  # Ctrl-C
        ("joblib", lambda sweep: sweep.terminate()),
    ],
)
def test_an_interrupted_sweep_leaves_what_is_done_and_nothing_else(toy, started, launcher, end):
    sweep = started(launcher)
    end(sweep)
    told, _ = sweep.communicate(timeout=60)
    assert sweep.returncode == 130, told
    assert "interrupted" in told
    assert "Traceback" not in told
    assert left_running(toy.folder) == []
    toy.check_clean()
    assert len(toy.experiments()) == 1


def test_what_a_killed_sweep_left_is_mended_by_what_the_next_begins_with(toy, started, monkeypatch):
    """Killed outright, it can't clear up; the project itself is untouched all the same."""
    sweep = started("basic")
    for group in (sweep.pid, *left_groups(toy)):
        os.killpg(group, signal.SIGKILL)
    sweep.wait()
    assert toy.run("git", "status", "--porcelain").stdout == ""
    assert toy.run("git", "symbolic-ref", "--short", "HEAD").stdout == "main\n"
    monkeypatch.chdir(toy.folder)
    assert [*snapshot.HOME.glob("*")]
    lock, ref = toy.folder / "dvc.lock", toy.folder / ".git/refs/exps/name.lock"
    lock.write_bytes(
        lock.read_bytes()[:1000]
    )  # by a `dvc repro` before: a copy would take it along
    ref.parent.mkdir(exist_ok=True)
    ref.touch()
    monkeypatch.setattr(lock_files, "PATIENCE", 0.1)
    assert len(repair()) == 2
    assert not ref.exists()
    toy.check_clean()


def test_a_job_runs_its_own_choices_where_another_is_about_to_begin(toy):
    """DVC's stash of experiments is one for all; what lies there is another process's."""
    put = "from dvc.repo import Repo; e = Repo().experiments; e.queue_one(e.tempdir_queue, {})"
    toy.run(sys.executable, "-c", put.format('name="other"'))
    toy.run(*MENDED_DVC, "exp", "run", "--temp", "--name", "mine", "-S", "scaler=minmax", "choose")
    assert toy.experiments() == ["mine", "stash"]
    assert toy.run("git", "for-each-ref", "refs/one-click-stash").stdout == ""


def test_two_sweeps_at_once_share_their_jobs(toy):
    words = ("-m", "scaler=standard,minmax", NO_TABLE)
    other = toy.start(*words)
    toy.sweep(*words)
    told, _ = other.communicate(timeout=60)
    assert other.returncode == 0, told
    assert len(toy.experiments()) == 2


def test_a_sweep_beside_a_running_repro_disturbs_neither(toy):
    """Jobs run in a copy: `dvc repro` reads its own params.yaml all the while."""
    menu = (toy.folder / "params.yaml").read_text().replace("seed: 0", "seed: 4")
    toy.write("params.yaml", menu)
    repro = subprocess.Popen(
        ["dvc", "repro", "-q"], cwd=toy.folder, env=toy.environment(), stderr=subprocess.PIPE
    )
    while not (toy.folder / "started").exists():
        time.sleep(0.05)
    toy.sweep("-m", "scaler=minmax", "set.split.seed=0", NO_TABLE)
    assert repro.wait(timeout=60) == 0, repro.stderr.read()
    assert (toy.folder / "params.yaml").read_text() == menu
    assert "seed: 4" in (toy.folder / "conf.lock.yaml").read_text()
