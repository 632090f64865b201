"""The report: one page that asks nothing of the network, every word of it in two languages."""

import base64
import inspect
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest
from helpers.report_inputs import (
    CAMPAIGN,
    EMPTY_PROFILE,
    FINDING,
    PICTURE,
    POWER,
    PROFILE,
    metrics_of,
    offers_of,
    written,
)
from omegaconf import OmegaConf
from one_click.words.catalogues import MESSAGES

from one_click import artefacts
from one_click.columns import ID, label
from one_click.new_month.drift_page import FLAGS, STATES, VERDICTS
from one_click.offers.eligibility import SKIP_REASONS
from one_click.report.content import content as report
from one_click.report.page import hash_of
from one_click.report.plan_view import KEY, NONE
from one_click.running.errors import InputError
from one_click.running.lock import load
from one_click.settings.offers import CHANNELS, SIDES, Campaign
from one_click.settings.segments import SEGMENTS
from one_click.words.speaker import ABSENT, Speaker
from one_click.words.wording import KEYS, THEMES, finding_words, reason_words

LANGUAGES = ("ru", "en")
LOCK = Path(__file__).parents[2] / artefacts.CONF_LOCK


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Write what `main` reads, run it, give the page."""
    monkeypatch.chdir(tmp_path)

    def made(
        language: str = "en",
        offers: pd.DataFrame | None = None,
        campaign: Campaign = CAMPAIGN,
        settings: dict | None = None,
        **changed: dict,
    ) -> str:
        offers = offers_of(5) if offers is None else offers
        return written(LOCK, language, offers, campaign, changed, **(settings or {}))

    return made


class Tags(HTMLParser):
    """Start tags with their attributes, the text outside the style sheet, and open tags left."""

    void = ("meta", "link", "img", "rect", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.words, self.open = "", []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note the tag, and that it is open."""
        self.tags.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Note the tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Note the text."""
        if not {"style", "script"} & set(self.open):
            self.words += data

    def rows_of(self, title: str) -> int:
        """Rows of the table that the element with this id names, its heading included."""
        count, inside = 0, False
        for tag, attributes in self.tags:
            if tag == "table":
                inside = attributes["aria-labelledby"] == title
            count += inside and tag == "tr"
        return count


def messages() -> dict[str, dict[str, str]]:
    return OmegaConf.to_container(OmegaConf.load(MESSAGES))


def allowed(section: object, key: str) -> set[str]:
    """Names that the config allows for a key, from the error that refuses another."""
    with pytest.raises(InputError) as refused:
        replace(section, **{key: "?"})
    return set(str(refused.value).partition("one of ")[2].split(", "))


def data_of(text: str) -> dict:
    """What the page's script reads."""
    return json.loads(re.search(r'id="plan-data">(.*?)</script>', text, re.DOTALL)[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_the_language_of_the_config(page, language):
    text = page(language)
    tags = Tags(text)
    assert tags.tags[0][0] == "html"
    assert tags.tags[0][1]["lang"] == language
    assert messages()["page.title"][language] in tags.words
    assert messages()["limits.time"][language] in tags.words.replace("\u00a0", " ")
    assert f"basket in {language}" in tags.words
    assert label("promo_share", language) in tags.words
    assert tags.open == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_request_leaves_the_page(page, language):
    text = page(language)
    tags = Tags(text).tags
    policy = next(a["content"] for tag, a in tags if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"https?:|//|url\(|@import", re.sub(r'"data:[^"]*"', "", text))
    for tag, attributes in tags:
        assert tag not in ("iframe", "object", "form", "base")
        assert not {"style", "srcset", "action", "ping"} & set(attributes)
        for name in ("src", "href"):
            assert attributes.get(name, "#").startswith(("#", "data:"))


def test_the_policy_names_the_hashes_of_the_style_sheet_and_the_script(page):
    text = page()
    css = text.partition("<style>")[2].partition("</style>")[0]
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert f"style-src '{hash_of(css)}'; script-src '{hash_of(script)}'" in text


def test_pictures_stand_in_the_page_with_words_for_who_cannot_see_them(page):
    pictures = [a for tag, a in Tags(page()).tags if tag == "img"]
    assert len(pictures) == len(report.PICTURES)
    for attributes in pictures:
        assert base64.b64decode(attributes["src"].partition(",")[2]) == PICTURE
        assert attributes["alt"]


def test_headings_descend_a_level_at_a_time_and_links_meet_their_sections(page):
    tags = Tags(page()).tags
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    named = [a["aria-labelledby"] for _, a in tags if "aria-labelledby" in a]
    linked = [a["href"][1:] for tag, a in tags if tag == "a"]
    assert {*named, *linked} <= set(ids)


def test_markup_in_a_customer_or_an_offer_is_shown_as_text(page):
    wicked = "<script>alert(1)</script>\"'"
    campaign = replace(
        CAMPAIGN, offers=CAMPAIGN.offers | {"basket": replace(CAMPAIGN.offers["basket"], en=wicked)}
    )
    offers = offers_of(3)
    offers.loc[0, ID] = wicked
    text = page(offers=offers, campaign=campaign)
    assert "<script>alert" not in text
    assert Tags(text).words.count(wicked) == 1 + 1 + 3  # the id, the terms, an offer a row
    assert data_of(text)["rows"][0]["id"] == data_of(text)["offers"][0]["label"] == wicked


def test_the_same_input_gives_the_same_bytes(page):
    page()
    first = artefacts.REPORT.read_bytes()
    page()
    assert artefacts.REPORT.read_bytes() == first


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_plan_is_said_in_words(page, language):
    text = page(language, offers_of(0))
    words = Tags(text).words.replace("\u00a0", " ")
    assert messages()["plan.empty"][language] in words
    assert Tags(text).rows_of("offers-table") == 0
    assert "plan-data" not in text


def test_a_plan_for_everybody_without_a_budget_renders(page):
    offers = offers_of(4, skipped=0).assign(cost=0.0)
    words = Tags(page(offers=offers, campaign=replace(CAMPAIGN, budget=0))).words
    assert messages()["plan.nobody_skipped"]["en"] in words
    assert messages()["answer.no_budget_note"]["en"] in words


@pytest.mark.parametrize(("made", "shown"), [(3, 3), (200, 200), (201, 200), (450, 200)])
def test_at_most_200_offers_are_shown_and_the_rest_is_pointed_to(page, made, shown):
    tags = Tags(page(offers=offers_of(made)))
    assert tags.rows_of("offers-table") == 1 + shown
    assert f"{shown} of the table's {shown} rows shown; {made} offers in the plan" in tags.words
    assert artefacts.OFFERS_CSV.as_posix() in tags.words


def test_empty_segments_and_no_profit_render(page):
    segments = dict.fromkeys(SEGMENTS, EMPTY_PROFILE) | {
        "steady": PROFILE,
        "all": PROFILE | {"monthly_profit": 0.0, "monthly_profit_exposed": 0.0},
    }
    figures = metrics_of(offers_of(1))["segment"] | {"segments": segments}
    assert ABSENT in Tags(page(segment=figures)).words


def test_clean_tables_are_said_to_be_clean(page):
    clean = metrics_of(offers_of(1))["prepare"] | {"missing": {}, "spelling_mended": {}}
    words = Tags(page(prepare=clean)).words
    assert messages()["data.nothing_mended"]["en"] in words
    assert messages()["data.nothing_missing"]["en"] in words


def test_every_message_has_both_languages_with_the_same_values():
    for key, message in messages().items():
        assert set(message) == set(LANGUAGES), key
        russian, english = (
            {field for _, field, _, _ in Formatter().parse(message[language]) if field}
            for language in LANGUAGES
        )
        assert russian == english, key
        assert all(text.strip() for text in message.values()), key


def test_every_message_used_exists_and_none_is_unused():
    """A key in the layout is whole, or begins a family whose names the code or config knows."""
    layouts = sorted(report.HERE.glob("*.html.j2"))
    assert len(layouts) == 3
    layout = "".join(path.read_text(encoding="utf-8") for path in layouts)
    whole = re.findall(r'say\("([\w.]+\w)"[,)]', layout)
    begun = re.findall(r'say\("([\w.]+\.)" ~ ', layout)
    assert len(whole) + len(begun) == layout.count("say(") - layout.count("by say()")
    for module in ("report", "plan_view", "wording"):
        code = (report.HERE / f"{module}.py").read_text(encoding="utf-8")
        whole += re.findall(r'"((?:plan|measure|trigger|reason)\.[\w.]+)"', code)
    params = load("campaign", "choice", "cleaning", path=LOCK)
    names = {
        "theme.": set(THEMES),
        "picture.": set(report.PICTURES),
        "alt.": set(report.PICTURES),
        "segment.": set(SEGMENTS),
        "channel.": set(CHANNELS),
        "skip.": set(SKIP_REASONS),
        "rule.": allowed(params.cleaning, "regular") | {"revenue_slip", "twin"},
        "figure.": set(report.FIGURES),
        "meaning.": set(report.FIGURES),
        "calibration.": allowed(params.choice, "calibration"),
        "threshold.": allowed(params.choice, "threshold"),
        "budget.": {"value", "offers", "cost", "gain", "break-even"},
        "drift.verdict.": set(VERDICTS),
        "drift.state.": set(STATES),
        "drift.flag.": set(FLAGS),
    }
    assert set(begun) == set(names)
    names["finding."] = set(KEYS)  # told by finding_words
    names["trigger."] = set(SIDES)
    names["segments."] = {"customers", "share", "mean_risk", "profit", "exposed"}  # headings
    known = {family + name for family in names for name in names[family]}
    assert {*whole} | known == set(messages())


def test_the_words_are_of_association():
    english = " ".join(message["en"] for message in messages().values()).lower()
    assert not re.search(
        r"\b(leads? to|causes?|caused|because of|due to|impact|will leave)\b", english
    )


def test_the_code_holds_no_russian():
    layouts = report.HERE.glob("*.html.j2")
    for path in (report.HERE / "report.py", report.HERE / "plan_view.py", report.SCRIPT, *layouts):
        assert not re.search("[\u0400-\u04ff]", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("value", "digits", "ru", "en"),
    [
        (1234567.891, 1, "1\u202f234\u202f567,9", "1,234,567.9"),
        (-0.25, 2, "\u22120,25", "\u22120.25"),
        (-0.001, 2, "0,00", "0.00"),
        (None, 2, ABSENT, ABSENT),
        (float("nan"), 0, ABSENT, ABSENT),
    ],
)
def test_numbers_are_written_by_the_language(value, digits, ru, en):
    assert Speaker("ru", {}).number(value, digits) == ru
    assert Speaker("en", {}).number(value, digits) == en


def test_shares_and_money_are_written_by_the_language():
    russian, english = Speaker("ru", {}), Speaker("en", {})
    assert (russian.share(0.125), english.share(0.125)) == ("12,5\u00a0%", "12.5%")
    assert [english.money(value) for value in (5.25, 250, 1250.4)] == ["5.25", "250.0", "1,250"]
    assert english.money(5.25, scale=2000) == "5"


def test_features_stand_by_contribution_with_what_is_known_of_each():
    explain = {
        "mean_absolute_contribution": {"a": 0.1, "b": 0.4, "c": 0.1, "d": 0.0},
        "permutation_importance": {"b": {"mean": 0.2}},
    }
    summary = {"numbers": {"b": {"declined": {"mean": 1.0}, "stayed": {"mean": 2.0}}}}
    association = {"with_target": {"a": {"phik": 0.3}}}
    rows = report.leading_features(explain, summary, association, count=3)
    assert [row["name"] for row in rows] == ["b", "a", "c"]
    assert (rows[0]["declined"], rows[0]["stayed"], rows[0]["phik"]) == (1.0, 2.0, None)
    assert (rows[1]["declined"], rows[1]["phik"], rows[1]["of_largest"]) == (None, 0.3, 0.25)
    assert [row["shuffled"] for row in rows] == [{"mean": 0.2}, None, None]


def test_a_finding_is_told_with_its_figures_in_the_language_of_the_page(page):
    said = {lang: finding_words(FINDING, Speaker(lang, messages())) for lang in LANGUAGES}
    assert said["ru"] == (
        f"«{label('promo_share', 'ru')}» у снизивших выше: в среднем 0,46 против 0,24 "
        "(δ Клиффа 0,56, 0,50…0,62; p\u00a0<\u00a00,001)."
    )
    assert said["en"] == (
        f"“{label('promo_share', 'en')}” is higher for decliners: 0.46 on average against 0.24 "
        "(Cliff's δ 0.56, 0.50 to 0.62; p\u00a0<\u00a00.001)."
    )
    words = Tags(page("en")).words
    assert said["en"] in words
    assert messages()["theme.differences"]["en"] in words
    assert messages()["theme.pairs"]["en"] not in words  # no finding, no heading


def test_a_p_is_written_out_where_it_is_not_tiny():
    assert "p\u00a0=\u00a00.012" in finding_words(FINDING | {"p": 0.012}, Speaker("en", messages()))


def test_effects_at_break_even_bring_back_the_cost():
    plan = {"offers": 3, "cost": 6.0, "expected_net_gain": 4.0}
    share = report.break_even(plan)
    assert share * (plan["cost"] + plan["expected_net_gain"]) == pytest.approx(plan["cost"])
    assert report.break_even({"offers": 0, "cost": 0.0, "expected_net_gain": 0.0}) is None


def test_the_report_reads_nothing_of_the_losing_candidates():
    read = {*report.METRICS.values(), *report.PICTURES.values(), artefacts.OFFERS}
    assert artefacts.CHOOSE_METRICS not in read
    assert not any(path.is_relative_to(artefacts.TUNE_METRICS) for path in read)
    assert "CHOOSE" not in inspect.getsource(report)


def test_each_step_of_the_slider_is_a_plan_that_was_made(page):
    """Of five customers two are in the plan of budget 1, four in that of 2, all in that of 100."""
    data = data_of(page())
    assert [step["budget"] for step in data["curve"]] == [0, 1, 2, 100]
    assert data["now"] == 3
    assert [row["plan"] for row in data["rows"]] == [f"{NONE}000"] * 2 + [f"{NONE}{NONE}00"] * 2 + [
        f"{NONE}{NONE}{NONE}0"
    ]
    assert data["rows"][0]["gains"] == [0.25, None]
    for place, step in enumerate(data["curve"]):
        made = [row for row in data["rows"] if row["plan"][place] != NONE]
        assert len(made) == step["offers"]
        assert sum(row["gains"][0] for row in made) == pytest.approx(step["net_gain"])


def test_the_table_holds_the_first_of_the_plan_and_the_page_stays_small(page):
    everyone = {"offers": offers_of(1300, skipped=0), "campaign": replace(CAMPAIGN, budget=1000)}
    text = page(**everyone, settings={"rows": 400})
    assert len(data_of(text)["rows"]) == 400
    assert data_of(text)["rows"][0]["id"] == "id0000"
    whole = page(**everyone)
    assert len(data_of(whole)["rows"]) == 1300
    assert len(whole) < 3e6


def test_ids_can_be_hashed_for_a_page_that_travels(page, monkeypatch):
    monkeypatch.setenv(KEY, "secret")
    text = page(settings={"ids": "hashed"})
    assert "id0000" not in text
    first = data_of(text)["rows"][0]["id"]
    assert re.fullmatch("[0-9a-f]{12}", first)
    assert first in Tags(text).words
    monkeypatch.setenv(KEY, "another")
    assert data_of(page(settings={"ids": "hashed"}))["rows"][0]["id"] != first


def test_hashed_ids_need_a_secret(page, monkeypatch):
    monkeypatch.delenv(KEY, raising=False)
    with pytest.raises(InputError, match=f"report.ids: hashed needs a secret .* set {KEY}"):
        page(settings={"ids": "hashed"})


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


@pytest.mark.parametrize(
    ("name", "value", "typical", "ru"),
    [
        ("pages_per_visit", 3.0, 9.0, "Страниц за визит: 3 (обычно 9)"),
        ("contacts_six_months", 2.45, 4.6, "Контактов в месяц за полгода: 2,5 (обычно 4,6)"),
        ("promo_share", 0.97, 0.2, "Доля покупок по акции: 97\u00a0% (обычно 20\u00a0%)"),
        ("service_type", "premium", "standard", "Тип сервиса: премиум (обычно стандарт)"),
        ("contact_allowed", True, "no", "Разрешил сообщать: да (обычно нет)"),
        ("tenure_days", float("nan"), 600, "Дней с регистрации: нет данных (обычно 600)"),
    ],
)
def test_a_reason_is_told_with_the_value_and_the_typical_one(name, value, typical, ru):
    assert reason_words(name, value, typical, Speaker("ru", messages())) == ru
