"""What an edit runs again: `python benchmarks/reruns.py [--revisions A B]`, one beside the other.

Prints lines of dvc.yaml and dvc.lock, and for an edit of each kind the stages that `dvc repro`
would start with: those whose own deps or settings changed (later ones follow where bytes change).
In clones of the revisions that borrow this checkout's cache and are removed at the end; what a
revision ran must be in the cache (`dvc repro` there once, and commit).
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = "src/one_click"
EDITS = {  # what is edited: where it stands, the first path that a revision has
    "a check of the report's settings": ("settings/report.py", "params.py"),
    "a new path": ("artefacts.py", "files.py"),
    "a new trigger": ("settings/offers.py", "campaign.py"),
    "the allow-list": ("allowed.py", "pipeline.py"),
    "a picture": ("pictures/study/association.py", "figures/association.py"),
    "a measure": ("risk/judging/measures.py", "measures.py"),
    "a model's spec": ("conf/model/svc.yaml",),
}


def call(*words: str, folder: Path) -> str:
    """Run a command in a clone, by the clone's own code; what it prints."""
    env = os.environ | {"PYTHONPATH": "src"}
    return subprocess.run(
        words, cwd=folder, env=env, check=True, capture_output=True, text=True
    ).stdout


def clone_of(revision: str, folder: Path) -> Path:
    """A clone at a revision, with its outputs from this checkout's cache."""
    cache = call("dvc", "cache", "dir", folder=ROOT).strip()
    call("git", "clone", "-q", str(ROOT), str(folder), folder=ROOT)
    call("git", "checkout", "-q", "--detach", revision, folder=folder)
    call("dvc", "config", "--local", "cache.dir", cache, folder=folder)
    call("dvc", "checkout", "-q", folder=folder)
    return folder


def started(folder: Path, place: Path) -> list[str]:
    """The stages that an edit of a file changes; the file is as it was at the end."""
    before = place.read_bytes()
    if place.suffix == ".yaml":
        text = place.read_text(encoding="utf-8")
        place.write_text(text.replace("high: ", "high: 1"), encoding="utf-8")
        call("dvc", "repro", "-q", "-s", "compose", folder=folder)
    else:
        place.write_bytes(before + b"\n# an edit\n")
    try:
        return sorted(json.loads(call("dvc", "status", "--json", folder=folder)))
    finally:
        place.write_bytes(before)
        call("git", "checkout", "-q", ".", folder=folder)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--revisions", nargs="+", default=["HEAD"], help="HEAD by default")
    revisions = parser.parse_args().revisions
    place = Path(tempfile.mkdtemp(prefix="reruns_"))
    try:
        for number, revision in enumerate(revisions):
            folder = clone_of(revision, place / str(number))
            print(f"## {revision}\n\n| edited | stages that start | which |\n| --- | --- | --- |")
            for name in ("dvc.yaml", "dvc.lock"):
                lines = len((folder / name).read_text(encoding="utf-8").splitlines())
                print(f"| lines of {name} | {lines} | |")
            before = set(started(folder, folder / "README.md"))
            for edit, paths in EDITS.items():
                there = [path for path in paths if (folder / SOURCE / path).exists()]
                path = folder / SOURCE / there[0] if there else folder / paths[0]
                stages = [name for name in started(folder, path) if name not in before]
                print(f"| {edit} | {len(stages)} | {', '.join(stages)} |", flush=True)
            print()
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
