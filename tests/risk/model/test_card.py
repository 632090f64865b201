"""The card names the schema, the rows and the choice, and what was learned from."""

import numpy as np
import pandas as pd
import pytest

from one_click.columns import CATEGORIES, FEATURES, ID, PROFIT, TARGET
from one_click.risk.model.card import model_card


@pytest.fixture(scope="module")
def card(customers):
    return model_card(customers, {"candidate": "tree", "threshold": 0.4})


def test_the_card_names_the_schema_the_rows_and_the_choice(card, learned):
    assert (card["candidate"], card["threshold"], card["rows"]) == ("tree", 0.4, learned.sum())
    assert list(card["features"]) == list(FEATURES)
    assert {name for name, kind in card["features"].items() if "values" in kind} == set(CATEGORIES)
    assert card["features"]["service_type"]["values"] == ["standard", "premium"]
    assert card["versions"]["scikit-learn"].count(".") >= 1


def test_the_hash_of_the_card_is_that_of_what_was_learned_from(customers, card, learned):
    """Features and targets of learned rows change it; profit, ids and rows aside do not."""

    def hash_of(changed: pd.DataFrame) -> str:
        return model_card(changed, {})["data_hash"]

    first, aside = np.flatnonzero(learned)[0], np.flatnonzero(~learned)[0]
    other = customers.copy()
    other.loc[first, "tenure_days"] += 1
    assert hash_of(other) != card["data_hash"]
    other = customers.copy()
    other.loc[first, TARGET] = 1 - other.loc[first, TARGET]
    assert hash_of(other) != card["data_hash"]
    other = customers.assign(**{PROFIT: 0.0, ID: range(len(customers))})
    other.loc[aside, "tenure_days"] += 1
    assert hash_of(other) == card["data_hash"]
