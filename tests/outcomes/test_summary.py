"""Checks stand before figures, and what they spoil is not told."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from helpers.outcomes import RULES, WAVE, measured_wave

from one_click.columns import ID
from one_click.outcomes.measured import left_alone, planned_rows
from one_click.outcomes.summary import measured_figures
from one_click.running.errors import InputError
from one_click.running.writing import rounded


def test_a_sound_wave_is_told_whole():
    figures = measured_figures([measured_wave(1)], 0.95)
    assert figures["spoilt"] == []
    assert all(check["holds"] for check in figures["checks"])
    assert set(figures["effects"]) == {"all", "offer", "channel", "segment", "money"}
    assert set(figures["learned"]) == set(figures["judged"]) == {"call", "letter"}
    assert figures["waves"][0]["wave"] == WAVE
    json.dumps(rounded(figures), allow_nan=False)


def test_the_truth_is_learned_wave_by_wave():
    """Assumed half as large: what is believed comes nearer, and as sure as there is of it."""
    believed = []
    for number in (1, 4, 16):
        waves = [measured_wave(seed, removed=0.4, wave=f"{seed:02}") for seed in range(number)]
        learned = measured_figures(waves, 0.95)["learned"]["call"]
        believed.append(learned["effect"])
        assert learned["assumed"]["expected"] == 0.2
        assert learned["evidence"]["waves"] == number
    gaps = [abs(effect["expected"] - 0.4) for effect in believed]
    widths = [effect["high"] - effect["low"] for effect in believed]
    assert gaps[0] > gaps[2]
    assert gaps[2] < 0.03
    assert widths[0] > widths[1] > widths[2]


def test_a_spoilt_comparison_gives_no_effect_and_the_prediction_all_the_same():
    wave = measured_wave(2)
    control = wave.plan.index[
        wave.plan["planned_offer"].notna() & (wave.plan["group"] == "control")
    ]
    broken = replace(wave, plan=wave.plan.drop(control[: 2 * len(control) // 3]))
    figures = measured_figures([broken], 0.95)
    assert figures["spoilt"] == ["all"]
    assert figures["effects"] is figures["learned"] is figures["judged"] is None
    assert figures["prediction"]["verdict"] in ("as_promised", "worse")


def test_a_log_of_what_was_sent_adds_a_line_and_its_checks():
    wave = measured_wave(3)
    treated = wave.plan.loc[wave.plan["group"] == "treatment", ID]
    sent = pd.DataFrame({ID: treated, "sent": np.arange(len(treated)) % 4 > 0})
    figures = measured_figures([replace(wave, sent=sent)], 0.95)
    assert figures["effects"]["sent"]["share"] == pytest.approx(0.75, abs=0.01)
    names = {check["name"] for check in figures["checks"]}
    assert {"contamination", "delivery"} <= names


def test_who_got_nothing_stands_for_the_whole_base():
    wave = measured_wave(4)
    alone = left_alone(wave)
    assert alone["weight"].sum() == pytest.approx(len(wave.plan))
    assert (alone["group"] != "treatment").all()


def test_everybody_planned_is_compared_with_what_the_plan_held_for_them():
    wave = measured_wave(5)
    rows = planned_rows(wave)
    assert set(rows["offer"]) <= {"call", "letter"}
    assert (rows["cost"] == rows["offer"].map({"call": 0.9, "letter": 0.1})).all()
    assert (rows["value"] == rows["monthly_profit"] * 3 * 0.5).all()


@pytest.mark.parametrize(
    ("waves", "words"),
    [
        (lambda one: [one, one], "given twice"),
        (
            lambda one: [
                one,
                replace(
                    measured_wave(8, wave="b"),
                    campaign=replace(
                        measured_wave(8, wave="b").campaign, hold_out=replace(RULES, salt="other")
                    ),
                ),
            ],
            "hold_out.salt differs",
        ),
        (
            lambda one: [replace(one, plan=one.plan[one.plan["group"] != "control"])],
            "no customer of the control group",
        ),
        (
            lambda one: [replace(one, plan=one.plan[one.plan["group"] != "treatment"])],
            "no customer with an offer",
        ),
        (lambda one: [replace(one, outcome=one.outcome[:0])], "no customer with an offer"),
    ],
)
def test_waves_that_cannot_be_compared_are_one_line(waves, words):
    with pytest.raises(InputError, match=words) as error:
        measured_figures(waves(measured_wave(6)), 0.95)
    assert len(str(error.value).splitlines()) == 1


def test_an_offer_that_does_not_pay_is_named_and_one_too_little_tried():
    judged = measured_figures([measured_wave(7, removed=0.0, customers=6_000)], 0.95)["judged"]
    assert judged["call"]["verdict"] == "does_not_pay"
    assert judged["call"]["pays"] < 0.5
    assert judged["letter"]["needed"] is None or judged["letter"]["more"]["controls"] > 0
    assert not judged["letter"]["settled"]
