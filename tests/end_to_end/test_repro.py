"""The chain by `dvc repro`: what a change re-executes."""

import json

import pandas as pd
import pytest
from helpers.project import AFTER_CHOICE, CHANGES, SMALL, assert_only, copy_of_built, nested

pytestmark = pytest.mark.slow  # a project is built
# Stages that are run; of the others DVC says whether they would be: pictures take long.
TARGETS = {
    "describe": ("describe",), "report": ("offer",), "scaler": ("evaluate", "draw"),
    "segments": ("offer", "headline"),
}  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_of_built(tmp_path_factory, "repro")


@pytest.fixture
def fresh(project):
    yield project
    project.restore()


def stale(project) -> set[str]:
    """Stages that `dvc repro` would run."""
    return set(json.loads(project.run("dvc", "status", "--json").stdout))


@pytest.mark.parametrize("change", TARGETS)
def test_repro_runs_what_a_change_touches_and_nothing_when_it_is_undone(fresh, change):
    """`may` runs only where the choice's bytes changed; undone, all comes from the run-cache."""
    changes, must, may = CHANGES[change]
    before = fresh.digest("models/chosen.skops")
    fresh.edit_menu(nested(changes))
    ran = fresh.dvc("repro", *TARGETS[change]) | stale(fresh)
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


def test_every_customer_has_a_risk_a_segment_and_a_row_of_offers(project):
    data = project.folder / "data"
    ids = set(pd.read_parquet(data / "customers.parquet")["customer_id"])
    for name in ("risks", "reasons", "segments", "offers"):
        table = pd.read_parquet(data / f"{name}.parquet")
        assert table["customer_id"].is_unique
        assert table["customer_id"].dtype == "str"
        assert set(table["customer_id"]) == ids
