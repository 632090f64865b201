"""README, docs and CONTRIBUTING hold: what they tell to run runs, what they name exists.

Every ```sh block is run line by line, word for word, in a small project; ```text blocks need a
network, a cluster or an hour, and are held against options and choices alone.
"""

import csv
import json
import re
import shlex
import shutil
import sys
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd
import pytest
import yaml
from helpers.imports import SOURCE
from helpers.pipeline import PATHS, STAGES, listed
from helpers.project import Project, copy_of_built

from one_click import artefacts
from one_click.choices.menu import GROUPS, LISTS, read_menu
from one_click.cli import COMMANDS, main
from one_click.experiments.jobs import grid
from one_click.experiments.overrides import is_own, spelled

ROOT = SOURCE.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(language: str) -> list[tuple[str, list[str]]]:
    """Fenced blocks with their place and their lines of commands, continued lines joined."""
    found = []
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            place = f"{path.name}:{text.count(chr(10), 0, match.start()) + 1}"
            lines = match[1].replace("\\\n", " ").splitlines()
            found.append((place, [line for line in lines if line.strip()]))
    return found


RUN = blocks("sh")
TOLD = blocks("text")
LINES = [(place, shlex.split(line, comments=True)) for place, lines in RUN + TOLD for line in lines]
LINES += [  # commands inside a sentence
    (path.name, shlex.split(words))
    for path in DOCUMENTS
    for words in re.findall(r"`(one-click [^`]+)`", path.read_text(encoding="utf-8"))
    if words != "one-click <command>"
]
OURS = [
    (place, words[at + 1], words[at + 2 :])
    for place, words in LINES
    for at, word in enumerate(words)
    if word in ("one-click", "one_click")
]
SWEEPS = [arguments for _, command, arguments in OURS if command == "sweep" and arguments]


class Reader:
    """Somebody who follows the documents in a project of their own, with files beside it."""

    def __init__(self, project: Project, desk: Path):
        self.project = project
        self.desk = desk
        self.start = project.git("rev-parse", "HEAD").strip()

    def follow(self, line: str) -> None:
        """Run a line with what the reader must name put in; of `make`, what it would run."""
        line = re.sub(r"^make\b", "make -n", line)
        words = re.sub(NAMED, lambda word: str(READERS_OWN[word[0]](self)), line)
        done = self.project.run("bash", "-c", words, check=False)
        told = done.stdout + done.stderr
        assert done.returncode == 0, f"{words}\n{told}"
        assert not re.search(r"^(error: |ERROR: |Traceback)", told, re.MULTILINE), told

    def tidy(self) -> None:
        """Back to where the reader began; experiments, branches and sweeps stay."""
        self.project.git("switch", "-q", "--force", "main")
        self.project.git("reset", "-q", "--hard", self.start)
        for wave in (self.project.folder / "data/waves").glob("*/"):  # kept by a document's reader
            shutil.rmtree(wave)
        self.project.run("dvc", "checkout", "--force", "--quiet")
        assert self.project.git("status", "--porcelain") == ""

    def folds(self) -> Path:
        """Two folds of the store's customers."""
        customers = pd.read_parquet(self.project.folder / artefacts.CUSTOMERS)
        ids = customers.loc[customers["part"] != "aside", "customer_id"]
        path = self.desk / "folds.csv"
        pd.DataFrame({"customer_id": ids, "fold": [n % 2 for n in range(len(ids))]}).to_csv(
            path, index=False
        )
        return path

    def kept(self) -> Path:
        """A wave that was kept."""
        path = self.desk / "kept"
        shutil.copytree(self.project.folder / artefacts.WAVE, path, dirs_exist_ok=True)
        return path

    def outcome(self, name: str) -> Path:
        """The outcome of the wave, or the CRM's log: simulated, once."""
        folder = self.desk / "outcome"
        if not folder.exists():
            self.project.run(
                *("one-click", "simulate", "--wave", artefacts.WAVE.as_posix(), "--truth"),
                *(artefacts.SAMPLE_TRUTH.as_posix(), "--output", str(folder)),
            )
        return folder / name

    def experiment(self) -> str:
        """The second row of the table of a sweep: what is not so already."""
        with (self.project.folder / artefacts.SWEEP).open(encoding="utf-8") as file:
            (row,) = [row for row in csv.DictReader(file) if "robust" in row["changed"]]
        return row["promote"].rpartition(" ")[2]


READERS_OWN = {  # what a document leaves to the reader, in capitals: what it is here
    "FOLDER": lambda reader: reader.project.folder / artefacts.SAMPLE,
    "SCORED": lambda reader: reader.desk / "scored",
    "FILE.csv": lambda reader: reader.desk / "measure.csv",
    "FOLDS.csv": lambda reader: reader.folds(),
    "KEPT": lambda reader: reader.kept(),
    "OUTCOME.csv": lambda reader: reader.outcome("outcome.csv"),
    "SENT.csv": lambda reader: reader.outcome("sent.csv"),
    "SIMULATED": lambda reader: reader.desk / "simulated",
    "MEASURED": lambda reader: reader.desk / "measured",
    "CURVE": lambda reader: reader.desk / "curve",
    "SWEEP": lambda reader: max((reader.project.folder / "multirun").iterdir()),
    "EXPERIMENT": lambda reader: reader.experiment(),
    "FIRST": lambda reader: "dummy",
    "SECOND": lambda reader: "tree",
}
NAMED = r"\b(?:" + "|".join(map(re.escape, READERS_OWN)) + r")(?!\w)"


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    project = copy_of_built(tmp_path_factory, "documents")
    project.git("branch", "-M", "main")
    return Reader(project, tmp_path_factory.mktemp("desk"))


@pytest.mark.slow  # a project is built
@pytest.mark.parametrize(("place", "lines"), RUN, ids=[place for place, _ in RUN])
def test_what_a_document_tells_to_run_runs(place, lines, reader):
    for line in lines:
        reader.follow(line)
    reader.tidy()


def test_every_word_left_to_the_reader_is_used():
    used = {word for _, lines in RUN for line in lines for word in re.findall(NAMED, line)}
    assert used == set(READERS_OWN)


def test_commands_are_in_a_fence_that_says_whether_they_are_run():
    for path in DOCUMENTS:
        for language in re.findall(r"^```(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert language in ("sh", "text", "yaml", "python"), path.name


def test_readme_is_short():
    assert len(README.splitlines()) <= 120


def test_every_command_is_told_of():
    assert {command for _, command, _ in OURS} - {"--help"} == set(COMMANDS)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{path.name}: {target}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_exist_or_are_made(path):
    """From the project's folder, or from the package's; results are in the path table."""
    made = {place.as_posix() for place in PATHS.values()}
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for name in re.findall(r"`([\w./-]+/[\w.-]+\.\w+)`", text):
        if re.search(r"\b[A-Z]{3,}\b", name):  # the reader names it
            continue
        there = any((place / name).exists() for place in (ROOT, SOURCE / "one_click"))
        assert there or name in made, f"{path.name}: {name}"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_takes_the_options_that_documents_give_it(command, capsys, monkeypatch):
    given = {
        word.split("=")[0]
        for _, called, arguments in OURS
        for word in arguments
        if called == command and word.startswith("-")
    }
    if command == "sweep":  # whose own `--help` is Hydra's
        assert given == {"-m"}
        return
    monkeypatch.setattr(sys, "argv", ["one-click", command, "--help"])
    with pytest.raises(SystemExit):
        main()
    told = capsys.readouterr().out
    assert {option for option in given if option not in told} == set()


def test_a_benchmark_takes_the_options_that_a_document_gives_it():
    scripts = [words for _, words in LINES if words[:1] == ["python"]]
    assert scripts
    for _, name, *arguments in scripts:
        source = (ROOT / name).read_text(encoding="utf-8")
        for option in (word for word in arguments if word.startswith("-")):
            assert f'"{option}"' in source, f"{name} {option}"


@pytest.mark.parametrize("arguments", SWEEPS, ids=" ".join)
def test_a_sweep_of_a_document_composes(arguments):
    chosen = [spelled(a) for a in arguments if not a.startswith("-") and a != "..."]
    jobs = grid(
        [a for a in chosen if not is_own(a)], read_menu(ROOT / "params.yaml"), ROOT / "conf"
    )
    assert jobs


def test_targets_of_make_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    texts = [path.read_text(encoding="utf-8") for path in DOCUMENTS]
    targets = {name for text in texts for name in re.findall(r"(?:`|\n)make ([a-z]+)", text)}
    assert targets >= {"repro", "test", "all"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def rows_after(header: str, text: str) -> list[list[str]]:
    """Cells of the table under a header."""
    table = text.partition(f"{header}\n")[2].partition("\n\n")[0].splitlines()[1:]
    assert table
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


@pytest.mark.parametrize("row", rows_after("| who reads | what |", README), ids=lambda row: row[0])
def test_who_reads_what_names_what_the_stages_make(row):
    outputs = {path for stage in STAGES.values() for path in listed(stage, "outs", "metrics")}
    outputs |= {path for stage in STAGES.values() for path in listed(stage, "plots")}
    named = [word for word in re.findall(r"`([^` ]+)`", row[1]) if "/" in word]
    assert named
    for name in named:
        folder = re.sub(r"\*[^/]*$", "", name).rstrip("/")
        made = [path for path in outputs if fnmatch(path, name) or f"{path}/".startswith(folder)]
        assert made or (ROOT / name).is_dir(), name


FIGURES = {
    "ROC-AUC, 95 % bootstrap interval": ["roc_auc", "roc_auc_low", "roc_auc_high"],
    "log-loss": ["log_loss"],
    "Brier": ["brier"],
    "ECE, ten equal bins": ["ece"],
}


def test_the_results_of_the_generated_store_are_the_committed_ones():
    metrics = json.loads((ROOT / artefacts.HEADLINE_METRICS).read_text(encoding="utf-8"))
    rows = rows_after("| figure | generated store | the store's tables |", README)
    assert {name for name, *_ in rows} == set(FIGURES)
    for name, generated, _ in rows:
        figures = [float(number) for number in re.findall(r"\d\.\d+", generated)]
        kept = [metrics["test"][key] for key in FIGURES[name]]
        assert figures == pytest.approx(kept, abs=0.00051), name


def test_the_methods_are_all_there():
    text = (ROOT / "docs/methods.md").read_text(encoding="utf-8")
    rows = {row[0].strip("`"): row[1] for row in rows_after("| group | choices |", text)}
    groups = {group: group for group in GROUPS} | LISTS
    for group, folder in groups.items():
        if group in rows:
            listed_names = set(re.findall(r"[a-z]\w+", rows[group]))
            assert {path.stem for path in (ROOT / "conf" / folder).glob("*.yaml")} <= listed_names
    assert set(LISTS) <= set(rows)


def test_the_stages_of_the_picture_exist():
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    (picture,) = (block for language, block in fences if not language)
    menu = yaml.safe_load((ROOT / artefacts.MENU).read_text(encoding="utf-8"))
    for stage in re.findall(r"─> ([a-z]+)\b(?!\.)", picture):
        assert stage in STAGES
    for candidate in re.findall(r"tune@([a-z]+)", picture):
        assert candidate in menu["candidates"]
