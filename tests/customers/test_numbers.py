"""Numbers of text: what can be read in two ways, and what a spreadsheet made, is said by name."""

import pandas as pd
import pytest

from one_click.customers.numbers import numbers_of


def problems(*texts, high=None):
    """By cell, what is wrong with it; the number is then missing."""
    cells = pd.Series(texts, dtype="str")
    numbers, faults = numbers_of(cells, high)
    by_cell = {cells[row]: problem for index, problem in faults for row in index}
    assert numbers.isna().tolist() == [text == "" or text in by_cell for text in texts]
    return by_cell


@pytest.mark.parametrize(
    ("text", "number"),
    [("5298", 5298), ("5298.0", 5298), ("5,5", 5.5), ("-1e6", -1e6), ("+.5", 0.5), ("5.", 5),
     ("\u22125,25", -5.25), ("0,250", 0.25), ("1234,567", 1234.567), ("2,9500", 2.95)],
)  # fmt: skip
def test_a_number(text, number):
    numbers, faults = numbers_of(pd.Series([text, ""], dtype="str"))
    assert faults == []
    assert numbers.iloc[0] == number
    assert numbers.isna().tolist() == [False, True]


TWOFOLD = {
    "a whole column of commas": ["5,298", "6,144", "12,978"],
    "a whole column of points": ["4.150", "3.275"],
    "one cell": ["4.150"],
    "a few among whole numbers": ["512", "5,298", "731", "6,144"],
    "one among whole numbers with a zero": ["5298.0", "5.298", "6144.0", "5100.0"],
    "one with a comma among decimals with a point": ["5298.5", "5,298", "6144.1"],
    "half with a comma, half with a point": ["5,298", "6,144", "512.5", "498.25"],
    "a few of the size of the others when read as thousands": [
        "5298.5", "5.298", "6144.1", "5100.3", "4871.9"],
    "negative": ["-5,298", "-3,100"],
    "a round thousand": ["5,000", "12"],
}  # fmt: skip


@pytest.mark.parametrize("case", TWOFOLD)
def test_a_mark_that_may_part_thousands_is_refused_with_both_readings(case):
    texts = TWOFOLD[case]
    found = problems(*texts)
    assert found
    for text, problem in found.items():
        assert text.lstrip("-").replace(",", ".").split(".")[1].isdigit()
        assert problem.startswith("can be read in two ways, ")
    smallest = min(found)
    plain = smallest.replace(",", ".")
    assert f"{plain} or {plain.replace('.', '')};" in found[smallest]


@pytest.mark.parametrize(
    "texts",
    [
        ["5,298", "6,14", "7,2"],  # other decimals show what the comma is
        ["0.298", "4.150"],  # nobody writes a thousand as 0.298
        ["4.150", "1234.567"],
        ["3.125", "3.5", "2.75", "4.25", "1.5"],  # a fraction among fractions of its size
        ["2,500", "2,75", "2,5"],
    ],
)
def test_decimals_that_the_column_shows_to_be_some_are_read(texts):
    assert problems(*texts) == {}


def test_a_reading_beyond_the_range_is_none():
    assert problems("5.298", "3.100", high=1_000) == {}
    assert problems("4.000", "12.500", "3.125", high=10_000) == {}  # 12,500 there can't be


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("27%", "is written in per cent"), ("0,27 %", "is written in per cent"),
        ("5298 ₽", "has a currency sign"), ("$12.5", "has a currency sign"),
        ("12,5 руб.", "has a currency sign"), ("5 298 р.", "has a currency sign"),
        ("€1,234.50", "has a currency sign"), ("1 000 RUB", "has a currency sign"),
        ("04.апр", "is a date"), ("апр.25", "is a date"), ("1-Apr", "is a date"),
        ("Apr-25", "is a date"), ("04.05.2026", "is a date"), ("2026-04-05 00:00:00", "is a date"),
        ("5 апреля", "is a date"), ("04.05.26", "is a date"),
        ("#ЗНАЧ!", "is an error of the spreadsheet"), ("#N/A", "is an error of the spreadsheet"),
        ("#####", "is an error of the spreadsheet"), ("#ДЕЛ/0!", "is an error of the spreadsheet"),
        ("1 000", "is no finite number"), ("1,234,567", "is no finite number"),
        ("1,234.5", "is no finite number"), ("1'000", "is no finite number"),
        ("1_000", "is no finite number"), ("0x10", "is no finite number"),
        ("٣", "is no finite number"), ("(5)", "is no finite number"),
        ("nan", "is no finite number"), ("inf", "is no finite number"),
        ("1e999", "is no finite number"), ("True", "is no finite number"),
        ("=1+1", "is no finite number"), ("–", "is no finite number"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_said_by_name(text, words):
    (problem,) = problems("5", text).values()
    assert problem.startswith(words)
