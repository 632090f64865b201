"""Promises of how a stage runs: a user's mistake is a clear line, results stay, time is logged."""

import subprocess
import sys

import pytest

from one_click import artefacts
from one_click.commands import seconds
from one_click.running.errors import InputError
from one_click.running.stage import run


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


@pytest.mark.parametrize("error", [ValueError("a bug"), SystemExit(2)])
def test_any_other_error_is_left_as_it_is(error, capsys):
    with pytest.raises(type(error)) as caught:
        run(failing(error))
    assert caught.value is error
    assert capsys.readouterr() == ("", "")


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
    seconds.main()
    assert "no stage ran" in capsys.readouterr().out
    monkeypatch.setenv("DVC_STAGE", "prepare")
    run(lambda: None)
    seconds.main()
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "prepare",
        "together",
    ]
