"""The chain by `dvc repro`: what a change re-executes, what a fault leaves behind."""

import shutil

import pandas as pd
import pytest
from helpers.project import (
    AFTER_CHOICE,
    CHANGES,
    SMALL,
    assert_only,
    nested,
    of_first_run,
    ran_once,
)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = ran_once(tmp_path_factory.mktemp("project"))
    shutil.copy(made.folder / "dvc.lock", of_first_run(tmp_path_factory))
    return made


@pytest.fixture
def fresh(project):
    yield project
    project.restore()


@pytest.mark.parametrize("change", ["describe", "report", "scaler", "segments"])
def test_repro_runs_what_a_change_touches_and_nothing_when_it_is_undone(fresh, change):
    """`may` runs only where the choice's bytes changed; undone, all comes from the run-cache."""
    changes, must, may = CHANGES[change]
    before = fresh.digest("models/chosen.skops")
    fresh.edit_menu(nested(changes))
    ran = fresh.dvc("repro")
    assert_only(ran, must, may)
    if may and fresh.digest("models/chosen.skops") == before:
        assert not ran & {"evaluate", "predict", "explain"}
    fresh.git("checkout", "params.yaml")
    assert fresh.dvc("repro") <= {"compose"}
    assert fresh.git("status", "--porcelain") == ""


def test_a_losing_candidates_file_runs_it_and_the_choice_alone(fresh):
    """The dummy loses whatever its strategy: choose runs, its choice keeps its bytes."""
    fresh.edit("conf/model/dummy.yaml", {"strategy": "uniform", "random_state": 0})
    assert fresh.dvc("repro") == {"compose", "tune@dummy", "choose"}


def test_an_unused_options_file_runs_compose_alone(fresh):
    fresh.edit("conf/scaler/quantile.yaml", {"n_quantiles": 50})
    assert fresh.dvc("repro") == {"compose"}


def test_a_candidate_taken_out_and_put_back_runs_nothing_anew(fresh):
    fresh.edit_menu({"candidates": ["tree"], "set": {**SMALL["set"]}})
    assert_only(fresh.dvc("repro"), {"compose", "choose"}, AFTER_CHOICE)
    assert not (fresh.folder / "models/tuned/dummy.skops").exists()
    fresh.git("checkout", "params.yaml")
    assert fresh.dvc("repro") == {"compose"}


def test_nothing_runs_twice(fresh):
    assert fresh.dvc("repro") == set()


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
    path = fresh.folder / "src/one_click/predict.py"
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


def test_every_customer_has_a_risk_a_segment_and_a_row_of_offers(project):
    data = project.folder / "data"
    ids = set(pd.read_parquet(data / "customers.parquet")["customer_id"])
    for name in ("risks", "reasons", "segments", "offers"):
        table = pd.read_parquet(data / f"{name}.parquet")
        assert table["customer_id"].is_unique
        assert set(table["customer_id"]) == ids
