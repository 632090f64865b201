"""What was foretold is held against what came true, of the base that it was promised for."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from one_click.columns import ID
from one_click.outcomes.prediction import (
    Foretold,
    auc_interval,
    calibration_error,
    deciles,
    prediction_figures,
)

PROMISED = {"roc_auc": 0.80, "brier": 0.20, "log_loss": 0.60, "ece": 0.03}


def base(customers: int = 2_000, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    risk = rng.beta(1, 1, customers)
    declined = (rng.random(customers) < risk).astype(float)
    return pd.DataFrame(
        {"risk": risk, "declined": declined, "weight": 1.0, ID: np.arange(customers).astype(str)}
    )


def foretold(rows: pd.DataFrame) -> Foretold:
    return Foretold(*(rows[name].to_numpy() for name in ("declined", "risk", "weight", ID)))


def test_measures_are_those_of_scikit_learn():
    rows = base().assign(weight=np.random.default_rng(1).uniform(1, 5, 2_000))
    measures = prediction_figures(rows, PROMISED, 0.95)["measures"]
    weighted = {"sample_weight": rows["weight"]}
    for name, metric in (
        ("roc_auc", roc_auc_score), ("brier", brier_score_loss), ("log_loss", log_loss),
    ):  # fmt: skip
        value = metric(rows["declined"], rows["risk"], **weighted)
        assert measures[name]["estimate"] == pytest.approx(value, abs=1e-6)
        assert measures[name]["low"] < value < measures[name]["high"]


def test_ties_count_half():
    rows = base(4).assign(declined=[1.0, 0, 1, 0], risk=[0.5, 0.5, 0.5, 0.1])
    assert auc_interval(foretold(rows), 0.95)["estimate"] == roc_auc_score(
        rows["declined"], rows["risk"]
    )


def test_the_control_group_stands_for_those_who_got_an_offer():
    """Without weights, a base whose riskiest were treated looks badly predicted."""
    rows = base(20_000)
    planned = rows["risk"] > 0.8
    kept = ~planned | (np.arange(len(rows)) % 5 == 0)
    alone = rows.assign(weight=np.where(planned, 5.0, 1.0))[kept]
    whole = roc_auc_score(rows["declined"], rows["risk"])
    weighted = auc_interval(foretold(alone), 0.95)
    plain = auc_interval(foretold(alone.assign(weight=1.0)), 0.95)
    assert weighted["low"] < whole < weighted["high"]
    assert plain["high"] < whole


def test_a_prediction_as_good_as_promised_and_one_that_is_not():
    rows = base()
    assert prediction_figures(rows, PROMISED, 0.95)["verdict"] == "as_promised"
    shuffled = rows.assign(risk=rows["risk"].sample(frac=1, random_state=0).to_numpy())
    worse = prediction_figures(shuffled, PROMISED, 0.95)
    assert worse["verdict"] == "worse"
    assert worse["worse"] == ["roc_auc", "brier", "log_loss"]


@pytest.mark.parametrize("rows", [base(99), base().assign(declined=0.0), base()[:0]])
def test_too_few_say_nothing(rows):
    figures = prediction_figures(rows, PROMISED, 0.95)
    assert figures["verdict"] == "too_few"
    assert "measures" not in figures


def test_calibration_by_tenth():
    rows = base(10_000)
    parts = deciles(foretold(rows), 0.95)
    assert all(999 <= part["customers"] <= 1_001 for part in parts)
    assert sum(part["low"] <= part["predicted"] <= part["high"] for part in parts) >= 8
    assert calibration_error(foretold(rows)) < 0.02
    assert calibration_error(foretold(rows.assign(risk=rows["risk"] / 2))) == pytest.approx(
        0.25, abs=0.02
    )
    heavy = deciles(foretold(rows.assign(weight=np.where(rows["risk"] > 0.9, 9.0, 1.0))), 0.95)
    assert heavy[-1]["customers"] < 300


def test_a_customer_of_several_waves_is_one():
    rows = base(1_000)
    once = prediction_figures(rows, PROMISED, 0.95)["measures"]
    twice = prediction_figures(pd.concat([rows, rows]), PROMISED, 0.95)["measures"]
    for name in ("roc_auc", "brier", "log_loss", "ece"):
        widths = [each[name]["high"] - each[name]["low"] for each in (once, twice)]
        assert widths[1] == pytest.approx(widths[0], rel=0.15)
