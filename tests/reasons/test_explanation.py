"""Each customer is explained by the very model that scored it, against those it scored."""

import pytest
from helpers.reasons import PARAMS, learned_of

from one_click.columns import FEATURES, NUMBERS
from one_click.reasons.explanation import explained_customers, reference_customers
from one_click.risk.origins import NEW


def test_each_customer_is_explained_by_the_model_that_scored_it(customers, scored):
    """Base and contributions add up to the very score of `predict`; a base a model."""
    risks, models = scored
    reference = reference_customers(learned_of(customers), models[NEW], 40)
    assert len(reference) == 40
    explained = explained_customers(customers, risks, models, reference, PARAMS)
    base, values = explained.base_value, explained.values
    assert values.shape == explained.error.shape == (len(customers), len(FEATURES))
    assert (base + values.sum(axis=1)).to_numpy() == pytest.approx(risks["score"], abs=1e-9)
    assert base.groupby(risks["origin"]).nunique().eq(1).all()
    for origin, rows in learned_of(customers).groupby(risks["origin"]):
        if origin != NEW:
            assert base[rows.index[0]] == pytest.approx(risks.loc[rows.index, "score"].mean())


def test_customers_aside_are_no_baseline(customers, scored):
    """Neither their values nor their being there change another's reasons."""
    risks, models = scored
    aside = (customers["part"] == "aside").to_numpy()
    reference = reference_customers(learned_of(customers), models[NEW], 40)
    clean = explained_customers(customers, risks, models, reference, PARAMS).values
    poisoned = customers.copy()
    poisoned.loc[aside, list(NUMBERS)] = 1e6
    dirty = explained_customers(poisoned, risks, models, reference, PARAMS).values
    assert dirty[~aside] == pytest.approx(clean[~aside], abs=1e-12)
    assert (dirty[aside] != clean[aside]).any()
