"""Letters of another alphabet that look the same: Latin or Greek among Cyrillic ones, or so."""

import unicodedata
from collections.abc import Iterable

LATIN, CYRILLIC = "ABCEHIJKMOPSTXYaceijkopsxy", "АВСЕНІЈКМОРЅТХУасеіјкорѕху"
GREEK, AS_CYRILLIC = "ΑΒΕΗΙΚΜΟΡΤΥΧο", "АВЕНІКМОРТУХо"
IN_CYRILLIC = str.maketrans(LATIN + GREEK, CYRILLIC + AS_CYRILLIC)


def lookalike_of(text: str, expected: Iterable[str]) -> tuple[str, str] | None:
    """The expected text that looks the same, and which letters are of another alphabet.

    Returns
    -------
    expected, letters
        «Прибыль» and "the Latin letter «p»" for «Пpибыль»; None where none looks the same.
    """
    shape = text.translate(IN_CYRILLIC)
    for other in expected:
        if other != text and other.translate(IN_CYRILLIC) == shape:
            letters = [a for a, b in zip(text, other, strict=True) if a != b]
            alphabet = unicodedata.name(letters[0]).split()[0].title()
            shown = ", ".join(f"«{letter}»" for letter in dict.fromkeys(letters))
            return other, f"the {alphabet} letter{'s' if len(set(letters)) > 1 else ''} {shown}"
    return None
