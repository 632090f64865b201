"""What the page says of figures, plan and findings, in either language."""

import re
from dataclasses import replace

import pytest
from helpers.page import Tags, messages
from helpers.report_inputs import (
    CAMPAIGN,
    EMPTY_PROFILE,
    FINDING,
    POWER,
    PROFILE,
    metrics_of,
    offers_of,
    page_of,
)

from one_click import artefacts
from one_click.columns import label
from one_click.report import content as report
from one_click.report.feature_words import leading_features
from one_click.report.quality_words import grade
from one_click.settings.offers import Learned
from one_click.settings.segments import SEGMENTS
from one_click.words.speaker import ABSENT, Speaker
from one_click.words.wording import finding_figures, finding_words

LANGUAGES = ("ru", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_the_language_of_the_config(language):
    text = page_of(language)
    tags = Tags(text)
    assert tags.tags[0][0] == "html"
    assert tags.tags[0][1]["lang"] == language
    assert messages()["page.title"][language] in tags.words
    assert messages()["limits.time.assumed"][language] in tags.words.replace("\u00a0", " ")
    assert f"basket in {language}" in tags.words
    assert label("promo_share", language) in tags.words
    assert tags.open == []


def test_the_same_input_gives_the_same_bytes():
    assert page_of() == page_of()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_plan_is_said_in_words(language):
    text = page_of(language, offers_of(0))
    words = Tags(text).words.replace("\u00a0", " ")
    assert messages()["plan.empty"][language] in words
    assert Tags(text).rows_of("offers-table") == 0
    assert "plan-data" not in text


def test_a_plan_for_everybody_without_a_budget_renders():
    offers = offers_of(4, skipped=0).assign(cost=0.0)
    words = Tags(page_of(offers=offers, campaign=replace(CAMPAIGN, budget=0))).words
    assert messages()["plan.nobody_skipped"]["en"] in words
    assert messages()["answer.no_budget_note"]["en"] in words


@pytest.mark.parametrize(("planned", "shown"), [(3, 3), (200, 200), (201, 200), (450, 200)])
def test_at_most_200_offers_are_shown_and_the_rest_is_pointed_to(planned, shown):
    tags = Tags(page_of(offers=offers_of(planned)))
    assert tags.rows_of("offers-table") == 1 + shown
    assert f"{shown} of the table's {shown} rows shown; {planned} offers in the plan" in tags.words
    assert artefacts.OFFERS_CSV.name in tags.words


def test_empty_segments_and_no_profit_render():
    segments = dict.fromkeys(SEGMENTS, EMPTY_PROFILE) | {
        "steady": PROFILE,
        "all": PROFILE | {"monthly_profit": 0.0, "monthly_profit_exposed": 0.0},
    }
    figures = metrics_of(offers_of(1))["segment"] | {"segments": segments}
    assert ABSENT in Tags(page_of(segment=figures)).words


def test_clean_tables_are_said_to_be_clean():
    clean = metrics_of(offers_of(1))["prepare"] | {"missing": {}, "spelling_mended": {}}
    words = Tags(page_of(prepare=clean)).words
    assert messages()["data.nothing_mended"]["en"] in words
    assert messages()["data.nothing_missing"]["en"] in words


def test_features_stand_by_contribution_with_what_is_known_of_each():
    explain = {
        "mean_absolute_contribution": {"a": 0.1, "b": 0.4, "c": 0.1, "d": 0.0},
        "permutation_importance": {"b": {"mean": 0.2}},
    }
    summary = {"numbers": {"b": {"declined": {"mean": 1.0}, "stayed": {"mean": 2.0}}}}
    association = {"with_target": {"a": {"phik": 0.3}}}
    rows = leading_features(explain, summary, association, count=3)
    assert [row["name"] for row in rows] == ["b", "a", "c"]
    assert (rows[0]["declined"], rows[0]["stayed"], rows[0]["phik"]) == (1.0, 2.0, None)
    assert (rows[1]["declined"], rows[1]["phik"], rows[1]["of_largest"]) == (None, 0.3, 0.25)
    assert [row["shuffled"] for row in rows] == [{"mean": 0.2}, None, None]


def test_a_finding_is_told_with_its_figures_in_the_language_of_the_page():
    said = {lang: finding_words(FINDING, Speaker(lang, messages())) for lang in LANGUAGES}
    figures = {lang: finding_figures(FINDING, Speaker(lang, messages())) for lang in LANGUAGES}
    assert said["ru"] == (
        f"«{label('promo_share', 'ru')}» у клиентов со снижением выше: в среднем 0,46 против 0,24."
    )
    assert figures["ru"] == "δ Клиффа 0,56, 0,50…0,62; p\u00a0<\u00a00,001"
    assert said["en"] == (
        f"“{label('promo_share', 'en')}” is higher for decliners: 0.46 on average against 0.24."
    )
    assert figures["en"] == "Cliff's δ 0.56, 0.50 to 0.62; p\u00a0<\u00a00.001"
    words = Tags(page_of("en")).words
    assert words.count(said["en"]) == 2  # in front, and folded away with its figures
    assert words.count(figures["en"]) == 1
    assert messages()["theme.differences"]["en"] in words
    assert messages()["theme.pairs"]["en"] not in words  # no finding, no heading


def test_effects_at_break_even_bring_back_the_cost():
    plan = {"offers": 3, "cost": 6.0, "expected_net_gain": 4.0}
    share = report.break_even(plan)
    assert share * (plan["cost"] + plan["expected_net_gain"]) == pytest.approx(plan["cost"])
    assert report.break_even({"offers": 0, "cost": 0.0, "expected_net_gain": 0.0}) is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, ["measure.seen", "measure.pooled"]),
        ({"waves": 1}, ["measure.seen", "measure.enough"]),
        ({"detectable": None, "waves": None}, ["measure.unseen"]),
        ({"controls": 0}, ["measure.nothing"]),
    ],
)
def test_what_a_wave_can_show_is_said_in_plain_words(changed, told):
    keys = {key: {"en": key} for key in messages() if key.startswith("measure.")}
    assert report.power_words(POWER | changed, Speaker("en", keys)) == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_says_whose_data_what_to_do_and_why(language):
    """Before anything else: the folder's name (no path), the offers by number, the themes."""
    words = Tags(page_of(language)).words.replace("\u00a0", " ")
    first = words.partition(messages()["answer.assumed_heading.assumed"][language])[0]
    assert "of/tables" not in words
    for text in ("tables", f"campaign in {language}", "2026-12", f"basket in {language}"):
        assert text in first
    assert f"banner in {language}" not in first  # nobody gets it
    assert "60" in first
    assert label("pages_per_visit", language) in first
    assert messages()["page.generated"][language] not in first


def test_a_generated_store_is_said_to_be_one():
    words = Tags(page_of(tables=str(artefacts.SAMPLE))).words
    assert messages()["page.generated"]["en"] in words


def test_money_has_the_unit_of_the_campaign_or_the_page_says_that_it_has_none():
    plain = Tags(page_of()).words
    assert plain.count(messages()["page.unit"]["en"]) == 1
    words = Tags(page_of(campaign=replace(CAMPAIGN, unit="€"))).words
    assert messages()["page.unit"]["en"] not in words
    assert messages()["limits.unit"]["en"] not in words
    assert "\u00a0€" in words
    assert "Cost, €" in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_effects_that_waves_have_shown_are_no_longer_called_mere_assumptions(language):
    """One of the two offers has a record of three waves."""
    learned = replace(
        CAMPAIGN.offers["basket"],
        learned=Learned(3, 214, 150, 61, 50, CAMPAIGN.offers["basket"].effect),
    )
    campaign = replace(CAMPAIGN, offers=CAMPAIGN.offers | {"basket": learned})
    words = Tags(page_of(language, campaign=campaign)).words.replace("\u00a0", " ")
    for key in ("limits.time", "answer.assumed_heading"):
        assert messages()[f"{key}.measured"][language] in words
        assert messages()[f"{key}.assumed"][language] not in words
    counts = {"known": 1, "all": 2, "waves": 3}
    assert messages()["limits.offers.measured"][language].format(**counts) in words


def test_a_value_above_usual_that_speaks_for_a_drop_is_explained():
    words = Tags(page_of()).words
    assert "“Revenue, this month”: both ends point to a drop" in words
    assert "This is no mistake" in words
    explain = metrics_of(offers_of(1))["explain"] | {"shapes": {"promo_share": "rising"}}
    assert "This is no mistake" not in Tags(page_of(explain=explain)).words


def test_statistics_are_folded_away():
    """Names of tests and effects stand in no sentence that is in front."""
    text = page_of()
    front = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    for word in ("Cliff", "Holm", "Wilson", "Student", "Cramér", "bootstrap"):
        assert word not in Tags(front).words, word


@pytest.mark.parametrize(
    ("low", "ece", "name"),
    [(0.91, 0.02, "excellent"), (0.9, 0.05, "good"), (0.79, 0.02, "fair"), (0.5, 0.09, "poor")],
)
def test_the_grade_follows_its_rule(low, ece, name):
    evaluate = {"roc_auc": {"low": low}, "ece": {"value": ece, "by_chance": 0.02}}
    assert grade(evaluate) == name


def test_the_gain_is_read_between_the_points_of_the_curve():
    """At 0.3, midway between 0.2 (0.5) and 0.4 (0.9)."""
    assert "reaches 70% of those whose activity will drop" in Tags(page_of()).words
