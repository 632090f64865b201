"""The chain by `dvc repro`: what a fault leaves behind."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from helpers.project import copy_of_built

from one_click.experiments.recorded import check_recorded
from one_click.monthly.study import SAVED
from one_click.running.errors import InputError

pytestmark = pytest.mark.slow  # a project is built


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_of_built(tmp_path_factory, "faults")


@pytest.fixture
def fresh(project):
    yield project
    project.restore()


def test_a_bad_table_is_one_line_and_earlier_outputs_stay(fresh):
    """DVC removes a stage's outputs before it runs the stage: they are brought back."""
    tables = fresh.folder / "tables"
    shutil.copytree(fresh.folder / "data/sample", tables)
    (tables / "money.csv").write_text("id;Прибыль\r\n", encoding="utf-8")
    before = fresh.digest("data/customers.parquet"), fresh.digest("metrics/prepare.json")
    fresh.edit_menu({"tables": "tables"})
    done = fresh.run("dvc", "repro", check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert len(errors) == 1
    assert "money.csv" in errors[0]
    assert (fresh.digest("data/customers.parquet"), fresh.digest("metrics/prepare.json")) == before
    shutil.rmtree(tables)


def test_a_fault_after_the_first_file_brings_back_the_others_too(fresh):
    """Half of a stage's outputs new and half old would be worse than either."""
    before = {name: fresh.digest(name) for name in ("data/risks.parquet", "models/model.json")}
    path = fresh.folder / "src/one_click/stages/predict.py"
    source = path.read_text(encoding="utf-8")
    written = "    writing.write_parquet(artefacts.RISKS, risks)\n"
    assert written in source
    fault = "    writing.write_parquet(artefacts.RISKS, risks.head(1))\n    raise SystemExit(1)\n"
    path.write_text(source.replace(written, fault), encoding="utf-8")
    assert fresh.run("dvc", "repro", check=False).returncode != 0
    assert {name: fresh.digest(name) for name in before} == before


def test_a_wrong_choice_is_one_line_and_the_lock_stays(fresh):
    before = fresh.digest("conf.lock.yaml")
    fresh.edit_menu({"scaler": "nonesuch"})
    done = fresh.run("dvc", "repro", check=False)
    assert done.returncode != 0
    errors = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert len(errors) == 1
    assert "nonesuch" in errors[0]
    assert "standard" in errors[0]
    assert fresh.digest("conf.lock.yaml") == before


def test_score_takes_what_dvc_recorded_alone_and_the_same_repro_mends_it(fresh, monkeypatch):
    """Hashes are DVC's own, of files and of a folder; git does not see the output."""
    monkeypatch.chdir(fresh.folder)
    check_recorded(SAVED)
    damaged = [Path("models/second_opinions/unseen_1.skops"), Path("data/reasons.parquet")]
    for path in damaged:
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(InputError, match=r"dvc\.lock records another.*run `dvc repro`$"):
            check_recorded(SAVED)
        if path != damaged[-1]:
            path.write_bytes(content)
    words = ["score", "--tables", "data/sample", "--output", "march"]
    done = fresh.run("one-click", *words, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {damaged[-1]}: not as `dvc repro` leaves it")
    assert fresh.dvc("repro") <= {"explain"}
    fresh.run("one-click", *words)
    assert (fresh.folder / "march/offers.csv").exists()
    assert fresh.git("status", "--porcelain", "-uall") == ""


def test_score_refuses_settings_that_no_run_was_made_by(fresh, monkeypatch):
    """As a run leaves them that was killed just after `compose`."""
    monkeypatch.chdir(fresh.folder)
    check_recorded(SAVED)
    fresh.edit_menu({"cleaning": "repair"})
    fresh.run(sys.executable, "-m", "one_click.stages.compose")
    with pytest.raises(InputError, match=r"digests\.cleaning: not what the last run was made by"):
        check_recorded(SAVED)


def test_what_a_kill_leaves_stops_dvc_and_is_mended_by_one_command(fresh):
    """DVC 3.67 goes on by itself neither from half a dvc.lock nor from an empty rwlock."""
    lock, rwlock = fresh.folder / "dvc.lock", fresh.folder / ".dvc/tmp/rwlock"
    index = fresh.folder / ".git/index.lock"
    whole = lock.read_bytes()
    lock.write_bytes(whole[: whole.rindex(b"size:") + 2])
    assert "dvc.lock" in fresh.run("dvc", "repro", check=False).stderr
    lock.write_bytes(whole[: whole.index(b"  headline:\n")])  # it parses
    rwlock.write_bytes(b"")
    assert "RWLock" in fresh.run("dvc", "repro", check=False).stderr
    index.touch()
    os.utime(index, (0, 0))
    told = fresh.run("one-click", "repair").stdout.splitlines()
    assert len(told) == 3
    for line, name in zip(told, ("index.lock", "rwlock", "dvc.lock lacked headline"), strict=True):
        assert line.startswith("mended: ")
        assert name in line
    assert fresh.dvc("repro") == set()
    assert lock.read_bytes() == whole
    assert fresh.git("status", "--porcelain") == ""
    assert fresh.run("one-click", "repair").stdout == ""
