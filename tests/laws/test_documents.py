"""README, docs and CONTRIBUTING name what exists: commands, their options, targets, files."""

import re
import shlex
import subprocess
import sys

import pytest
from helpers.imports import SOURCE

from one_click.choices.menu import read_menu
from one_click.cli import COMMANDS
from one_click.experiments.jobs import grid, is_own, spelled

ROOT = SOURCE.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LINES = [
    (path.name, shlex.split(line, comments=True))
    for path in DOCUMENTS
    for block in re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    for line in block.replace("\\\n", " ").splitlines()
    if line.strip()
]
OURS = [
    (name, words[words.index("one-click") + 1], words[words.index("one-click") + 2 :])
    for name, words in LINES
    if "one-click" in words
]
SWEEPS = [arguments for _, command, arguments in OURS if command == "sweep"]


def test_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120


def test_the_documents_hold_commands():
    assert {command for _, command, _ in OURS} >= {"sweep", "compare", "score", "measure-procedure"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{path.name}: {target}"


@pytest.mark.parametrize(("document", "command", "arguments"), OURS)
def test_a_command_takes_the_options_that_a_document_gives_it(document, command, arguments):
    assert command in COMMANDS, document
    words = [sys.executable, "-m", "one_click", command, "--help"]
    text = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for option in (word for word in arguments if word.startswith("-")):
        assert option.split("=")[0] in text, f"{document}: {command} {option}"


@pytest.mark.parametrize("arguments", SWEEPS, ids=" ".join)
def test_a_sweep_of_a_document_composes(arguments):
    chosen = [spelled(a) for a in arguments if not a.startswith("-") and a != "..."]
    jobs = grid(
        [a for a in chosen if not is_own(a)], read_menu(ROOT / "params.yaml"), ROOT / "conf"
    )
    assert jobs


def test_targets_of_make_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {words[1] for _, words in LINES if words[0] == "make"}
    assert targets >= {"repro", "test"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
