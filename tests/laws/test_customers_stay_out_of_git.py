"""What may hold customers' rows is in DVC's cache or in no record at all, never left to git."""

import re
import shutil
import subprocess

import pytest
from helpers.imports import SOURCE
from helpers.pipeline import STAGES, listed

from one_click import artefacts

ROOT = SOURCE.parent


def test_customers_and_models_are_never_left_to_git():
    for stage in STAGES.values():
        for kind in ("outs", "metrics", "plots"):
            for entry in stage.get(kind, []):
                in_git = isinstance(entry, dict)
                path = next(iter(entry)) if in_git else entry
                if re.match(r"(data|models|reports)/", path):
                    assert not in_git, f"{path} would be committed"


def with_rows() -> set[str]:
    """Files that hold rows or ids of customers, wherever one works as README says."""
    outs = {path for stage in STAGES.values() for path in listed(stage, "outs")}
    rows = {path for path in outs if path.startswith(("data/", "reports/"))}
    folders = {path for path in rows if "." not in path.rpartition("/")[2]}
    killed = {re.sub(r"([^/]+)(\.\w+)$", r".\1\2.4711\2", path) for path in rows - folders}
    return {
        *(rows - folders),
        *killed,
        *(f"{folder}/market_file.csv" for folder in folders),
        artefacts.PREPARE_METRICS.as_posix(),  # the ids of those who left
        *(f"{artefacts.WAVES}/{name}" for name in ("2026-11.csv", "2026-11.CSV", "a.xlsx", "b/c")),
        *(f"data/{name}" for name in ("march/market_file.csv", "march.zip", "notes.txt")),
        *(f"data/raw/2026-12-01/{name}" for name in ("money.csv", ".unfinished/new/money.csv")),
        *(f"reports/{name}" for name in ("march/risks.parquet", "march/.unfinished/new/a.csv")),
        "multirun/2026-01-01/0/data/risks.parquet",  # of jobs of a sweep, and its table
        "outputs/2026-01-01/0/sweep.log",
        artefacts.SWEEP.as_posix(),
        artefacts.SECONDS.as_posix(),
        artefacts.PLOTS_PAGE.as_posix(),
    }


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A repository with what git keeps in data/, reports/ and beside, committed."""
    folder = tmp_path_factory.mktemp("checkout")
    words = ["git", "ls-files", "-co", "--exclude-standard", "*.gitignore", "data", "reports"]
    for name in subprocess.run(
        words, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    return folder


def git(folder, *words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_git_sees_no_file_with_rows_of_customers(checkout):
    for name in with_rows():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text("500001;1.5\n")
    seen = {line[3:] for line in git(checkout, "status", "--porcelain", "-uall") if line[:1] == "?"}
    assert seen == set()


def test_git_keeps_what_says_so(checkout):
    """Else a folder that is closed would be closed to its own notes, too."""
    kept = set(git(checkout, "ls-files"))
    assert {
        f"{artefacts.WAVES}/README.md",
        "data/.gitignore",
        "data/raw/.gitignore",
        "reports/.gitignore",
    } <= kept
