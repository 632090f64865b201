"""Numbers, shares and money by the language."""

import pytest

from one_click.words.speaker import ABSENT, Speaker


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
