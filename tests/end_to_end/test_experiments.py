"""The chain in another clone: the same bytes, by `dvc exp run`, and on the real tables."""

import json
import re

import pandas as pd
import pytest
import yaml
from helpers.project import CHANGES, assert_only, built, executed, ran_once
from helpers.real import REAL_TABLES, needs_real_tables

pytestmark = pytest.mark.slow  # a project is built
UPTO = ("evaluate", "offer")  # the other tests draw pictures and write reports
LEFT_OUT = {"illustrate", "report", "headline"}
WAYS = {  # other values than those of `dvc repro`, so that the run-cache does not answer
    ("exp", "run"): ("campaign", {"set.campaign.budget": 5}, UPTO),
    ("exp", "run", "--temp"): ("candidate", {"set.candidates.tree.max_depth": 5}, UPTO[:1]),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A clone that has run by itself, each stage a process of its own as a user's are.

    Another one than the one that other tests copy, whose stages are forked.
    """
    return ran_once(tmp_path_factory.mktemp("project"), *UPTO, forks=False)


@pytest.fixture
def fresh(project):
    yield project
    project.restore()


@pytest.mark.parametrize("way", WAYS)
def test_experiments_run_what_a_change_touches(fresh, way):
    change, changes, targets = WAYS[way]
    _, must, may = CHANGES[change]
    arguments = [part for k, v in changes.items() for part in ("-S", f"++{k}={v}")]
    done = fresh.run("dvc", *way, *arguments, *targets)
    assert_only(executed(done.stdout), must - LEFT_OUT, may - LEFT_OUT)
    name = re.search(r"Ran experiment\(s\): (\S+)", done.stdout)[1]
    shown = json.loads(fresh.run("dvc", "exp", "show", "--json").stdout)
    assert name in json.dumps(shown)


def test_a_second_cold_run_in_another_clone_gives_the_same_bytes(project, tmp_path_factory):
    """The same entries of dvc.lock: they have the digest of every output."""
    made = yaml.safe_load(project.digest("dvc.lock"))["stages"]
    everything = yaml.safe_load(built(tmp_path_factory).digest("dvc.lock"))["stages"]
    assert {"tune@tree", "choose", *UPTO} <= made.keys()
    assert made == {name: everything[name] for name in made}


@needs_real_tables
def test_the_real_tables_run(fresh):
    """An absolute path by `-S tables=...`: counts, ranking and consent are as they must be."""
    more = ["-S", "candidates=[logistic]", "-S", "~set.candidates"]
    fresh.run("dvc", "exp", "run", "-S", f"tables={REAL_TABLES}", *more, *UPTO)
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
    kept = fresh.git("ls-files", "data", "models", "reports", "*.parquet").split()
    assert {name for name in kept if not name.endswith(".gitignore")} == {"data/waves/README.md"}
