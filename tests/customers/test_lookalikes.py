"""Letters of another alphabet that look the same are told."""

from one_click.customers.lookalikes import lookalike_of


def test_latin_letters_among_cyrillic_ones_are_named():
    assert lookalike_of("Пpибыль", ["id", "Прибыль"]) == ("Прибыль", "the Latin letter «p»")
    assert lookalike_of("Bыpyчкa", ["Выручка"]) == (
        "Выручка", "the Latin letters «B», «p», «y», «a»")  # fmt: skip
    assert lookalike_of("Прибыль", ["Прибыль"]) is None
    assert lookalike_of("Прибыли", ["Прибыль"]) is None


def test_cyrillic_letters_among_latin_ones_are_named():
    assert lookalike_of("сorner", ["corner"]) == ("corner", "the Cyrillic letter «с»")
    assert lookalike_of("іd", ["id"]) == ("id", "the Cyrillic letter «і»")
