"""What systems and editors leave in a folder that stages depend on is no content of it."""

import subprocess

import pytest
from helpers.imports import SOURCE

ROOT = SOURCE.parent
STRAYS = [
    ".DS_Store", "._a.yaml", "Thumbs.db", "desktop.ini", ".directory", "~$money.csv",
    ".~lock.money.csv#", "a.py~", ".a.py.swp", "a.yaml.orig", "a.yaml.rej", ".nfs0001",
    ".ipynb_checkpoints/a.ipynb", ".idea/a.xml", "__pycache__/a.pyc",
]  # fmt: skip
FOLDERS = ["conf", "src/one_click/customers", "data/waves"]
PATHS = [f"{folder}/{stray}" for folder in FOLDERS for stray in STRAYS]
CONTENT = [
    "conf/config.yaml",
    "conf/model/svc.yaml",
    "src/one_click/columns.py",
    "data/waves/1.csv",
]


@pytest.mark.parametrize(
    "command", [("dvc", "check-ignore"), ("git", "check-ignore", "--no-index")], ids=["dvc", "git"]
)
def test_what_is_left_beside_content_is_ignored_and_content_is_not(command):
    """Else a look into a folder would re-run stages, and a sweep's names would not be kept."""
    content = [path for path in CONTENT if command[0] == "dvc" or not path.endswith(".csv")]
    done = subprocess.run(
        [*command, *PATHS, *content], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert set(done.stdout.split("\n")) - {""} == set(PATHS), done.stderr
