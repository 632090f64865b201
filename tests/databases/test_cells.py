"""A cell is read as the database holds it: numbers with any decimals, no values, consents."""

import io
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.customers.cells import read_cells
from one_click.customers.numbers import numbers_of
from one_click.databases.cells import csv_lines, header_line


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "number", ""), (None, "category", ""), ("", "category", ""),
        (7, "number", "7"), (0.5, "number", "0.5"), (5.298, "number", "5.2980"),
        (Decimal("298.000"), "number", "298.0000"), (Decimal("1E+2"), "number", "100"),
        (5298.0, "number", "5298.0"), (0.1 + 0.2, "number", "0.30000000000000004"),
        (True, "consent", "да"), (False, "consent", "нет"), ("да", "consent", "да"),
        ("1.234", "text", "1.234"), ("00215387", "text", "00215387"), ("a,b", "text", '"a,b"'),
    ],
)  # fmt: skip
def test_a_value_is_written_as_it_is_read(value, kind, text):
    assert csv_lines([(value, "x")], [kind, "text"]) == f"{text},x\n".encode()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.decimals(0, 9_999, places=3), min_size=1))
def test_decimals_of_three_digits_are_no_thousands(values):
    """A reader of CSV cannot tell 5.298 from 5298 where all of a column are so."""
    lines = csv_lines([(value,) for value in values], ["number"])
    numbers, faults = numbers_of(pd.Series(lines.decode().split(), dtype="str"), 1e9)
    assert faults == []
    assert numbers.tolist() == [float(value) for value in values]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1e9, 1e9), min_size=1))
def test_a_float_comes_back_to_the_last_bit(values):
    lines = csv_lines([(value,) for value in values], ["number"])
    numbers, faults = numbers_of(pd.Series(lines.decode().split(), dtype="str"), 1e9)
    assert faults == []
    assert numbers.tolist() == values


def test_separators_quotes_and_line_ends_stay_within_their_cells():
    wicked = ["a,b", 'say "no"', "two\nlines", "a;b"]
    lines = header_line(["id", "x"]) + csv_lines([(t, "1") for t in wicked], ["text", "number"])
    cells = read_cells(io.StringIO(lines.decode(), newline="").getvalue(), ["id", "x"])
    assert cells["id"].tolist() == ["a,b", 'say "no"', "two lines", "a;b"]
