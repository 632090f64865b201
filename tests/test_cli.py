"""Promises of the command line: what there is is told, in the commands' own words, at once."""

import ast
import os
import subprocess
import sys

import pytest
from helpers.imports import SOURCE
from helpers.toy import Toy

from one_click import cli
from one_click.cli import COMMANDS

OTHERS = sorted(set(COMMANDS) - {"sweep"})  # whose options are Hydra's
HEAVY = {"numpy", "pandas", "sklearn", "hydra", "dvc"}


def called(*words: str, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
    """`python -m one_click`, as a person runs it."""
    return subprocess.run(
        [sys.executable, *python, "-m", "one_click", *words],
        env=os.environ | {"PYTHONPATH": str(SOURCE), "COLUMNS": "100"},
        cwd=SOURCE.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip


def sentence(command: str) -> str:
    """The first line of the docstring of a command's module."""
    path = SOURCE / f"one_click/commands/{command.replace('-', '_')}.py"
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).splitlines()[0]


@pytest.mark.parametrize("word", ["--help", "-h", None])
def test_help_lists_every_command_in_its_own_words(word, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["one-click", *filter(None, [word])])
    cli.main()
    lines = capsys.readouterr().out.splitlines()
    for command in COMMANDS:
        (line,) = (line for line in lines if line.split()[:1] == [command])
        assert line.split(maxsplit=1)[1] == sentence(command)


def test_every_module_of_commands_is_a_command():
    modules = {path.stem for path in (SOURCE / "one_click/commands").glob("*.py")} - {"__init__"}
    assert modules == {command.replace("-", "_") for command in COMMANDS}


def test_an_unknown_command_is_one_line():
    done = called("swoop")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line == f"error: no command 'swoop'; the commands are {', '.join(COMMANDS)}"


def ended(capsys, monkeypatch, *words: str) -> tuple[int, str, str]:
    """The same without a process of its own: exit code, what it prints, what it complains of."""
    monkeypatch.setattr(sys, "argv", ["one-click", *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return end.value.code, *capsys.readouterr()


@pytest.mark.parametrize("command", OTHERS)
def test_a_command_says_what_it_does_with_its_options_and_an_example(command, capsys, monkeypatch):
    code, told, complained = ended(capsys, monkeypatch, command, "--help")
    assert (code, complained) == (0, "")
    assert sentence(command) in " ".join(told.split())
    assert "\noptions:\n" in told
    (example,) = [line for line in told.splitlines() if line.startswith("example: ")]
    assert example.startswith(f"example: one-click {command}")


def test_a_sweep_shows_an_example_too(tmp_path):
    toy = Toy.made(tmp_path)
    told = toy.run(sys.executable, "-m", "one_click", "sweep", "--help").stdout
    assert "example: one-click sweep " in told


@pytest.mark.parametrize("command", OTHERS)
def test_a_command_refuses_what_it_does_not_know(command, capsys, monkeypatch):
    code, told, complained = ended(capsys, monkeypatch, command, "--nonesuch")
    assert (code, told) == (2, "")
    assert "error: " in complained


def test_the_overview_imports_nothing_heavy():
    done = called("--help", python=("-X", "importtime"))
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "one_click.cli" in imported
    assert not {name.partition(".")[0] for name in imported} & HEAVY


def test_a_reader_of_the_overview_who_has_read_enough_sees_no_traceback():
    """The reading end is closed before a word is written."""
    end, start = os.pipe()
    os.close(end)
    words = [sys.executable, "-m", "one_click", "--help"]
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    with os.fdopen(start, "w") as output:
        told = subprocess.run(
            words, env=environment, cwd=SOURCE.parent, stdout=output, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert (told.returncode, told.stderr) == (1, "")
