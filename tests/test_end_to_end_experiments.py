"""The chain by `dvc exp run`, in another clone, and on the real tables."""

import json
import re

import pandas as pd
import pytest
from project import AFTER_CHOICE, CHANGES, STUDY, TUNED, Project, assert_only, executed, ran_once
from real import REAL_TABLES, needs_real_tables

WAYS = {"exp run": ("exp", "run"), "exp run --temp": ("exp", "run", "--temp")}
VARIANTS = {  # other values than above, so that the run-cache does not answer
    ("sampler", "exp run"): {"sampler": "random_under"},
    ("scaler", "exp run --temp"): {"scaler": "power"},
    ("campaign", "exp run"): {"set.campaign.budget": 4},
    ("campaign", "exp run --temp"): {"set.campaign.budget": 5},
    ("candidate", "exp run --temp"): {"set.candidates.tree.max_depth": 5},
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return ran_once(tmp_path_factory.mktemp("project"))


@pytest.fixture
def fresh(project):
    yield project
    project.restore()


@pytest.mark.parametrize(("change", "way"), VARIANTS)
def test_experiments_run_what_a_change_touches(fresh, change, way):
    _, must, may = CHANGES[change]
    changes = VARIANTS[change, way]
    arguments = [part for k, v in changes.items() for part in ("-S", f"++{k}={v}")]
    done = fresh.run("dvc", *WAYS[way], *arguments)
    assert_only(executed(done.stdout), must, may)
    name = re.search(r"Ran experiment\(s\): (\S+)", done.stdout)[1]
    shown = json.loads(fresh.run("dvc", "exp", "show", "--json").stdout)
    assert name in json.dumps(shown)


def test_a_second_cold_run_in_another_clone_gives_the_same_bytes(project, tmp_path):
    """Identical dvc.lock, and nothing that git would see."""
    project.git("clone", "-q", str(project.folder), str(tmp_path / "clone"))
    other = Project(tmp_path / "clone")
    ran = other.dvc("repro", "--force")
    assert ran == {"compose", "sample", "choose"} | STUDY | TUNED | AFTER_CHOICE
    assert other.git("status", "--porcelain") == ""
    assert other.digest("dvc.lock") == project.digest("dvc.lock")


@needs_real_tables
def test_the_real_tables_run(fresh):
    """An absolute path by `-S tables=...`: counts, ranking and consent are as they must be."""
    more = ["-S", "candidates=[knn]", "-S", "~set.candidates"]
    fresh.run("dvc", "exp", "run", "-S", f"tables={REAL_TABLES}", *more)
    metrics = fresh.folder / "metrics"
    prepared = json.loads((metrics / "prepare.json").read_text(encoding="utf-8"))
    assert prepared["customers"]["read"] == 1300
    assert prepared["left"] == {"revenue_every_month": 3}
    assert prepared["aside"] == {"revenue_slip": 1, "twin": 11}
    assert prepared["customers"]["learned_or_tested"] == 1285
    assert prepared["declined"]["learned_or_tested"] == 483
    evaluated = json.loads((metrics / "evaluate.json").read_text(encoding="utf-8"))
    assert evaluated["roc_auc"]["value"] > 0.88
    offers = pd.read_parquet(fresh.folder / "data/offers.parquet")
    customers = pd.read_parquet(fresh.folder / "data/customers.parquet")
    both = offers.merge(customers[["customer_id", "contact_allowed"]], validate="1:1")
    reached = both[both["offer"].notna() & (both["channel"] != "site")]
    assert len(reached) > 0
    assert reached["contact_allowed"].all()
    assert fresh.git("ls-files", "data", "models", "reports", "*.parquet").split() == [
        name for name in fresh.git("ls-files", "*.gitignore").split()
        if name.startswith(("data/", "models/", "reports/"))
    ]  # fmt: skip
