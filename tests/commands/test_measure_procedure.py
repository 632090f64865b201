"""Promises of the measure: the whole procedure sees training rows alone; a run can be resumed."""

import os
import shutil
import signal
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.imports import SOURCE
from helpers.store import spec
from sklearn.metrics import log_loss, roc_auc_score

from one_click import artefacts
from one_click.choices.composing import composed
from one_click.choices.lock import lock_text
from one_click.choices.menu import read_menu
from one_click.columns import FEATURES, ID, TABLES, TARGET
from one_click.commands import measure_procedure
from one_click.customers.generated import draw_store, table_csv
from one_click.customers.preparation import prepared
from one_click.experiments import outer_folds
from one_click.experiments.ledger import RESULT, Ledger
from one_click.experiments.outer_folds import read_folds
from one_click.risk.judging.measures import expected_calibration_error
from one_click.risk.nested import fold_job, measured, predictions
from one_click.running import writing
from one_click.running.errors import InputError
from one_click.running.lock import load
from one_click.settings.customers import Sample
from one_click.statistics import corrected_interval

ROOT = SOURCE.parent
CHOICES = {
    "tables": "tables",
    "candidates": ["logistic", "knn"],
    "ensembles": [],
    "set": {"search": {"trials": 2}, "folds": {"splits": 3, "repeats": 1}},
}
BLEND = {
    "_target_": "one_click.risk.model.blends.LogOddsBlend",
    "_complexity_": 7,
    "_members_": {"logistic": 1, "knn": 1},
}


def write_tables(folder, customers=260, seed=3, order=None, new_ids=None):
    """A generated store; its rows in another order and with other ids, where they are given."""
    sample = Sample(customers=customers, seed=seed)
    folder.mkdir()
    for key, frame in draw_store(sample.customers, sample.seed)[0].items():
        if order is not None:
            frame = frame.sample(frac=1, random_state=order)
        if new_ids is not None:
            frame = frame.assign(id=frame["id"].map(new_ids))
        (folder / TABLES[key].file).write_bytes(table_csv(key, frame))
    return folder


def as_in_the_tests(patch, folder):
    """Three outer folds, one core a fit (fits this small gain by none), the current folder."""
    patch.chdir(folder)
    patch.setattr("one_click.folds.SPLITS", 3)
    patch.setenv("LOKY_MAX_CPU_COUNT", "1")  # joblib's count


@pytest.fixture(scope="module")
def measured_once(tmp_path_factory):
    """A folder with tables and a lock of small choices in which the measure has been run."""
    folder = tmp_path_factory.mktemp("measured")
    with pytest.MonkeyPatch.context() as patch:
        as_in_the_tests(patch, folder)
        write_tables(folder / "tables")
        lock = composed(read_menu(ROOT / artefacts.MENU) | CHOICES, ROOT / artefacts.CONF)
        lock["ensembles"] = {"blend": BLEND}
        writing.write_text(artefacts.CONF_LOCK, lock_text(lock))
        run(patch)
    return folder


@pytest.fixture
def finished(measured_once, tmp_path, monkeypatch):
    """A copy of that folder; the current folder."""
    shutil.copytree(measured_once, tmp_path, dirs_exist_ok=True)
    as_in_the_tests(monkeypatch, tmp_path)
    return tmp_path


@pytest.fixture
def workplace(finished):
    """The same before the run."""
    for left in finished.glob("out.csv*"):
        left.unlink()
    return finished


def run(monkeypatch, *arguments, tables="tables", output="out.csv", repeats="1"):
    given = ["--tables", tables, "--output", output, "--repeats", repeats, *arguments]
    monkeypatch.setattr(sys, "argv", ["measure-procedure", *given])
    measure_procedure.main()
    return pd.read_csv(output, dtype={ID: "str"})


def learned_customers(params, folder="tables"):
    everyone = prepared(Path(folder), params.cleaning, params.split)[0]
    return everyone[everyone["part"] != "aside"].reset_index(drop=True)


def sections():
    return load(measure_procedure.Settings)


@pytest.mark.slow
def test_every_learned_customer_stands_once_a_repeat_and_nobody_aside(workplace, monkeypatch):
    found = run(monkeypatch, repeats="2")
    params = sections()
    customers = learned_customers(params)
    assert list(found) == RESULT
    for repeat in (0, 1):
        rows = found[found["repeat"] == repeat]
        assert sorted(rows[ID]) == sorted(customers[ID])
        assert sorted(rows["fold"].unique()) == [0, 1, 2]
    outcome = customers.set_index(ID)[TARGET]
    assert (found["declined"] == outcome[found[ID]].to_numpy()).all()
    assert found["risk"].between(found["risk_low"], found["risk_high"]).all()


def test_test_rows_outcomes_change_nothing_that_is_predicted(workplace):
    params = sections()
    customers = learned_customers(params)
    features, target = customers[list(FEATURES)], customers[TARGET].to_numpy()
    test = np.arange(len(target)) % 4 == 0
    train, test = np.flatnonzero(~test), np.flatnonzero(test)
    flipped = target.copy()
    flipped[test] = 1 - flipped[test]
    pd.testing.assert_frame_equal(
        predictions(params, features, target, train, test),
        predictions(params, features, flipped, train, test),
    )


@pytest.mark.parametrize("selector", ["anova", "chi_square", "mutual_information"])
def test_a_poisoned_column_of_test_rows_reaches_no_other_test_row(selector, workplace):
    """Selectors, scalers, tuning and calibration learn inside the fold alone.

    A column that gives the target away on test rows alone must gain nothing.
    """
    params = sections()
    params.selector = spec("selector", selector)
    customers = learned_customers(params)
    features, target = customers[list(FEATURES)], customers[TARGET].to_numpy()
    test = np.arange(len(target)) % 4 == 0
    train, test = np.flatnonzero(~test), np.flatnonzero(test)
    noise = np.random.default_rng(0).permutation(target)
    clean = features.assign(contacts_this_month=noise.astype(float))
    told = np.where(np.isin(np.arange(len(target)), test), target, noise)
    poisoned = features.assign(contacts_this_month=told.astype(float))
    found = predictions(params, clean, target, train, test)["score"]
    leaked = predictions(params, poisoned, target, train, test)["score"]
    gain = roc_auc_score(target[test], leaked) - roc_auc_score(target[test], found)
    assert abs(gain) < 0.03
    same = clean["contacts_this_month"].iloc[test] == poisoned["contacts_this_month"].iloc[test]
    assert same.any()
    assert (found[same.to_numpy()] == leaked[same.to_numpy()]).all()


@pytest.mark.slow
def test_a_shuffled_target_gives_a_roc_auc_around_one_half(workplace, monkeypatch):
    """Through the whole procedure: tuning, choice, calibration."""
    params = sections()
    customers = learned_customers(params)
    params.search.trials = 1
    features, results = customers[list(FEATURES)], []
    for seed in range(12):
        shuffled = np.random.default_rng(seed).permutation(customers[TARGET])
        test = np.random.default_rng(100 + seed).random(len(shuffled)) < 0.4
        found = predictions(params, features, shuffled, np.flatnonzero(~test), np.flatnonzero(test))
        results.append(roc_auc_score(shuffled[test], found["score"]))
    # About 100 test rows each: a standard deviation of .06 a time, .017 of the mean.
    assert abs(np.mean(results) - 0.5) < 0.055


def test_renamed_ids_and_shuffled_rows_change_no_prediction(finished, monkeypatch):
    plain = pd.read_csv("out.csv")
    ids = pd.read_csv("tables/market_file.csv", dtype="str")["id"]
    new = dict(
        zip(ids, np.random.default_rng(1).permutation(len(ids)).astype(str).tolist(), strict=True)
    )
    write_tables(finished / "other", order=5, new_ids=new)
    other = run(monkeypatch, tables="other", output="other.csv")
    assert set(other[ID]) <= set(new.values())
    by_risk = RESULT[1:]  # the ids decide which copy of a twin stands aside
    frames = [frame[by_risk].sort_values(by_risk, ignore_index=True) for frame in (plain, other)]
    pd.testing.assert_frame_equal(*frames)


def test_an_interrupted_run_goes_on_to_the_same_bytes(finished, monkeypatch, capsys):
    whole = Path("out.csv").read_bytes()
    rows, seconds = pd.read_csv("out.csv"), pd.read_csv("out.csv.seconds.csv")
    kept = seconds["fold"] != 2
    rows[rows["fold"] != 2].to_csv("out.csv", index=False, lineterminator="\n")
    seconds[kept].to_csv("out.csv.seconds.csv", index=False)
    capsys.readouterr()
    run(monkeypatch)
    assert "2 folds are there, 1 to go" in capsys.readouterr().out
    assert Path("out.csv").read_bytes() == whole


def test_rows_without_their_line_of_seconds_are_done_again(finished, monkeypatch):
    """Killed between the two files: no customer stands twice."""
    whole = Path("out.csv").read_bytes()
    seconds = pd.read_csv("out.csv.seconds.csv")
    seconds.iloc[:2].to_csv("out.csv.seconds.csv", index=False)
    run(monkeypatch)
    assert Path("out.csv").read_bytes() == whole


def test_a_result_of_other_choices_is_not_mixed_with_this_one(finished, monkeypatch):
    before = Path("out.csv").read_bytes()
    lock = artefacts.CONF_LOCK.read_text()
    unsigned = lock[: lock.index("\ndigests:") + 1]
    artefacts.CONF_LOCK.write_text(unsigned.replace("trials: 2", "trials: 1"))
    with pytest.raises(InputError, match=r"out\.csv: made from other tables, folds, choices"):
        run(monkeypatch)
    assert Path("out.csv").read_bytes() == before


def killed_in_the_last_fold(params, customers, folds, key):
    """A job for a worker, which starts by fork and so knows this module."""
    if key[1] == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return fold_job(params, customers, folds, key)


def test_a_killed_worker_ends_the_run_and_the_same_command_goes_on(finished, monkeypatch):
    """Out of memory, say: no hang, and what is done is kept."""
    whole = pd.read_csv("out.csv", dtype={ID: "str"})
    Path("out.csv").unlink()
    monkeypatch.setattr(measure_procedure, "fold_job", killed_in_the_last_fold)
    monkeypatch.setattr(outer_folds, "stamp_of", lambda *_: "a stamp")
    Path("out.csv.seconds.csv").unlink()
    with pytest.raises(InputError, match="a worker was killed"):
        run(monkeypatch)
    monkeypatch.setattr(measure_procedure, "fold_job", fold_job)
    pd.testing.assert_frame_equal(run(monkeypatch), whole)


def test_two_workers_and_one_give_the_same_rows(finished, monkeypatch):
    one = pd.read_csv("out.csv", dtype={ID: "str"})
    monkeypatch.setattr(outer_folds, "cpu_count", lambda: 2)
    pd.testing.assert_frame_equal(run(monkeypatch, output="two.csv"), one)


def test_a_folder_that_cannot_be_written_is_a_line_before_the_first_fold(workplace, monkeypatch):
    Path("taken").write_text("a file")
    with pytest.raises(InputError, match="taken/out"):
        run(monkeypatch, output="taken/out.csv")


def test_a_foreign_output_file_is_not_overwritten(workplace, monkeypatch):
    Path("out.csv").write_text("mine")
    with pytest.raises(InputError, match="not made by this command"):
        run(monkeypatch)
    assert Path("out.csv").read_text() == "mine"


def test_folds_of_a_file_are_kept_whatever_its_order(workplace, monkeypatch):
    customers = learned_customers(sections())
    draws = np.random.default_rng(2)
    folds = pd.DataFrame(
        {ID: customers[ID], "first": draws.permutation(np.arange(len(customers)) % 2)}
    )
    folds.sample(frac=1, random_state=0).to_csv("folds.csv", index=False)
    found = run(monkeypatch, "--folds", "folds.csv")
    expected = folds.set_index(ID)["first"]
    assert (found["fold"] == expected[found[ID]].to_numpy()).all()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.rename(columns={ID: "who"}), f"give {ID} and a column"),
        (lambda t: t[[ID]], f"give {ID} and a column"),
        (lambda t: pd.concat([t, t.head(1)]), "stand twice"),
        (lambda t: t.iloc[1:], "no fold; add them"),
        (lambda t: pd.concat([t, t.head(1).assign(**{ID: 1})]), "1: not in the tables"),
        (lambda t: t.assign(**{ID: ["11", "12", "13", None]}), "an empty cell"),
        (lambda t: t.assign(**{ID: "0" + t[ID]}), "011, 012, 013, 014: not in the tables"),
        (lambda t: t.assign(a=t["a"] + 0.5), "a: not all whole numbers"),
        (lambda t: t.assign(a=1), "one fold alone"),
        (lambda t: t.assign(a=[0, 0, 1, 1]), "a: fold 0, 1: one class alone"),
        (lambda t: t.rename(columns={"a": "Unnamed: 0"}), "a column without a name"),
    ],
)
def test_a_faulty_file_of_folds_is_one_line(change, told, tmp_path):
    customers = pd.DataFrame({ID: ["11", "12", "13", "14"], TARGET: [0, 0, 1, 1]})
    good = customers[[ID]].assign(a=[0, 1, 0, 1])
    change(good).to_csv(tmp_path / "folds.csv", index=False)
    with pytest.raises(InputError, match=told):
        read_folds(tmp_path / "folds.csv", customers, pd.Series(["20"]), None)


def test_customers_aside_may_stand_in_the_file_of_folds(tmp_path, capsys):
    customers = pd.DataFrame(
        {ID: ["11", "12", "13", "14"], TARGET: [0, 0, 1, 1]}, index=[5, 6, 7, 8]
    )
    pd.DataFrame({ID: ["20", "14", "13", "12", "11"], "a": [0, 0, 1, 0, 1]}).to_csv(
        tmp_path / "folds.csv", index=False
    )
    folds = read_folds(tmp_path / "folds.csv", customers, pd.Series(["20"]), None)
    assert folds[0].tolist() == [1, 0, 1, 0]
    assert folds.index.tolist() == [5, 6, 7, 8]
    assert "1 customers stand aside" in capsys.readouterr().out


def test_more_repeats_than_the_file_has_are_refused(tmp_path):
    customers = pd.DataFrame({ID: ["11", "12"]})
    customers.assign(a=[0, 1]).to_csv(tmp_path / "folds.csv", index=False)
    with pytest.raises(InputError, match=r"--repeats 2: .* has 1 repeats"):
        read_folds(tmp_path / "folds.csv", customers, pd.Series(dtype="str"), 2)


def test_the_measures_by_hand():
    """Metrics are means over folds, the ECE is pooled by repeat."""
    draws = np.random.default_rng(0)
    count = 80
    results = pd.DataFrame(
        {
            "repeat": np.repeat([0, 1], count),
            "fold": np.tile(np.arange(count) % 4, 2),
            "declined": draws.integers(0, 2, 2 * count),
            "risk": draws.uniform(0.05, 0.95, 2 * count),
        }
    )
    results["score"] = results["risk"] * 3
    table = measured(results)
    groups = [group for _, group in results.groupby(["repeat", "fold"])]
    ranked = np.array([roc_auc_score(g["declined"], g["score"]) for g in groups])
    mean, low, high = corrected_interval(ranked, 0.25 / 0.75, 0.95)
    assert table.loc["roc_auc"].tolist() == pytest.approx([mean, ranked.std(ddof=1), low, high])
    lost = [log_loss(g["declined"], g["risk"]) for g in groups]
    assert table.loc["log_loss", "mean"] == pytest.approx(np.mean(lost))
    pooled = [
        expected_calibration_error(g["declined"].to_numpy(), g["risk"].to_numpy())
        for _, g in results.groupby("repeat")
    ]
    assert table.loc["ece", "mean"] == pytest.approx(np.mean(pooled))


def test_folds_are_stratified_and_no_customer_is_twice_in_a_repeat():
    customers = pd.DataFrame({ID: range(100), TARGET: np.arange(100) % 4 == 0})
    folds = outer_folds.outer_folds(customers, 3)
    assert folds.shape == (100, 3)
    for repeat in folds:
        assert folds[repeat].value_counts().tolist() == [20] * 5
        assert customers[TARGET].groupby(folds[repeat]).sum().tolist() == [5] * 5
    assert (folds[0] != folds[1]).any()


def test_a_ledger_reads_what_it_wrote(tmp_path):
    rows = pd.DataFrame([[1, 0, 0, 1, 0.1 + 0.2, 0.5, 0.4, 0.6]], columns=RESULT)
    stamp = "12345678e1234567"  # of hexadecimal digits, but a number to who reads a table
    Ledger(tmp_path / "out.csv", stamp).add(rows, 0, 0, 1.5, "svc")
    again = Ledger(tmp_path / "out.csv", stamp)
    assert again.done() == {(0, 0)}
    assert again.results["score"].tolist() == [0.1 + 0.2]
