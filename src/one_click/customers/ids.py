"""Ids of customers: text that is kept as it is, or refused with what has become of it.

An id is a name and no number: `00215387` is not `215387`, and no two are added. A spreadsheet takes
ids for numbers and dates all the same; what it leaves of them is refused, for nobody can tell any
more whose they are. As to a float column's `1001.0`: it is 1001 and nothing else.
"""

import unicodedata

import pandas as pd

from one_click.customers.lookalikes import IN_CYRILLIC, lookalike_of
from one_click.customers.rows import a_few

LONGEST = 64
MARKS = "-_.:/@#+"
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number: it writes zeros for the others
SURE_DIGITS = 3  # zeros that are no chance: one in a thousand
FIRST, FIT = ("L", "Nd"), ("L", "M", "Nd")  # Unicode's letters, accents, decimal digits
NO_NAMES = ("na", "n/a", "nan", "null", "none", "nat")
EN = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
RU = "янв|фев|мар|апр|май|июн|июл|авг|сен|окт|ноя|дек"
DAY, MONTH = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
POINT_ZERO = rf"(?:0|[1-9][0-9]{{0,{EXACT_DIGITS - 1}}})[.,]0"
BARE_EXPONENT = r"[0-9]+[eEеЕ]-?[0-9]+"  # 12e4, 1006E-7: codes where others have letters
LONG = rf"[1-9][0-9]{{{EXACT_DIGITS},}}"
LONG_ROUND = rf"[1-9][0-9]{{{EXACT_DIGITS - 1}}}0+"
LEFT_OVER = "|".join([
    r"[+-]?[0-9]+(?:[.,][0-9]*)?[eEеЕ]\+[0-9]+|[+-]?[0-9]+[.,][0-9]*[eEеЕ]-[0-9]+",  # 1.07E+11
    r"[+-]?[0-9]+[.,][0-9]*(?:[eEеЕ][0-9]+)?",  # 1,000; 1.000; 1001.5; 1.5e3
    r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]*)?",  # 1.000.000
    r"[+-]?[0-9]{1,3}(?:[,'’ ][0-9]{2,3})+(?:[.,][0-9]*)?",  # 1 000, 1'000.00, 1,00,000
    rf"(?:{DAY}[./-]{MONTH}|{MONTH}[./-]{DAY})[./-](?:19|20)[0-9]{{2}}(?: [0-9:]+)?",  # a date
    rf"(?:19|20)[0-9]{{2}}-{MONTH}-{DAY}(?:[ T][0-9:.]+)?",
    rf"[0-9]{{1,2}}[-. ](?:{EN}|{RU})(?:[-. ][0-9]{{2,4}})?",  # 5-Mar, 05.мар
    rf"(?:{EN})-[0-9]{{2}}|(?:{RU})\.[0-9]{{2}}",
    r"#+|#[A-ZА-ЯЁ]+(?:/[A-ZА-ЯЁ0])?[!?]?",  # a column that was too narrow; #N/A, #ССЫЛКА!
])  # fmt: skip
CUT = "is no id: the spreadsheet has cut these ids: format the column as text and export again"


def as_ids(cells: pd.Series) -> tuple[pd.Series, list[tuple[pd.Index, str]]]:
    """Ids of a column of stripped text, empty as missing.

    Returns
    -------
    ids, faults
        A faulty cell is missing; a fault is the index of its cells and what is wrong with them.
    """
    texts = cells[cells != ""].astype("str").str.normalize("NFC")
    texts = texts.mask(texts.str.fullmatch(POINT_ZERO), texts.str.slice(stop=-2))
    faults = []
    for check in (_no_name, _cut, _formula, _long, _unfit, _late, _alike):
        is_faulty, problem = check(texts)
        if is_faulty.any():
            faults.append((texts.index[is_faulty], problem))
            texts = texts[~is_faulty]
    return texts.reindex(cells.index), faults


def _cut(texts: pd.Series) -> tuple[pd.Series, str]:
    """What a spreadsheet has made a number, a date or an error of.

    `12e4` may be a code where other ids have letters; an id of sixteen digits may end in a zero by
    chance, all of a column hardly: by one in ten for each digit.
    """
    is_cut, is_bare, is_long = map(texts.str.fullmatch, (LEFT_OVER, BARE_EXPONENT, LONG))
    if not any(letter.isalpha() for letter in set("".join(texts[~is_cut & ~is_bare]))):
        is_cut |= is_bare
    long = texts[is_long].drop_duplicates()
    is_sure = (long.str.len() - EXACT_DIGITS).sum() >= SURE_DIGITS
    if is_sure and long.str.fullmatch(LONG_ROUND).all():
        is_cut |= is_long
    return is_cut, CUT


def _no_name(texts: pd.Series) -> tuple[pd.Series, str]:
    return texts.str.lower().isin(NO_NAMES), "is how a program writes no value; fill the id in"


def _formula(texts: pd.Series) -> tuple[pd.Series, str]:
    problem = "would be a formula in a spreadsheet; an id begins with a letter or digit: correct it"
    return texts.str.startswith(("=", "+", "-", "@")), problem


def _long(texts: pd.Series) -> tuple[pd.Series, str]:
    return (
        texts.str.len() > LONGEST,
        f"is longer than {LONGEST} characters; correct the id",
    )


def _unfit(texts: pd.Series) -> tuple[pd.Series, str]:
    """What holds a character that is no letter, digit or mark; accents may follow a letter."""
    unfit = frozenset(
        letter for letter in set("".join(texts)) - set(MARKS) if not _kind(letter).startswith(FIT)
    )
    shown = {letter: f"«{letter}» " if letter.isprintable() else "" for letter in sorted(unfit)}
    names = a_few([f"{text}U+{ord(letter):04X}" for letter, text in shown.items()])
    problem = f"has {names}; an id is of letters, digits and {MARKS} alone: correct it"
    if not unfit:
        return pd.Series(False, index=texts.index), problem
    return ~texts.map(unfit.isdisjoint).astype(bool), problem


def _late(texts: pd.Series) -> tuple[pd.Series, str]:
    first = texts.str.slice(stop=1)
    late = [letter for letter in first.unique() if not _kind(letter).startswith(FIRST)]
    return first.isin(late), "begins with no letter or digit; correct the id"


def _kind(letter: str) -> str:
    """The general category of a letter, as Unicode has it."""
    return unicodedata.category(letter)


def _alike(texts: pd.Series) -> tuple[pd.Series, str]:
    """What looks the same as another id of the column."""
    ids = texts.drop_duplicates()
    shape = ids.str.translate(IN_CYRILLIC) if not ids.str.isascii().all() else ids
    shared = shape[shape.duplicated(keep=False)]
    problem = "look the same"
    if len(shared):
        first, second = ids[shared.index[shared == shared.iloc[0]][:2]]
        _, letters = lookalike_of(second, [first]) or (first, "")
        problem += f", but «{second}» has {letters}: write ids in one alphabet"
    return texts.isin(ids[shared.index]), problem


def shape_of(ids: pd.Series) -> pd.Series:
    """What an eye makes of ids: letters of one alphabet and case."""
    return ids.str.translate(IN_CYRILLIC).str.casefold()


def zeros_cut(ids: pd.Series, others: pd.Series) -> pd.Series:
    """Whether an id would be another one's but for leading zeros."""
    return ids.str.lstrip("0").isin(others.str.lstrip("0"))


def almost(absent: pd.Series, present: pd.Series) -> str:
    """Why ids that a table lacks may stand there after all: what to do, or nothing to say."""
    if count := zeros_cut(absent, present).sum():
        return (
            f"{count} of them stand there with other leading zeros: a spreadsheet has cut "
            "the zeros of one file: format its column as text and export it again"
        )
    alike = shape_of(absent).isin(shape_of(present))
    if alike.any():
        return f"{alike.sum()} of them stand there in another alphabet or case: write ids alike"
    return ""
