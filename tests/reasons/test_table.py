"""Leading reasons: the greatest first, none that lowers the score."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from one_click.reasons.table import leading_reasons


def test_leading_reasons_by_hand():
    """The greatest first, ties in the order of the columns, none that lowers the score."""
    values = np.array([[0.1, 0.5, -0.9, 0.2], [-0.1, 0.0, -0.2, -0.3], [0.2, 0.2, 0.0, 0.1]])
    reasons = leading_reasons(values, ["a", "b", "c", "d"], 3)
    assert list(reasons) == ["reason_1", "reason_2", "reason_3"]
    assert reasons.iloc[0].tolist() == ["b", "d", "a"]
    assert reasons.iloc[1].isna().all()
    assert reasons.iloc[2].tolist() == ["a", "b", "d"]


@settings(deadline=None)
@given(
    values=arrays(float, st.tuples(st.integers(1, 5), st.just(4)), elements=st.floats(-2, 2)),
    count=st.integers(1, 4),
)
def test_reasons_raise_the_score_and_stand_in_order(values, count):
    """No reason is left out that is greater than one named."""
    names = list("abcd")
    for row, reasons in zip(values, leading_reasons(values, names, count).to_numpy(), strict=True):
        named = [names.index(reason) for reason in reasons if isinstance(reason, str)]
        assert len(set(named)) == len(named) == min(count, (row > 0).sum())
        assert [*row[named]] == sorted(row[row > 0], reverse=True)[:count]
