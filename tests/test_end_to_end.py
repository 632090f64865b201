"""The study as a user runs it, on a small store: which stages run, and that bytes are the same.

The table of README: what a change re-executes, by `dvc repro`, `dvc exp run` and `dvc exp run
--temp`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from imports import SOURCE
from real import REAL_TABLES, needs_real_tables

ROOT = SOURCE.parent
TUNED = {"tune@dummy", "tune@tree"}
STUDY = {"prepare", "quality", "describe", "draw"}
PLAN = {"offer", "illustrate", "report"}
AFTER_CHOICE = {"evaluate", "predict", "explain", "segment"} | PLAN
SMALL = {
    "candidates": ["dummy", "tree"],
    "set": {
        "sample": {"customers": 300},
        "search": {"trials": 2},
        "evaluate": {"resamples": 100},
        "explain": {"order_pairs": 2, "reference": 20, "shuffles": 1, "stability_customers": 10},
        "candidates": {"tree": {"max_depth": 4, "min_samples_leaf": 10}},
    },
}


class Project:
    """A checkout in a folder, and commands run in it."""

    def __init__(self, folder: Path):
        self.folder = folder

    @classmethod
    def of_work_tree(cls, folder: Path) -> "Project":
        """The work tree as it is, without results, in a repository of its own."""
        listing = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        for name in filter(None, listing.split("\0")):
            if (ROOT / name).is_file() and not name.startswith(("metrics/", "plots/", "dvc.lock")):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        project = cls(folder)
        project.git("init", "-q")
        return project

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess:
        """Run a command as with the environment activated and no other one set."""
        env = os.environ | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
        }  # fmt: skip
        done = subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done

    def git(self, *arguments: str) -> str:
        """Run git; what it prints."""
        return self.run("git", *arguments).stdout

    def commit(self) -> None:
        """Commit all that git does not ignore."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a state", "--allow-empty")

    def dvc(self, *arguments: str, check: bool = True) -> set[str]:
        """Run DVC; the stages that it executed."""
        return executed(self.run("dvc", *arguments, check=check).stdout)

    def edit_menu(self, changes: dict) -> None:
        """Change choices of params.yaml."""
        self.edit("params.yaml", changes)

    def edit(self, name: str, changes: dict) -> None:
        """Change keys of a YAML file."""
        path = self.folder / name
        content = yaml.safe_load(path.read_text(encoding="utf-8")) | changes
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")

    def restore(self) -> None:
        """Back to the committed state."""
        self.git("reset", "-q", "--hard")
        self.run("dvc", "checkout", "--force")

    def digest(self, name: str) -> bytes:
        """What a file holds."""
        return (self.folder / name).read_bytes()


def executed(output: str) -> set[str]:
    return set(re.findall(r"Running stage '([^']+)'", output))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A clone that has run once, its results committed."""
    project = Project.of_work_tree(tmp_path_factory.mktemp("project"))
    project.edit_menu(SMALL)
    project.commit()
    ran = project.dvc("repro")
    assert ran == {"compose", "sample", "choose"} | STUDY | TUNED | AFTER_CHOICE
    project.commit()
    return project


@pytest.fixture
def fresh(project):
    yield project
    project.restore()


CHANGES = {
    "scaler": ({"scaler": "minmax"}, {"compose", "choose"} | TUNED, AFTER_CHOICE),
    "sampler": ({"sampler": "random_over"}, {"compose", "choose"} | TUNED, AFTER_CHOICE),
    "campaign": ({"set.campaign.budget": 3}, {"compose"} | PLAN, set()),
    "report": ({"report": "en"}, {"compose", "draw"} | PLAN, set()),
    "describe": ({"set.describe.alpha": 0.04}, {"compose", "quality", "describe", "draw"},
                 {"report"}),
    "candidate": ({"set.candidates.tree.max_depth": 3}, {"compose", "tune@tree", "choose"},
                  AFTER_CHOICE),
    "segments": ({"set.segments.profit_cut": 0.8}, {"compose", "segment"} | PLAN, set()),
}  # fmt: skip
WAYS = {"exp run": ("exp", "run"), "exp run --temp": ("exp", "run", "--temp")}
VARIANTS = {  # other values than above, so that the run-cache does not answer
    ("sampler", "exp run"): {"sampler": "random_under"},
    ("scaler", "exp run --temp"): {"scaler": "power"},
    ("campaign", "exp run"): {"set.campaign.budget": 4},
    ("campaign", "exp run --temp"): {"set.campaign.budget": 5},
    ("candidate", "exp run --temp"): {"set.candidates.tree.max_depth": 5},
}


def nested(changes: dict) -> dict:
    """Dotted keys become nested mappings over those of the small menu."""
    menu = yaml.safe_load(yaml.safe_dump(SMALL))
    for key, value in changes.items():
        *parents, last = key.split(".")
        place = menu
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return menu


def assert_only(ran: set[str], must: set[str], may: set[str]) -> None:
    assert must <= ran, f"did not run: {must - ran}"
    assert ran <= must | may, f"ran for nothing: {ran - must - may}"


@pytest.mark.parametrize("change", sorted(set(CHANGES) - {"sampler"}))
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


def test_a_second_cold_run_in_another_clone_gives_the_same_bytes(project, tmp_path):
    """Identical dvc.lock, and nothing that git would see."""
    project.git("clone", "-q", str(project.folder), str(tmp_path / "clone"))
    other = Project(tmp_path / "clone")
    ran = other.dvc("repro", "--force")
    assert ran == {"compose", "sample", "choose"} | STUDY | TUNED | AFTER_CHOICE
    assert other.git("status", "--porcelain") == ""
    assert other.digest("dvc.lock") == project.digest("dvc.lock")


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
    written = "    files.write_parquet(files.RISKS, risks)\n"
    assert written in source
    fault = "    files.write_parquet(files.RISKS, risks.head(1))\n    raise SystemExit(1)\n"
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


@needs_real_tables
def test_the_real_tables_run(fresh):
    """An absolute path by `-S tables=...`: counts, ranking and consent are as they must be."""
    more = ["-S", "candidates=[knn,extra_trees]", "-S", "~set.candidates"]
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
