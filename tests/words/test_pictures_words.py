"""Words of the pictures: in both languages, all of them used."""

import re

from helpers.imports import SOURCE

from one_click.columns import COLUMNS
from one_click.words.speaker import speaker


def test_words_are_in_both_languages_and_all_are_used():
    words = speaker("pictures", "ru").messages
    source = "".join(
        path.read_text(encoding="utf-8") for path in (SOURCE / "one_click/pictures").rglob("*.py")
    )
    assert not re.search("[\u0400-\u04ff]", source)
    source += (SOURCE / "one_click/words/wording.py").read_text(encoding="utf-8")
    begun = set(re.findall(r'"(\w+)\.\{', source))
    for key, word in words.items():
        assert set(word) == {"ru", "en"}, key
        assert f'"{key}"' in source or key.partition(".")[0] in begun, key
    for column in COLUMNS:
        if column.feature:
            assert f"group.{column.group}" in words
        if column.month:
            assert f"month.{column.month.code}" in words
            assert f"table.{column.table}" in words
