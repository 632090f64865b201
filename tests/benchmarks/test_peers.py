"""Promises of the comparison with peers and of the study of choices: tables by hand."""

import numpy as np
import pandas as pd
import pytest
from helpers.benchmark import script

from one_click.experiments.ledger import RESULT
from one_click.statistics import corrected_interval


@pytest.fixture(scope="module")
def peers():
    return script("peers")


def predictions(seed, noise):
    """Two repeats of four folds of 80 customers, scored with so much noise."""
    draws = np.random.default_rng(seed)
    declined = np.arange(80) % 2
    rows = []
    for repeat in (0, 1):
        score = declined + noise * draws.normal(size=80)
        risk = 1 / (1 + np.exp(-score))
        part = {"customer_id": range(80), "repeat": repeat, "fold": np.arange(80) // 20}
        part |= {"declined": declined, "score": score}
        part |= dict.fromkeys(("risk", "risk_low", "risk_high"), risk)
        rows.append(pd.DataFrame(part)[RESULT])
    return pd.concat(rows)


def test_the_procedure_is_ahead_by_its_difference_fold_by_fold(peers):
    """With the corrected interval; of a loss, the lower one is ahead."""
    ours, theirs = (peers.metrics_by_fold(predictions(0, noise)) for noise in (0.4, 2.0))
    difference = (ours["roc_auc"] - theirs["roc_auc"]).to_numpy()
    mean, low, high = corrected_interval(difference, 1 / 3, 0.95)
    expected = f"{mean:+.4f} ({low:+.4f} to {high:+.4f})"
    assert peers.ahead(ours, theirs, "roc_auc", 1 / 3) == expected
    assert mean > 0
    assert peers.ahead(ours, theirs, "log_loss", 1 / 3).startswith("+")


def test_the_table_has_a_row_a_peer_and_says_where_folds_are_missing(peers):
    results = {
        peers.PROCEDURE: predictions(0, 0.4),
        "peer": predictions(1, 1.0),
        "elsewhere": predictions(2, 1.0).query("repeat == 0"),
    }
    seconds = {name: 1.5 for name in results}
    lines = peers.table(results, seconds).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == [
        f"| {peers.PROCEDURE}", "| peer", "| elsewhere (4 folds)",
    ]  # fmt: skip
    assert len({line.count("|") for line in lines}) == 1


@pytest.mark.parametrize("name", ["logistic, min-max", "KNN 25, standard", "LightGBM"])
def test_a_peer_learns_from_the_other_folds_alone(name, peers):
    from helpers.store import small_store

    customers = small_store(200, seed=3)
    folds = pd.DataFrame({0: np.arange(200) % 4})
    found, *_ = peers.peer_job(name, customers, folds, (0, 1))
    flipped = customers.assign(
        declined=customers["declined"].where(folds[0] != 1, 1 - customers["declined"])
    )
    again, *_ = peers.peer_job(name, flipped, folds, (0, 1))
    assert (found["risk"].to_numpy() == again["risk"].to_numpy()).all()
    assert found["customer_id"].tolist() == customers.loc[folds[0] == 1, "customer_id"].tolist()


def test_a_choice_is_compared_with_the_baseline_over_the_same_folds():
    choices = script("choices")
    base = dict(choices.BASELINE)
    rows = []
    for parts, shift in ((base, 0.0), (base | {"scaler": "none"}, -0.01)):
        for fold, value in enumerate([0.90, 0.92, 0.94]):
            metrics = {"roc_auc": value + shift, "brier": 0.1, "ece": 0.02 - shift}
            rows.append({"candidate": "logistic", **parts, "fold": fold, **metrics})
    table = choices.compared(pd.DataFrame(rows), 0.25).set_index("scaler")
    assert table.loc["standard", "roc_auc_difference"] == 0
    assert table.loc["none", "roc_auc"] == pytest.approx(0.91)
    assert table.loc["none", "roc_auc_difference"] == pytest.approx(-0.01)
    assert table.loc["none", ["roc_auc_low", "roc_auc_high"]].tolist() == pytest.approx([-0.01] * 2)
    assert table.loc["none", "ece_difference"] == pytest.approx(0.01)
