"""Words of a measurement: in both languages, all of them used, none missing."""

import ast
import inspect
import re
from string import Formatter

from helpers.imports import SOURCE

from one_click.outcomes import checks, prediction
from one_click.report import measured, measured_sheets, measured_view
from one_click.words.speaker import speaker

LANGUAGES = ("ru", "en")
WORDS = speaker("measured", "ru").messages
LAYOUT = measured.TEMPLATE.read_text(encoding="utf-8")
SECTIONS = re.findall(r'"(\w+)"', re.search(r"set sections = \((.*)\)", LAYOUT)[1])


def names_of_checks() -> set[str]:
    """First arguments of every `Check(...)` that the module of checks makes."""
    calls = (n for n in ast.walk(ast.parse(inspect.getsource(checks))) if isinstance(n, ast.Call))
    return {call.args[0].value for call in calls if getattr(call.func, "id", "") == "Check"}


def test_every_message_has_both_languages_with_the_same_values():
    for key, message in WORDS.items():
        assert set(message) == set(LANGUAGES), key
        russian, english = (
            {field for _, field, _, _ in Formatter().parse(message[language]) if field}
            for language in LANGUAGES
        )
        assert russian == english, key
        assert all(text.strip() for text in message.values()), key


def test_every_message_used_exists_and_none_is_unused():
    whole = set(re.findall(r'[^.]say\("([\w.]+\w)"[,)]', LAYOUT))
    tiles = {f"tile.{name}" for name in re.findall(r'tile\("(\w+)"', LAYOUT)}
    pictures = set(re.findall(r'picture\("(\w+)"\)', LAYOUT))
    verdicts = set(re.findall(r'"(too_few|worse|as_promised)"', inspect.getsource(prediction)))
    lessons = {"pays", "does_not_pay", "not_tried", "maybe_pays", "maybe_does_not_pay"}
    families = {
        "": {f"{name}.heading" for name in SECTIONS},
        "alt.": pictures,
        "picture.": pictures,
        "verdict.": set(measured_view.VERDICTS),
        "failed.": {"fails", "warns"},
        "state.": {"holds", "fails", "warns"},
        "sent.": {"shown", "no_log", "spoilt"},
        "lesson.": lessons,
        "prediction.": verdicts,
        "prediction.retrain.": verdicts,
        "check.": {
            f"{name}{end}"
            for name in names_of_checks()
            for end in ("", ".holds", ".fails", ".todo")
        },
        "spoils.": {checks.ALL, checks.PLAIN, checks.SENT, checks.NOTHING},
        "checks.": {"none"},  # of the workbook
        "sheet.": {"offers", "columns", "about"},
        "columns.": {"heading", "key", "meaning"},
        "about.": {"fact", "value", *about_keys()},
        "column.": {f"{key}{end}" for key in measured_sheets.KEYS for end in ("", ".meaning")},
    }
    known = {family + name for family, names in families.items() for name in names}
    assert whole | tiles | known | {"span"} == set(WORDS)


def about_keys() -> set[str]:
    """Facts that stand in the workbook's last sheet."""
    figures = {
        "campaign": {"en": "a", "ru": "a", "unit": None}, "waves": [], "confidence": 0.9,
        "effects": None,
    }  # fmt: skip
    return set(measured_sheets.about(figures, [], speaker("measured", "en")))


def test_the_code_holds_no_russian():
    for path in (
        *(SOURCE / "one_click/report").glob("measured*"),
        SOURCE / "one_click/pictures/measured.py",
    ):
        assert not re.search("[\u0400-\u04ff]", path.read_text(encoding="utf-8"))
