"""Lines of CSV: the bytes that pandas writes, whatever the texts and numbers."""

import math

import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from one_click.offers.csv_lines import csv_header, csv_lines

ODD = st.text(st.sampled_from("\",;'\r\n\t #=ыЁ\u00a0\u20280aN\\"), max_size=6)
TEXTS = st.none() | ODD | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
NUMBERS = (
    st.sampled_from([0.0, -0.0, 1.0, 1e-5, 1e15, 1e16, 1e22, 5e-324, 0.1 + 0.2, math.inf, math.nan])
    | st.floats()
    | st.floats().map(lambda number: round(number, 4) if math.isfinite(number) else number)
)
WHOLE = st.none() | st.integers(-(2**53), 2**53)
KINDS = {"text": "str", "object": object, "category": "str", "number": float, "whole": "Int64"}
ROWS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS, NUMBERS, WHOLE), max_size=6)


def by_pandas(rows: pd.DataFrame, *, header: bool) -> bytes:
    text = rows.to_csv(index=False, header=header, lineterminator="\n")
    return text.replace("\r", " ").encode()


@given(ROWS)
@example([(None, None, None, math.nan, None)] * 2)
def test_lines_are_those_of_pandas(cells):
    rows = pd.DataFrame(cells, columns=list(KINDS)).astype(KINDS).astype({"category": "category"})
    assert csv_lines(rows) == by_pandas(rows, header=False)


@given(st.lists(ODD, min_size=2, max_size=4, unique=True))
def test_so_is_the_line_of_names(names):
    rows = pd.DataFrame([[1] * len(names)], columns=names)
    assert csv_header(rows) + csv_lines(rows) == by_pandas(rows, header=True)
