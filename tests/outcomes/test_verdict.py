"""Promises of the verdict: what failed comes first, and no certainty that the interval lacks."""

import pytest

from one_click.outcomes import checks
from one_click.outcomes.verdict import FAILED, verdict_lines

DIFFERENCE = {"estimate": 0.05, "low": -0.01, "high": 0.11}
EFFECT = {"offers": 200, "controls": 50, "difference": DIFFERENCE, "adjusted": None}
PREDICTION = {"verdict": "too_few", "customers": 40, "decliners": 9, "promised": {}}


def figures(**changes: object) -> dict:
    """Of a wave of 200 offers."""
    gain = {"estimate": 12.0, "low": 3.0, "high": 21.0}
    effects = {"all": EFFECT, "money": {"net_gain": gain, "cost": 40.0, "offers": 200}}
    return {
        "checks": [], "spoilt": [], "confidence": 0.95, "campaign": {"unit": None},
        "effects": effects, "judged": {}, "prediction": PREDICTION,
    } | changes  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [
        (3.0, 21.0, "it paid"),
        (-5.0, 21.0, "whether it paid is open"),
        (-9.0, -1.0, "it did not pay"),
    ],
)
def test_an_interval_on_both_sides_of_zero_leaves_it_open(low, high, answer):
    gain = {"estimate": (low + high) / 2, "low": low, "high": high}
    money = {"net_gain": gain, "cost": 40.0, "offers": 200}
    given = figures(effects={"all": EFFECT, "money": money}, campaign={"unit": "тыс. ₽"})
    assert verdict_lines(given)[0] == (
        f"{answer}: net gain {gain['estimate']:.2f} тыс. ₽ (95% interval {low:.2f} to {high:.2f}), "
        "by the profit that a drop is assumed to lose; 40.00 тыс. ₽ spent on 200 offers with an "
        "outcome"
    )


def test_a_wave_too_small_for_money_says_so():
    given = figures(effects={"all": EFFECT, "money": None})
    assert verdict_lines(given)[0] == "too few customers to say whether it paid"


@pytest.mark.parametrize("name", FAILED)
def test_a_failed_check_stands_first_and_leaves_no_effect_where_all_are_spoilt(name):
    check = {"name": name, "holds": False, "spoils": "all"}
    lines = verdict_lines(figures(checks=[check], spoilt=["all"], effects=None, judged=None))
    assert lines == [
        f"check failed: {name}: {FAILED[name]}: no effect is shown",
        "prediction out of time: too few customers without an offer to say; 40 customers, 9 "
        "decliners",
    ]


def test_customers_who_are_in_no_wave_are_a_note():
    check = {"name": "strangers", "holds": False, "spoils": "nothing", "figures": {"customers": 3}}
    assert verdict_lines(figures(checks=[check]))[0] == (
        "note: 3 customers of the outcome are in no wave: not looked at"
    )


def test_every_check_has_its_words():
    names = {name for name, member in vars(checks).items() if returns_check(member)}
    assert names - {"strangers"} == set(FAILED)


def returns_check(member: object) -> bool:
    return getattr(member, "__annotations__", {}).get("return") is checks.Check


def test_groups_that_were_not_alike_are_compared_at_equal_risk_alone():
    alike = {"difference": {"estimate": 0.04, "low": 0.01, "high": 0.07}}
    failed = [{"name": "balance", "holds": False, "spoils": "plain"}]
    for best, line in (
        (alike, "4.0 points fewer than of the control group (reduction, 95% interval 1.0 to 7.0)"),
        (None, "too few customers to compare at equal risk (200 with an offer, 50 without)"),
    ):
        effects = figures()["effects"] | {"all": EFFECT | {"adjusted": best}}
        lines = verdict_lines(figures(checks=failed, spoilt=["plain"], effects=effects))
        assert line in lines[2]
        assert "-1.0 to 11.0" not in "".join(lines)


@pytest.mark.parametrize("spoilt", ["plain", "sent"])
def test_what_a_failed_check_spoils_is_not_said_of_those_who_were_sent_it(spoilt):
    effects = figures()["effects"] | {"sent": DIFFERENCE | {"sent": 180}}
    words = "among the 180 who were sent it"
    assert any(words in line for line in verdict_lines(figures(effects=effects)))
    lines = verdict_lines(figures(effects=effects, spoilt=[spoilt]))
    assert not any(words in line for line in lines)


def test_offers_that_do_not_pay_and_such_as_are_too_little_tried_are_named():
    judged = {
        "call": {"verdict": "does_not_pay", "pays": 0.06, "settled": True},
        "letter": {
            "verdict": "pays",
            "pays": 0.9,
            "settled": False,
            "more": {"offers": 1200, "controls": 300},
        },
        "banner": {"verdict": "pays", "pays": 0.9, "settled": True},
        "points": {"verdict": "not_tried", "settled": False},
    }
    learned = {name: {"contradicts": name == "banner"} for name in judged}
    assert verdict_lines(figures(judged=judged, learned=learned))[2:-1] == [
        "offer call: does not pay (6% likely to be worth it)",
        "offer letter: too little tried, 1200 more offers and 300 more controls would tell such an "
        "effect from none",
        "offer banner: the waves contradict what was assumed of it",
        "offer points: not tried",
    ]


def test_a_worse_prediction_says_what_was_promised_and_what_to_do():
    area = {"roc_auc": {"estimate": 0.8, "low": 0.75, "high": 0.85}}
    prediction = PREDICTION | {"verdict": "worse", "measures": area, "promised": {"roc_auc": 0.9}}
    assert verdict_lines(figures(prediction=prediction))[-1] == (
        "prediction out of time: worse than promised, learn anew from newer tables: "
        "ROC-AUC 0.800 (0.750 to 0.850), promised 0.900; 40 customers, 9 decliners"
    )
