"""Promises of tallies: those of chunks add up to that of all, whatever the chunks."""

from itertools import pairwise

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.new_month import tallies
from one_click.new_month.tallies import COMPARED, Reference


@settings(deadline=None, max_examples=20)
@given(cuts=st.lists(st.integers(0, 300), max_size=4))
def test_chunks_add_up_to_the_whole(customers, cuts):
    known, new = customers[:300], customers[300:].reset_index(drop=True)
    reference = Reference.of(known)
    ends = [0, *sorted(cuts), 300]
    parts = [new.iloc[a:b] for a, b in pairwise(ends) if a < b]
    chunks = [reference.tally(part, {"service_type": 1}) for part in parts]
    total = sum(chunks[1:], chunks[0])
    whole = reference.tally(new, {"service_type": len(parts)})
    assert (total.rows, total.missing, total.unknown) == (whole.rows, whole.missing, whole.unknown)
    for name in COMPARED:
        np.testing.assert_array_equal(total.cells[name], whole.cells[name])
        assert total.cells[name].sum() + total.missing[name] == 300
    pd.testing.assert_frame_equal(total.sample, whole.sample)


def test_a_sample_is_the_same_however_it_comes(customers, monkeypatch):
    monkeypatch.setattr(tallies, "SAMPLE", 50)
    reference = Reference.of(customers)
    whole = reference.tally(customers, {}).sample
    shuffled = customers.sample(frac=1, random_state=1)
    first, second = (reference.tally(half, {}) for half in (shuffled[:200], shuffled[200:]))
    assert len(whole) == 50
    pd.testing.assert_frame_equal((second + first).sample, whole)
