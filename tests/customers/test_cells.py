"""Bytes become cells, and marks of decimals are told apart."""

import pandas as pd
import pytest

from one_click.customers.cells import _with_other_mark, decode


def test_utf_16_and_mixed_decimal_marks_are_refused():
    with pytest.raises(UnicodeDecodeError):
        decode("id;Прибыль\n1;2\n".encode("utf-16"))
    cells = pd.Series(["1,234", "1.5", "2"], index=[2, 3, 4])
    assert list(_with_other_mark(cells)) == [2]
    assert list(_with_other_mark(cells.str.replace(".", ",", regex=False))) == []
