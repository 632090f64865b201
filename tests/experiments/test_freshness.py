"""The guard of CI: what is committed fits, or each stage that does not is named."""

from importlib.metadata import version

import pytest
from helpers.toy import Toy

from one_click.commands import fresh
from one_click.experiments import freshness
from one_click.running.errors import InputError
from one_click.stages import compose


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> Toy:
    return Toy.made(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def clone(toy, tmp_path, monkeypatch):
    """As on a machine of CI: what git has, and no cache."""
    toy.run("git", "clone", "-q", ".", str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    monkeypatch.setattr("sys.argv", ["fresh"])
    return tmp_path / "clone"


def problem() -> str:
    with pytest.raises(InputError) as told:
        fresh.main()
    return str(told.value)


def replace(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_fresh_clone_without_a_cache_is_up_to_date(clone, capsys):
    assert not (clone / "data/prepared.txt").exists()
    fresh.main()
    assert "fit the code and the config" in capsys.readouterr().out


def test_changed_code_and_changed_figures_are_named(clone):
    replace(clone / "src/choose.py", "import re", "import  re")
    replace(clone / "metrics/report.json", "svc", "knn")
    assert problem().splitlines() == [
        "dvc.lock: choose is stale (src/choose.py)",
        "dvc.lock: report is stale (metrics/report.json)",
        f"{fresh.MEND}",
    ]


def test_a_changed_choice_is_a_stale_lock(clone):
    replace(clone / "params.yaml", "scaler: standard", "scaler: robust")
    assert "conf.lock.yaml: not what params.yaml and conf/ compose to" in problem()


def test_a_lock_that_was_composed_but_not_run_is_stale(clone):
    replace(clone / "params.yaml", "scaler: standard", "scaler: robust")
    compose.main(check=False)
    assert "choose is stale (conf.lock.yaml: digests.scaler)" in problem()


def test_a_stage_that_reads_another_output_than_was_made_last_is_stale(clone):
    """Of files that are not there: what one stage wrote is compared with what the next one read."""
    lock = clone / "dvc.lock"
    before, wrote, after = lock.read_text(encoding="utf-8").partition("  prepare:\n")
    was = after.partition("md5: ")[2].partition("md5: ")[2][:32]
    lock.write_text(before + wrote + after.replace(was, "f" * 32, 1), encoding="utf-8")
    assert problem().splitlines()[0] == "dvc.lock: choose is stale (data/prepared.txt)"


def test_a_stage_that_was_never_run_is_stale(clone):
    replace(
        clone / "dvc.yaml", "  report:\n", "  later:\n    cmd: 'true'\n    outs: [x]\n  report:\n"
    )
    assert problem().splitlines()[0] == "dvc.lock: later is stale (never run)"


def test_a_lock_that_was_cut_is_a_line_that_says_what_mends_it(clone):
    lock = clone / "dvc.lock"
    lock.write_bytes(lock.read_bytes()[: lock.read_bytes().rindex(b"size:") + 2])
    (line,) = problem().splitlines()
    assert "dvc.lock" in line
    assert "`one-click repair`" in line


def test_dvc_is_the_version_that_its_inner_parts_were_tried_on():
    """Where this fails: run the tests of this file, then write the new version there."""
    assert version("dvc") == freshness.TRIED
