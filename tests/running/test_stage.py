"""Promises of how a stage runs: a user's mistake is a clear line, results stay, time is logged."""

import errno
import subprocess
import sys

import pytest
from helpers.imports import SOURCE
from helpers.pipeline import STAGES, listed

from one_click import artefacts
from one_click.commands import seconds
from one_click.running.errors import InputError
from one_click.running.stage import run, run_stage
from one_click.stages import compose, illustrate, tune


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty working folder, outside DVC."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_STAGE", raising=False)
    return tmp_path


def failing(error: BaseException):
    def main() -> None:
        raise error

    return main


def test_a_users_mistake_is_a_line_a_fault_and_exit_code_1(capsys):
    with pytest.raises(SystemExit) as ended:
        run(failing(InputError("money.csv: line 3: no number\nmoney.csv: line 7: no id")))
    assert ended.value.code == 1
    assert capsys.readouterr() == (
        "",
        "error: money.csv: line 3: no number\nerror: money.csv: line 7: no id\n",
    )


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(errno.ENOSPC, "No space left", "a.csv"), "a.csv: No space left: make room on"),
        (OSError(errno.EROFS, "Read-only", "out"), "out: Read-only: name a place"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "a"), "a: Is a directory: move this"),
        (NotADirectoryError(errno.ENOTDIR, "No", "a/b"), "a/b: No: move the file away"),
        (PermissionError(errno.EACCES, "Permission denied", "a"), "a: Permission denied: see to"),
        (OSError("Invalid data\nstream"), "Invalid data stream: see to it"),  # a library's own
        (OSError(), "OSError: see to it"),
        (MemoryError("Unable to allocate 745. GiB"), "out of memory: free some, or name fewer"),
    ],
)
def test_what_the_machine_refuses_is_one_line_and_exit_code_1(error, line, capsys):
    with pytest.raises(SystemExit) as ended:
        run(failing(error))
    (printed,) = capsys.readouterr().err.splitlines()
    assert ended.value.code == 1
    assert printed.startswith(f"error: {line}")
    assert printed.endswith("run this again")


def test_a_log_that_cannot_be_written_is_one_line(monkeypatch, capsys):
    monkeypatch.setenv("DVC_STAGE", "draw")
    monkeypatch.setattr("one_click.running.stage._restore_outputs", lambda stage: None)
    artefacts.SECONDS.mkdir(parents=True)
    with pytest.raises(SystemExit):
        run(lambda: None)
    assert capsys.readouterr().err.startswith(f"error: {artefacts.SECONDS}: Is a directory: move")


@pytest.mark.parametrize("error", [ValueError("a bug"), SystemExit(2)])
def test_any_other_error_is_left_as_it_is(error, capsys):
    with pytest.raises(type(error)) as caught:
        run(failing(error))
    assert caught.value is error
    assert capsys.readouterr() == ("", "")


def test_a_reader_who_has_read_enough_is_no_error(monkeypatch, capsys):
    """`one-click leaderboard ... | head -1`."""
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # put back afterwards
    with pytest.raises(SystemExit) as ended:
        run(failing(BrokenPipeError()))
    assert ended.value.code == 1
    assert capsys.readouterr().err == ""


def test_an_interruption_is_one_line_and_exit_code_130(capsys):
    with pytest.raises(SystemExit) as ended:
        run(failing(KeyboardInterrupt()))
    assert ended.value.code == 130
    assert capsys.readouterr().err.count("\n") == 1


def test_seconds_are_logged_for_a_stage_of_dvc_that_ended_well(monkeypatch):
    run(lambda: None)
    assert not artefacts.SECONDS.exists()
    monkeypatch.setenv("DVC_STAGE", "tune@svc")
    run(lambda: None)
    run(lambda: None)
    logged = [line.split(",") for line in artefacts.SECONDS.read_text().splitlines()]
    assert [name for name, _ in logged] == ["tune@svc", "tune@svc"]
    assert all(float(spent) > 0 for _, spent in logged)


def test_a_stage_keeps_a_whole_lock_before_it_begins_and_no_cut_one(folder, monkeypatch):
    """What a kill may cut after it: DVC writes the lock when the stage has ended."""
    whole = (SOURCE.parent / artefacts.DVC_LOCK).read_bytes()
    artefacts.DVC_LOCK.write_bytes(whole)
    run(lambda: None)
    assert not artefacts.WHOLE_LOCK.exists()
    monkeypatch.setenv("DVC_STAGE", "tune@svc")
    kept_first = []
    run(lambda: kept_first.append(artefacts.WHOLE_LOCK.exists()))
    assert kept_first == [True]
    artefacts.DVC_LOCK.write_bytes(whole[:-9])
    run(lambda: None)
    assert artefacts.WHOLE_LOCK.read_bytes().endswith(b"\n" + whole)


def test_outputs_that_dvc_removed_come_back_when_a_stage_fails(folder, monkeypatch, capsys):
    """DVC deletes a stage's outputs before it runs it: a mistake must not cost the last results."""
    stages = "stages:\n  draw:\n    cmd: echo good > plot.txt\n    outs: [plot.txt]\n"
    (folder / "dvc.yaml").write_text(stages)
    for words in (["init", "-q", "--no-scm"], ["repro", "-q"]):
        subprocess.run([sys.executable, "-m", "dvc", *words], check=True)
    assert (folder / "plot.txt").read_text() == "good\n"
    monkeypatch.setenv("DVC_STAGE", "draw")
    for error, raised in ((InputError("mistake"), SystemExit), (ValueError("a bug"), ValueError)):
        (folder / "plot.txt").unlink()
        with pytest.raises(raised):
            run(failing(error))
        assert (folder / "plot.txt").read_text() == "good\n"
    assert "error: mistake\n" in capsys.readouterr().err
    assert not artefacts.SECONDS.exists()


def test_seconds_table_by_hand():
    lines = seconds.table([["prepare", "1.26"], ["tune@extra_trees", "12.30"]]).splitlines()
    assert lines == [
        "prepare              1.3 s",
        "tune@extra_trees    12.3 s",
        "together            13.6 s",
    ]


def test_seconds_are_read_from_the_log_of_the_stages(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["seconds"])
    seconds.main()
    assert "no stage ran" in capsys.readouterr().out
    monkeypatch.setenv("DVC_STAGE", "prepare")
    run(lambda: None)
    seconds.main()
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "prepare",
        "together",
    ]


def starting(monkeypatch, main, *words: str, arguments=None) -> int:
    """Start a stage in the project's folder, as DVC does; the exit code, and that it did not run.

    Its `main` must not be called: the settings that it would load are not looked at.
    """
    monkeypatch.chdir(SOURCE.parent)
    monkeypatch.setattr(sys, "argv", [main.__module__, *words])

    def never(**_) -> None:
        raise AssertionError("it ran")

    never.__module__ = main.__module__
    with pytest.raises(SystemExit) as ended:
        run_stage(never, arguments)
    return ended.value.code


@pytest.mark.parametrize(
    ("main", "arguments"),
    [
        (illustrate.main, None),
        (compose.main, {"--check": "write nothing"}),
        (tune.main, {"candidate": "a name"}),
    ],
    ids=lambda case: getattr(case, "__module__", ""),
)
def test_help_of_a_stage_says_what_it_reads_and_writes_and_runs_nothing(
    main, arguments, monkeypatch, capsys
):
    assert starting(monkeypatch, main, "--help", arguments=arguments) == 0
    told, complained = capsys.readouterr()
    assert complained == ""
    assert f"python -m {main.__module__}" in told
    assert sys.modules[main.__module__].__doc__.splitlines()[0] in told
    name = main.__module__.rpartition(".")[2]
    (reads,) = [line for line in told.splitlines() if line.startswith("reads: ")]
    (writes,) = [line for line in told.splitlines() if line.startswith("writes: ")]
    expected = {path for path in listed(STAGES[name], "deps") if not path.startswith("src/")}
    assert expected <= set(reads.removeprefix("reads: ").split(", "))
    assert "conf.lock.yaml" in reads or name == "compose"
    written = listed(STAGES[name], "outs", "metrics", "plots")
    assert set(writes.removeprefix("writes: ").split(", ")) == written
    for argument, meaning in (arguments or {}).items():
        assert argument in told
        assert meaning in told


@pytest.mark.parametrize("words", [("nonesuch",), ("--nonesuch",), ("a", "b")])
def test_a_stage_refuses_an_unknown_argument(words, monkeypatch, capsys):
    assert starting(monkeypatch, illustrate.main, *words) == 2
    told, complained = capsys.readouterr()
    assert told == ""
    assert f"unrecognized arguments: {' '.join(words)}" in complained


def test_a_stage_refuses_to_go_without_its_argument(monkeypatch, capsys):
    assert starting(monkeypatch, tune.main, arguments={"candidate": "a name"}) == 2
    assert "candidate" in capsys.readouterr().err


def test_arguments_reach_a_stage_by_their_names(monkeypatch):
    given = {}

    def main(candidate: str, check: bool) -> None:
        given.update(candidate=candidate, check=check)

    monkeypatch.setattr(sys, "argv", ["tune", "svc", "--check"])
    run_stage(main, {"candidate": "a name", "--check": "write nothing"})
    assert given == {"candidate": "svc", "check": True}


def test_help_outside_of_the_project_does_without_its_files(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["illustrate", "--help"])
    with pytest.raises(SystemExit) as ended:
        run_stage(illustrate.main)
    assert ended.value.code == 0
    assert "reads" not in capsys.readouterr().out
