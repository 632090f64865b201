"""`prepare` writes both files, the same again; bad tables are told and write nothing."""

import os
import subprocess
import sys

import pandas as pd
import pytest
from helpers.generated import write_tables
from helpers.imports import SOURCE
from helpers.joined import SPLIT, STANDARD
from helpers.lock import write_lock

from one_click import artefacts
from one_click.customers.generated import draw_store
from one_click.customers.preparation import prepared
from one_click.running import stage, writing
from one_click.stages.prepare import main


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A working folder with a lock and the store's tables."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_STAGE", raising=False)
    write_lock(tables="tables")
    write_tables(tmp_path / "tables", draw_store(260, seed=4)[0])
    return tmp_path


def written() -> tuple[bytes, bytes]:
    return artefacts.CUSTOMERS.read_bytes(), artefacts.PREPARE_METRICS.read_bytes()


def test_main_writes_both_files_and_the_same_bytes_again(workplace):
    stage.run(main)
    first = written()
    customers, metrics = prepared(workplace / "tables", STANDARD, SPLIT)
    pd.testing.assert_frame_equal(
        pd.read_parquet(artefacts.CUSTOMERS), customers, check_dtype=False
    )
    assert writing.read_json(artefacts.PREPARE_METRICS) == writing.rounded(metrics)
    stage.run(main)
    assert written() == first
    assert {path.name for path in workplace.iterdir()} == {
        "conf.lock.yaml", "tables", "data", "metrics",
    }  # fmt: skip


def test_bad_tables_are_a_line_a_fault_and_leave_earlier_outputs(workplace, capsys):
    """Exit code 1, no traceback, nothing on stdout, both files as they were."""
    stage.run(main)
    before = written()
    capsys.readouterr()
    (workplace / "tables/money.csv").unlink()
    (workplace / "tables/market_time.csv").write_bytes(b"")
    with pytest.raises(SystemExit) as exit_:
        stage.run(main)
    assert exit_.value.code == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "error: tables/market_time.csv: the file is empty: export the table again",
        "error: tables/money.csv: no such file; put it there or set `tables` to its folder",
    ]
    assert written() == before


def test_bad_tables_write_nothing_where_nothing_was(workplace):
    (workplace / "tables/money.csv").unlink()
    with pytest.raises(SystemExit):
        stage.run(main)
    assert not artefacts.CUSTOMERS.exists()
    assert not artefacts.PREPARE_METRICS.exists()


def test_the_command_ends_with_code_1_and_no_traceback(workplace):
    """As DVC and a person run it."""
    (workplace / "tables/money.csv").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "one_click.stages.prepare"],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "error: tables/money.csv: no such file; put it there or set `tables` to its folder"
    ]
