"""Every number and every text of every settings dataclass is bounded, a new field's too."""

import copy
from dataclasses import fields, is_dataclass, make_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import yaml
from helpers.imports import SOURCE

from one_click.running.errors import InputError
from one_click.running.lock import typed
from one_click.settings.whole import Params

LOCK = yaml.safe_load((SOURCE.parent / "conf.lock.yaml").read_text(encoding="utf-8"))
LEARNED = {
    "waves": 3, "offers": 214, "offers_declined": 150, "controls": 61, "controls_declined": 50,
    "assumed": {"low": 0.0, "expected": 0.1, "high": 0.25},
}  # fmt: skip
for _offer in LOCK["campaign"]["offers"].values():  # what waves have shown; no file of conf/ has it
    _offer["learned"] = LEARNED
TYPES = get_type_hints(Params)
SECTIONS = [field.name for field in fields(Params)]
EXTREMES = [
    float("nan"), float("inf"), float("-inf"), 1e308, -1e308, 10**30, -(10**30), 10**400, "nan",
    "inf", "1e308",
]  # fmt: skip
TEXTS = ["a\0b", "a\nb", "\x1b[2J", "a\u2028b", "\ud800", "x" * 1_001, "https://me:hunter2@host/"]


def places(kind: Any, value: Any, path: tuple = ()) -> list[tuple[tuple, type]]:
    """Paths of the numbers and texts of a type; of a mapping or list those of an entry.

    An entry is the first there is; where there is none, one is put in its place by its key.
    """
    if get_origin(kind) is UnionType:
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return [
            place
            for name, hint in hints.items()
            for place in places(hint, (value or {}).get(name), (*path, name))
        ]
    if get_origin(kind) is dict:
        (_, entry), key = get_args(kind), next(iter(value or {}), "email")
        return places(entry, (value or {}).get(key), (*path, key)) if entry is not Any else []
    if get_origin(kind) is list:
        return places(get_args(kind)[0], value[0], (*path, 0))
    return [(path, kind)] if kind in (int, float, str) else []


def problem(section: str, path: tuple, value: Any) -> str:
    """The line that a section is refused with, one of its values replaced."""
    content = {section: copy.deepcopy(LOCK[section])}
    *parents, last = (section, *path)
    node: Any = content
    for name in parents:
        node = node[name]
    node[last] = value
    settings = make_dataclass("Settings", [(section, TYPES[section])])
    with pytest.raises(InputError) as error:
        typed(settings, content, "a source")
    return str(error.value)


PLACES = [(s, path, kind) for s in SECTIONS for path, kind in places(TYPES[s], LOCK[s])]


@pytest.mark.parametrize("section", SECTIONS)
def test_no_number_is_beyond_reckoning(section):
    """Its key is named, in one line; a text that reads as a number is one."""
    for path, kind in [(p, k) for s, p, k in PLACES if s == section and k is not str]:
        for value in [*EXTREMES, *([1e-300, -1e-300] if kind is float else [])]:
            line = problem(section, path, value)
            assert "\n" not in line
            assert section in line
            assert str(next(name for name in (*path, section)[::-1] if name != 0)) in line


@pytest.mark.parametrize("section", SECTIONS)
def test_no_text_is_unseen_endless_or_a_secret(section):
    for path in [p for s, p, k in PLACES if s == section and k is str]:
        for text in TEXTS:
            line = problem(section, path, text)
            assert line.isprintable()
            assert "hunter2" not in line


@pytest.mark.parametrize("section", SECTIONS)
def test_no_number_of_a_spec_is_beyond_reckoning_either(section):
    if "Any" in str(TYPES[section]):
        (key, *_) = LOCK[section]
        for value in [float("nan"), float("inf"), 10**400, {"a": [{"b": float("nan")}]}]:
            assert section in problem(section, (key,), value)


def test_the_walk_reaches_nested_fields_entries_and_what_may_be_null():
    reached = {(section, *path) for section, path, _ in PLACES}
    assert {
        ("segments", "expected_profit", "alpha"), ("segments", "moves", 0),
        ("segments", "risk_cut"), ("search", "seconds"), ("campaign", "unit"),
        ("campaign", "caps", "call"), ("campaign", "offers", "basket_reminder", "cap"),
        ("campaign", "offers", "basket_reminder", "effect", "low"),
        ("campaign", "offers", "basket_reminder", "learned", "assumed", "high"),
    } <= reached  # fmt: skip
    assert len(reached) > 80
