"""The table of a sweep: compared fold by fold, as `choose` compares candidates."""

import numpy as np
import pandas as pd
import pytest
from helpers.imports import SOURCE

from one_click import artefacts
from one_click.commands.leaderboard import Settings, told
from one_click.experiments.ranking import COLUMNS, fold_values, leaderboard, ranked
from one_click.folds import comparison_folds
from one_click.pictures.leaderboard import draw_leaderboard
from one_click.risk.judging.comparison import metric_by_fold
from one_click.running.lock import load
from one_click.settings.risk import Folds
from one_click.words.speaker import speaker

CHOICE = load(Settings, path=SOURCE.parent / artefacts.CONF_LOCK).choice
TARGET = np.arange(300) % 3 // 2


def table_of(noise: float, seed: int = 0, folds_seed: int = 0) -> pd.DataFrame:
    """An out-of-fold table as `choose` writes it; less noise is a better job."""
    folds = comparison_folds(Folds(splits=5, repeats=2, seed=folds_seed), TARGET)
    draws = np.random.default_rng(seed)
    score = TARGET + noise * draws.normal(size=(2, len(TARGET)))
    return pd.concat(
        pd.DataFrame(
            {"customer_id": test, "repeat": fold // 5, "fold": fold, "declined": TARGET[test],
             "score": score[fold // 5][test]}
        )
        for fold, (_, test) in enumerate(folds)
    )  # fmt: skip


def record(name: str, **more) -> dict:
    made = {"name": name, "state": "done", "seconds": 2.0, "overrides": [f"++set.x={name}"]}
    return made | more


@pytest.mark.parametrize("metric", ["log_loss", "brier", "roc_auc", "average_precision"])
def test_values_are_those_of_choose(metric):
    made = table_of(1.0)
    folds = comparison_folds(Folds(splits=5, repeats=2, seed=0), TARGET)
    scored = [made.loc[made["fold"] == fold, "score"].to_numpy() for fold in range(10)]
    choice = type(CHOICE)(**(vars(CHOICE) | {"metric": metric}))
    expected = metric_by_fold(choice, {"job": scored}, TARGET, folds, 5)["job"]
    assert list(fold_values(made, CHOICE, metric)) == pytest.approx(list(expected))


def test_the_best_leads_its_equals_are_marked_and_worse_ones_are_not():
    found = ranked({"bad": table_of(3.0), "good": table_of(0.5), "twin": table_of(0.5, 1)}, CHOICE)
    assert set(found["experiment"][:2]) == {"good", "twin"}
    assert list(found["indistinguishable"]) == [True, True, False]
    assert found["behind_best"].iloc[0] == 0
    assert (found["behind_best_low"] <= found["behind_best"]).all()
    assert list(found["value"]) == sorted(found["value"]), "log-loss: less is better"
    assert list(found["roc_auc"]) != sorted(found["roc_auc"])


def test_jobs_of_other_folds_are_not_paired_with_the_best():
    found = ranked({"best": table_of(0.5), "other": table_of(1.0, folds_seed=9)}, CHOICE)
    assert found["behind_best"].isna().tolist() == [False, True]
    assert found["value"].notna().all()


def test_failures_and_repeated_jobs_in_the_table():
    """Two jobs of the same choices are one row; one that failed says why."""
    records = [
        record("a"), record("a"), record("b"),
        record("", state="failed", error="no scaler", seconds=None),
    ]  # fmt: skip
    table = leaderboard(records, {"a": table_of(2.0), "b": table_of(0.5)}, CHOICE)
    assert list(table.columns) == COLUMNS
    assert list(table["experiment"]) == ["b", "a", ""]
    assert list(table["state"]) == ["done", "done", "failed"]
    assert table["promote"][0] == "one-click promote b"
    text = told(table, 100)
    assert "failed: set.x=: no scaler" in text
    assert "one-click promote b" in text
    assert max(map(len, text.splitlines())) <= 100


def test_a_long_name_stays_whole_so_that_its_command_can_be_pasted():
    long = "-".join(["scaler", *"abcdefghijklmnopqrstuvwxyz"])
    table = leaderboard([record(long)], {long: table_of(0.5)}, CHOICE)
    assert long in told(table, 40)


def test_all_failed_is_a_table_too():
    table = leaderboard([record("", state="failed", error="no", seconds=None)], {}, CHOICE)
    assert list(table["problem"]) == ["no"]


def test_jobs_that_stopped_before_choose_are_a_table_of_commands():
    text = told(leaderboard([record("a")], {}, CHOICE), 100)
    assert "done: set.x=a: no score" in text
    assert "one-click promote a" in text


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_picture_has_a_row_a_job(language):
    records = [record(name) for name in "abc"]
    tables = {name: table_of(noise) for name, noise in zip("abc", (0.5, 0.6, 3.0), strict=True)}
    axes = draw_leaderboard(
        leaderboard(records, tables, CHOICE), speaker("pictures", language)
    ).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert set(labels[:2]) == {"set.x=a", "set.x=b"}
    assert labels[2] == "set.x=c"
