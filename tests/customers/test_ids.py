"""An id is text: it is kept as it is, or refused with what is wrong with it."""

import pandas as pd
import pytest
from helpers.raw_tables import faults, raw_tables, store
from hypothesis import given
from hypothesis import strategies as st

from one_click.columns import RAW_ID
from one_click.customers.ids import CUT, LONGEST, as_ids
from one_click.customers.reading import read_tables

LETTERS = "AZaz09ЯяЁё漢şß"


def ids_of(*cells: str) -> tuple[list, dict[str, str]]:
    """Ids of a column, None for a missing one; the problem by faulty cell."""
    column = pd.Series(cells, index=range(2, len(cells) + 2), dtype="str")
    ids, faults = as_ids(column)
    assert ids.index.equals(column.index)
    problems = [(column[row], problem) for index, problem in faults for row in index]
    assert len(dict(problems)) == len(set(problems))  # one problem a cell
    return [None if pd.isna(one) else one for one in ids], dict(problems)


@pytest.mark.parametrize(
    "text",
    ["1", "0", "00215387", "007", "215387", "A-0042/б", "a.b_c:d/e@f#g+h", "клиент-7", "12e4-b",
     "1.2.3", "10.0.0.1", "12-34-5678", "100-200-300", "2026-13-45", "MAR-1", "3-D", "inf", "TRUE",
     "9007199254740993", "1234567890123456789012345678901234567890", "x" * LONGEST, "हिन्दी-1"],
)  # fmt: skip
def test_an_id_is_kept_as_it_is(text):
    assert ids_of(text) == ([text], {})


@given(
    st.lists(
        st.tuples(
            st.sampled_from("AZazЁяß漢"), st.text(LETTERS + "-_.:/@#+", max_size=LONGEST - 1)
        ).map("".join).filter(lambda text: text.lower() not in ("na", "nan", "nat")),
        unique=True,
    )
)  # fmt: skip
def test_whatever_letters_digits_and_marks_make_is_kept_or_looks_like_a_date(texts):
    ids, problems = ids_of(*texts)
    assert [one for one, text in zip(ids, texts, strict=True) if one != text] == [None] * len(
        problems
    )
    assert all("look the same" in problem for problem in problems.values())


@given(st.integers(0, 10**15 - 1), st.sampled_from([".0", ",0"]))
def test_a_whole_number_of_a_float_column_is_the_number(number, end):
    assert ids_of(f"{number}{end}") == ([str(number)], {})


def test_two_code_points_of_one_letter_are_the_letter():
    assert ids_of("й-1", "и\u0306-2") == (["й-1", "й-2"], {})


@pytest.mark.parametrize(
    "text",
    ["1.00007E+11", "1,00007E+11", "1E+11", "1e+05", "1e-05", "1.5e3", "1,E3", "-1.2E+15", "12e4",
     "1,000", "1.000", "1 000", "1'000", "1’000", "1.000.000", "1,000,000", "1,00,000", "1.000,00",
     "1001.5", "1001,5", "1001.00", "1001.", "00215387.0", "0215387,0", "1234567890123456.0",
     "05.03.2026", "3/5/2026", "2026-05-03", "2026-05-03 00:00:00", "5-Mar", "05.мар", "Mar-26",
     "мар.26", "#####", "#N/A", "#Н/Д", "#ССЫЛКА!", "#DIV/0!", "#NAME?"],
)  # fmt: skip
def test_what_a_spreadsheet_has_left_of_an_id_is_refused(text):
    assert ids_of(text, "1002") == ([None, "1002"], {text: CUT})


def test_a_code_that_looks_like_an_exponent_is_kept_among_codes_alone():
    assert ids_of("12e4", "3fa9") == (["12e4", "3fa9"], {})
    assert ids_of("12e4", "1E+05")[0] == [None, None]
    assert ids_of("12e4", "NULL")[0] == [None, None]
    assert ids_of("12e4", "1E+05", "3fa9") == (["12e4", None, "3fa9"], {"1E+05": CUT})


def test_ids_of_more_digits_than_a_spreadsheet_keeps_are_refused_where_all_are_round():
    """One may be round by chance, and stands in three rows where it has a row a month."""
    round_ones = ["1234567890123450", "1234567890123460", "1234567890123490"]
    assert ids_of(*round_ones) == ([None] * 3, dict.fromkeys(round_ones, CUT))
    assert ids_of("123456789012345000") == ([None], {"123456789012345000": CUT})
    assert ids_of(*[round_ones[0]] * 3) == ([round_ones[0]] * 3, {})
    assert ids_of("1234567890123450", "7", "0001234567890123460") == (
        ["1234567890123450", "7", "0001234567890123460"], {})  # fmt: skip
    assert ids_of("1234567890123450", "1234567890123461")[1] == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("=HYPERLINK(1)", "would be a formula in a spreadsheet"),
        ("+79991234567", "would be a formula in a spreadsheet"),
        ("-1001", "would be a formula in a spreadsheet"),
        ("@me", "would be a formula in a spreadsheet"),
        ("x" * (LONGEST + 1), "is longer than 64 characters; correct the id"),
        ("a b", "has « » U+0020; an id is of letters, digits and -_.:/@#+ alone: correct it"),
        ('a"b', 'has «"» U+0022'), ("'00215387", "has «'» U+0027"), ("a;b", "has «;» U+003B"),
        ("A–0042", "has «–» U+2013"), ("a\x07b", "has U+0007;"), ("a\u202eb", "has U+202E;"),
        ("№7", "has «№» U+2116"), ("50%", "has «%» U+0025"), ("½", "has «½» U+00BD"),
        ("<b>1</b>", "has «<» U+003C, «>» U+003E"), ("a\\b", "has «\\» U+005C"),
        ("_1", "begins with no letter or digit"), ("/etc/passwd", "begins with no letter or digit"),
        ("../1", "begins with no letter or digit"), ("#7", "begins with no letter or digit"),
        ("NULL", "is how a program writes no value; fill the id in"),
        ("nan", "is how a program writes no value"), ("N/A", "is how a program writes no value"),
    ],
)  # fmt: skip
def test_what_no_id_may_be_is_refused_by_what_is_wrong_with_it(text, problem):
    ids, problems = ids_of("A-1", text, "1002")
    assert ids == ["A-1", None, "1002"]
    assert problems[text].startswith(problem)


def test_ids_that_look_the_same_are_refused_and_mixed_alphabets_alone_are_not():
    ids, problems = ids_of("A-0042", "А-0042", "Аb-1")
    assert ids == [None, None, "Аb-1"]
    assert set(problems) == {"A-0042", "А-0042"}
    assert problems["A-0042"] == (
        "look the same, but «А-0042» has the Cyrillic letter «А»: write ids in one alphabet"
    )


def test_an_empty_cell_is_missing_and_a_column_of_them_no_fault():
    assert ids_of("", "") == ([None, None], {})
    assert ids_of("", "7") == ([None, "7"], {})


def test_a_cut_id_of_every_table_is_a_line_a_file(tmp_path):
    tables = raw_tables()
    for rows in tables.values():
        rows[1:] = [[f"{float(row[0]):.0E}", *row[1:]] for row in rows[1:]]
    lines = faults(store(tmp_path, tables))
    assert len(lines) == len(tables)
    assert all(line.endswith(f"«1E+03» {CUT}") for line in lines)


def test_ids_of_a_table_are_text_with_their_zeros(tmp_path):
    tables = raw_tables()
    for rows in tables.values():
        rows[1:] = [[f"00{row[0]}", *row[1:]] for row in rows[1:]]
    for frame in read_tables(store(tmp_path, tables)).frames.values():
        assert frame[RAW_ID].dtype == "str"
        assert set(frame[RAW_ID]) == {f"00{1001 + number}" for number in range(12)}


def test_a_code_with_e_and_a_dash_is_kept_among_codes():
    """1006E-7 stands among 1001A-7 and the like; alone it is what is left of a number."""
    ids, faults = as_ids(pd.Series(["1001A-7", "1006E-7"], dtype="str"))
    assert faults == []
    assert ids.tolist() == ["1001A-7", "1006E-7"]
    assert as_ids(pd.Series(["1001", "1006E-7"], dtype="str"))[1]
