"""`one-click learning-curve` says what fewer rows cost, and meets no test row."""

import sys

import pandas as pd
import pytest
from helpers.lock import write_lock
from helpers.store import pipeline_of, small_store

from one_click import artefacts
from one_click.columns import FEATURES, TARGET
from one_click.commands import learning_curve
from one_click.customers.parts import training_rows
from one_click.risk.model.model_files import model_content
from one_click.running import writing
from one_click.running.errors import InputError


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """The command in a project that was run; its test rows hold what no model takes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(learning_curve, "check_recorded", lambda paths: None)  # no dvc.lock here
    write_lock(folds={"splits": 3, "repeats": 1}, report={"language": "en"})
    customers = small_store(400, seed=3)
    model = pipeline_of("logistic").fit(*training_rows(customers))
    customers.loc[customers["part"] == "test", ["pages_per_visit", TARGET]] = [float("inf"), 9]
    writing.write_parquet(artefacts.CUSTOMERS, customers)
    writing.write_bytes(artefacts.CHOSEN, model_content(artefacts.CHOSEN, model))
    writing.write_json(artefacts.CHOICE, {"calibration": "sigmoid", "threshold": 0.5})

    def run(*arguments: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["learning-curve", *arguments])
        learning_curve.main()
        return capsys.readouterr().out.splitlines()

    return run


def test_it_leaves_a_table_its_folds_and_a_picture_and_says_what_half_the_rows_cost(run, tmp_path):
    *table, line = run("--output", "curve", "--rows", "60", "100")
    assert [row.split()[0] for row in table] == ["rows", "60", "100", "200"]
    assert line.startswith("100 rows in place of 200: ROC-AUC worse by ")
    curve = pd.read_csv("curve/learning_curve.csv")
    assert curve["rows"].tolist() == [60, 100, 200]
    assert len(pd.read_csv("curve/folds.csv")) == 3 * 3
    assert (tmp_path / "curve/learning_curve.png").read_bytes().startswith(b"\x89PNG")
    assert set(FEATURES).isdisjoint(curve)


@pytest.mark.parametrize("size", ["59", "201"])
def test_a_size_that_no_fold_has_is_one_clear_line(run, tmp_path, size):
    with pytest.raises(InputError, match=rf"--rows {size}: 60 to 200, the training rows of a fold"):
        run("--output", "curve", "--rows", size)
    assert not (tmp_path / "curve").exists()
