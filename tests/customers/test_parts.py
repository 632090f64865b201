"""Who is learned from."""

import pandas as pd
import pytest
from helpers.store import small_store

from one_click.columns import FEATURES, PROFIT, TARGET
from one_click.customers.parts import training_rows


@pytest.fixture(scope="module")
def customers():
    return small_store(240, seed=1, twins=3, slips=1, missing=0.02)


def test_training_rows_are_the_features_and_target_of_the_training_part(customers):
    features, target = training_rows(customers)
    part = customers["part"] == "train"
    assert list(features) == list(FEATURES)
    assert len(features) == len(target) == part.sum()
    assert features.index.tolist() == list(range(len(features)))
    assert (target == customers.loc[part, TARGET]).all()


def test_what_stands_in_other_parts_changes_no_training_row(customers):
    other = customers["part"] != "train"
    poisoned = customers.copy()
    poisoned.loc[other, [TARGET, "pages_per_visit", PROFIT]] = 99
    for clean, dirty in zip(training_rows(customers), training_rows(poisoned), strict=True):
        assert pd.DataFrame(clean).equals(pd.DataFrame(dirty))
