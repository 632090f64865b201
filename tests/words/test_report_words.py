"""Words of the pages: in both languages, all of them used, none of a cause."""

import inspect
import re
from dataclasses import dataclass, replace
from string import Formatter

import pytest
from helpers.imports import SOURCE
from helpers.page import messages

from one_click import artefacts
from one_click.columns import COLUMNS
from one_click.new_month import drift_page, drift_picture
from one_click.new_month.drift import STATES
from one_click.new_month.drift_page import FLAGS, REASONS, VERDICTS
from one_click.offers import crm
from one_click.offers.eligibility import SKIP_REASONS
from one_click.reasons.figures import SHAPES
from one_click.report import answer, feature_words, plan_view, plan_words
from one_click.report import content as report
from one_click.report.evidence import STATES as EVIDENCE
from one_click.report.measured import TEMPLATE as MEASURED
from one_click.report.quality_words import GRADES
from one_click.running.errors import InputError
from one_click.running.lock import load
from one_click.settings.customers import Cleaning
from one_click.settings.offers import CHANNELS, SIDES
from one_click.settings.risk import Choice
from one_click.settings.segments import SEGMENTS
from one_click.words import wording
from one_click.words.wording import KEYS, THEMES

LANGUAGES = ("ru", "en")
LAYOUT = report.TEMPLATE.read_text(encoding="utf-8")
SECTIONS = re.findall(r'"(\w+)"', re.search(r"set sections = \((.*)\)", LAYOUT)[1])
PICTURES = (*report.MODEL_PICTURES, *report.STUDY_PICTURES)


def allowed(section: object, key: str) -> set[str]:
    """Names that the config allows for a key, from the error that refuses another."""
    with pytest.raises(InputError) as refused:
        replace(section, **{key: "?"})
    return set(str(refused.value).partition("one of ")[2].split(", "))


def test_every_message_has_both_languages_with_the_same_values():
    for key, message in messages().items():
        assert set(message) == set(LANGUAGES), key
        russian, english = (
            {field for _, field, _, _ in Formatter().parse(message[language]) if field}
            for language in LANGUAGES
        )
        assert russian == english, key
        assert all(text.strip() for text in message.values()), key


@dataclass
class Allowing:
    """Sections whose choices have words of their own."""

    choice: Choice
    cleaning: Cleaning


def test_every_message_used_exists_and_none_is_unused():
    """A key in the layout is whole, or begins a family whose names the code or config knows."""
    layouts = [path for path in sorted(SOURCE.rglob("*.html.j2")) if path != MEASURED]
    assert len(layouts) == 13
    layout = "".join(path.read_text(encoding="utf-8") for path in layouts)
    whole = re.findall(r'say\("([\w.]+\w)"[,)]', layout)
    begun = re.findall(r'say\("([\w.]+\.)" ~ ', layout)
    others = layout.count("by say()") + layout.count('say(name ~ ".heading")')
    assert len(whole) + len(begun) == layout.count("say(") - others
    modules = (report, plan_view, plan_words, answer, feature_words, wording, crm)
    for module in (*modules, drift_page, drift_picture):
        code = inspect.getsource(module)
        keys = "plan|measure|trigger|reason|source|list|data|drift"
        whole += re.findall(rf'"((?:{keys})\.(?!html)[\w.]+)"', code)
    params = load(Allowing, SOURCE.parent / artefacts.CONF_LOCK)
    names = {
        "theme.": set(THEMES),
        "picture.": set(PICTURES),
        "alt.": set(PICTURES),
        "segment.": set(SEGMENTS),
        "channel.": set(CHANNELS),
        "rule.": allowed(params.cleaning, "regular") | {"revenue_slip", "twin"},
        "figure.": set(report.FIGURES),
        "meaning.": set(report.FIGURES),
        "calibration.": allowed(params.choice, "calibration"),
        "threshold.": allowed(params.choice, "threshold"),
        "grade.": {name for name, _ in GRADES},
        "budget.": {"value", "offers", "cost", "gain", "break-even"},
        "answer.pays.": set(EVIDENCE),
        "answer.assumed_heading.": set(EVIDENCE),
        "answer.assumed.": set(EVIDENCE),
        "limits.time.": set(EVIDENCE),
        "limits.offers.": set(EVIDENCE),
        "drift.verdict.": set(VERDICTS),
        "drift.state.": set(STATES),
        "drift.flag.": set(FLAGS),
        "drift.because.": set(REASONS),
    }
    assert set(begun) == set(names)
    names["finding."] = set(KEYS)  # told by finding_words
    tested = {key for key in KEYS if key not in ("copies", "not_normal", "not_normal_but")}
    names["finding."] |= {f"{key}.figures" for key in tested}
    names["skip."] = set(SKIP_REASONS)
    names["shape."] = set(SHAPES)
    names["answer.theme_"] = {"above", "below", "either"}
    names["reason_theme."] = {column.group for column in COLUMNS if column.feature}
    names["steady."] = {"yes", "no"}
    names[""] = {f"{section}.heading" for section in SECTIONS}
    names["trigger."] = set(SIDES)
    names["drift.change."] = {"number", "category"}  # told by change_words
    names["drift.bars."] = {drift_picture.KNOWN, drift_picture.NEW}
    names["segments."] = {"customers", "share", "mean_risk", "profit", "exposed"}  # headings
    known = {family + name for family in names for name in names[family]}
    assert {*whole} | known == set(messages())


def test_the_words_are_of_association():
    english = " ".join(message["en"] for message in messages().values()).lower()
    assert not re.search(
        r"\b(leads? to|causes?|caused|because of|due to|impact|will leave)\b", english
    )


def test_the_code_holds_no_russian():
    layouts = SOURCE.rglob("*.html.j2")
    for path in (*report.HERE.glob("*.py"), report.SCRIPT, *layouts):
        assert not re.search("[\u0400-\u04ff]", path.read_text(encoding="utf-8"))
