"""The page and the workbook of a measurement: what holds is said, what a check spoils is not."""

import math
import re
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from helpers.measured import (
    ADJUSTED_POINTS,
    PLAIN_POINTS,
    PLAIN_SHARE,
    PROMISED,
    SENT_POINTS,
    STATES,
    failing,
    figures,
    lessons,
    prediction,
)
from helpers.page import Tags
from helpers.report_inputs import CAMPAIGN

from one_click.columns import ID, PROFIT, TARGET
from one_click.offers.control_group import in_holdout
from one_click.outcomes.measured import Measured
from one_click.outcomes.summary import measured_figures
from one_click.report import measured
from one_click.report.measured import measured_page, measured_workbook
from one_click.report.measured_sheets import KEYS, PRINTED, about, offer_cells
from one_click.report.page import hash_of
from one_click.words.speaker import speaker

LANGUAGES = ("ru", "en")
SPOILING = ("assignment", "sample_ratio", "lost", "contamination")
WORDS = speaker("measured", "ru").messages


@pytest.fixture
def undrawn(monkeypatch):
    """Pictures that are not encoded, which takes most of a page's time."""
    monkeypatch.setattr(measured, "svg", lambda figure: b"<svg/>")


def words_of(changed: dict, language: str = "en") -> str:
    """The page's words, with spaces and dashes that any keyboard has."""
    text = Tags(measured_page(changed, language)).words
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2212", "-")


def said(key: str, language: str = "en", **values: object) -> str:
    return WORDS[key][language].format(**values)


def points(value: float) -> str:
    return f"{100 * value:.1f}"


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_answer_and_no_gap_in_its_words(state, language):
    changed, verdict = STATES[state]
    text = measured_page(changed, language)
    tags = Tags(text)
    assert tags.open == []
    assert tags.tags[0][1]["lang"] == language
    words = tags.words.replace("\u00a0", " ")
    answer = words.partition(said("answer.heading", language))[2].partition("\n\n")[0]
    assert said(f"verdict.{verdict}", language) in answer
    assert not re.search(r"\b(None|nan|NaN|inf|Undefined)\b|[{}]", words)
    assert "campaign in English" in words if language == "en" else "кампания по-русски" in words


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", SPOILING)
def test_where_all_is_spoilt_no_gain_and_no_effect_is_shown_and_nothing_is_said_to_be_caused(name):
    words = words_of(failing(name))
    for value in (PLAIN_POINTS, ADJUSTED_POINTS, SENT_POINTS, PLAIN_SHARE):
        assert points(value) not in words
    assert not re.search(r"\b(caus\w+|because|thanks|brought|kept|removed|net gain)\b", words, re.I)
    assert said("prediction.as_promised") in words  # no check spoils the prediction


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", [*SPOILING, "balance", "strangers", "delivery"])
def test_a_failed_check_stands_above_the_answer_with_what_to_do(name):
    above, _, below = words_of(failing(name)).partition(said("answer.heading"))
    assert said(f"check.{name}") in above
    assert said(f"check.{name}.todo") in above
    assert said(f"check.{name}.todo") not in below
    assert words_of(figures()).partition(said("answer.heading"))[0].count("check") == 0


@pytest.mark.usefixtures("undrawn")
def test_groups_that_differed_before_are_compared_at_equal_risk_alone():
    words = words_of(failing("balance"))
    assert points(ADJUSTED_POINTS) in words
    for value in (PLAIN_POINTS, PLAIN_SHARE, SENT_POINTS):
        assert points(value) not in words
    assert said("tile.customers") not in words
    assert {points(PLAIN_POINTS), points(PLAIN_SHARE), said("tile.customers")} <= set(
        re.findall(r"Customers kept|\d+\.\d", words_of(figures()))
    )


@pytest.mark.usefixtures("undrawn")
def test_who_was_really_sent_an_offer_is_told_by_its_name_or_why_not():
    assert points(SENT_POINTS) in words_of(figures())
    assert "Bloom" in words_of(figures())
    assert said("sent.no_log") in words_of(STATES["no log"][0])
    for state in ("nothing sent", "unbalanced"):
        words = words_of(STATES[state][0])
        assert points(SENT_POINTS) not in words
        assert said("sent.spoilt") in words


@pytest.mark.usefixtures("undrawn")
def test_an_interval_without_an_end_is_said_to_have_none_from_a_file_too():
    exact = STATES["not adjusted"][0]
    stored = deepcopy(exact)
    for effect in (stored["effects"]["all"], stored["effects"]["offer"]["basket"]):
        effect["removed"]["low"] = None  # JSON has no infinity
    assert "-∞ to 28.1%" in words_of(exact)
    assert words_of(stored) == words_of(exact)


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prediction_has_a_verdict_and_when_to_retrain(language):
    for verdict in ("as_promised", "worse", "too_few"):
        words = words_of(figures() | {"prediction": prediction(verdict)}, language)
        assert said(f"prediction.{verdict}", language) in words
    worse = words_of(figures() | {"prediction": prediction("worse")}, "en")
    assert "Worse than promised: Log-loss." in worse
    few = words_of(figures() | {"prediction": prediction("too_few")}, "en")
    assert "At least 100 customers without offers are needed, with 20 or more who declined" in few


@pytest.mark.usefixtures("undrawn")
def test_offers_that_do_not_pay_are_named_and_those_too_little_tried_lack_so_many():
    changed = figures()
    losing = lessons("does_not_pay", settled=True)
    losing[0]["contradicts"] = True
    changed["learned"]["letter"], changed["judged"]["letter"] = losing
    words = words_of(changed)
    assert said("change.losing", offers="letter in English") in words
    assert said("lesson.does_not_pay") in words
    assert said("lesson.maybe_pays") in words
    assert said("change.tried_little", count=1, all=2) in words
    assert said("change.contradicted", offers="letter in English") in words
    assert "320 and 70" in words
    assert said("change.none_losing") in words_of(figures())


@pytest.mark.usefixtures("undrawn")
def test_an_interval_around_zero_is_too_little_to_say():
    words = words_of(figures(net_gain=5.0, half=10.0))
    assert said("verdict.unsure") in words
    assert said("answer.zero") in words
    assert "-5.00 to 15.00" in words


@pytest.mark.usefixtures("undrawn")
def test_amounts_have_the_unit_of_the_campaign_once_an_interval():
    changed = figures()
    changed["campaign"]["unit"] = "€"
    words = words_of(changed)
    assert "30.00 to 70.00 €" in words
    assert said("page.unit") not in words
    assert said("page.unit") in words_of(figures())


@pytest.mark.usefixtures("undrawn")
def test_an_offer_that_the_last_campaign_has_no_more_is_called_by_its_code():
    changed = figures()
    changed["effects"]["offer"]["gone_offer"] = changed["effects"]["offer"]["basket"]
    assert "gone_offer" in words_of(changed)
    assert [row["offer_code"] for row in offer_cells(
        changed, measured.offer_names(changed, "en"), speaker("measured", "en")
    )] == ["basket", "letter", "gone_offer"]  # fmt: skip


def test_markup_in_a_name_is_text_and_a_formula_is_no_formula():
    wicked, formula = "<script>alert(1)</script>", "=cmd|' /C calc'!A0"
    changed = figures()
    changed["campaign"] |= {"en": wicked}
    changed["campaign"]["offers"]["basket"]["en"] = wicked
    changed["campaign"]["offers"]["letter"]["en"] = formula
    text = measured_page(changed, "en")
    assert "<script" not in text
    assert Tags(text).words.count(wicked) >= 3
    cells = offer_cells(changed, measured.offer_names(changed, "en"), speaker("measured", "en"))
    assert cells[1]["offer"] == f"'{formula}"


def test_nothing_is_asked_of_the_network_and_pictures_have_words():
    text = measured_page(figures(count=3), "ru")
    tags = Tags(text).tags
    policy = next(a["content"] for _, a in tags if a.get("http-equiv"))
    css = text.partition("<style>")[2].partition("</style>")[0]
    assert policy.startswith(f"default-src 'none'; img-src data:; style-src '{hash_of(css)}'")
    assert not re.search(r"https?:|//|url\(|@import", re.sub(r'"data:[^"]*"', "", text))
    assert not any("style" in attributes or tag == "script" for tag, attributes in tags)
    pictures = [a for tag, a in tags if tag == "img"]
    assert len(pictures) == 2
    assert all(a["alt"] and a["src"].startswith("data:image/svg+xml") for a in pictures)
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["aria-labelledby"] for _, a in tags if "aria-labelledby" in a} <= set(ids)
    assert {a["href"][1:] for tag, a in tags if tag == "a"} <= set(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_a_row_an_offer_and_the_same_bytes(language):
    words = speaker("measured", language)
    cells = offer_cells(figures(), measured.offer_names(figures(), language), words)
    assert [set(row) for row in cells] == [set(KEYS)] * 2
    tried, untried = cells
    assert (tried["difference"], tried["plain_difference"]) == (ADJUSTED_POINTS, PLAIN_POINTS)
    assert (tried["assumed"], tried["learned"], tried["waves"]) == (0.05, 0.17, 3)
    assert (untried["offers"], untried["difference"], untried["waves"]) == (0, None, 0)
    assert untried["lesson"] == WORDS["lesson.not_tried"][language]
    content = measured_workbook(figures(), language)
    assert content == measured_workbook(figures(), language)
    assert set(PRINTED) <= set(KEYS)


def test_the_workbook_leaves_out_what_a_check_spoils():
    words = speaker("measured", "en")
    (tried, _) = offer_cells(failing("balance"), {"basket": "b", "letter": "l"}, words)
    assert (tried["plain_difference"], tried["offers_share"]) == (None, None)
    assert tried["difference"] == ADJUSTED_POINTS
    spoilt = failing("contamination")
    assert offer_cells(spoilt, {}, words) == []
    facts = about(spoilt, ["one", "two"], words)
    assert (facts["net_gain"], facts["failed"]) == (None, "one; two")
    assert facts["verdict"] == WORDS["verdict.spoilt"]["en"]
    assert len(measured_workbook(spoilt, "en")) > 1000


def a_wave(customers: int = 600) -> Measured:
    """A wave of one offer, drawn: the offer removes half of the risk."""
    draws = np.random.default_rng(5)
    ids = pd.Series([f"c{number}" for number in range(customers)])
    risk = draws.uniform(0.2, 0.8, customers)
    planned = draws.random(customers) < 0.7
    held = np.asarray(in_holdout(ids, CAMPAIGN.hold_out))
    group = np.where(planned, np.where(held, "control", "treatment"), "none")
    plan = pd.DataFrame(
        {ID: ids, "group": group, "segment": "at_risk", "risk": risk, PROFIT: 5.0}
    ).assign(planned_offer=np.where(planned, "basket", None))
    chance = np.where(group == "treatment", risk / 2, risk)
    declined = (draws.random(customers) < chance).astype(int)
    outcome = pd.DataFrame({ID: ids, TARGET: declined})
    log = plan.loc[plan["group"] == "treatment", [ID]].assign(sent=True)
    return Measured(CAMPAIGN, plan, outcome, log, PROMISED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_real_measurement_gives_is_what_the_page_takes(language):
    wave = a_wave()
    names = {code: {"ru": offer.ru, "en": offer.en} for code, offer in wave.campaign.offers.items()}
    real = measured_figures([wave], 0.9) | {
        "campaign": {"ru": "к", "en": "c", "unit": None, "offers": names}
    }
    words = words_of(real, language)
    share = real["effects"]["all"]["adjusted"]["difference"]["estimate"]
    assert points(share).replace(".", "," if language == "ru" else ".") in words
    assert not re.search(r"\b(None|nan|inf)\b", words)
    assert math.isfinite(share)
    assert measured_workbook(real, language)
