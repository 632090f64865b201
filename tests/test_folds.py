"""Promises of the splits: stratified, shuffled, by a seed, twins together."""

import numpy as np
import pandas as pd
import pytest
from helpers.store import small_store

from one_click.columns import ID, TARGET
from one_click.folds import assigned_folds, assigned_parts, sampled
from one_click.settings.risk import Folds

FOLDS = Folds(splits=4, repeats=1, seed=6)


@pytest.fixture(scope="module")
def customers():
    return small_store(240, seed=5, twins=8, slips=3)


@pytest.fixture(scope="module")
def is_twin(customers):
    return customers["twin_of"].notna().to_numpy()


@pytest.fixture(scope="module")
def learned(customers):
    return (customers["part"] != "aside").to_numpy()


def test_parts_are_stratified_disjoint_and_of_the_asked_share():
    """Of 16 decliners and 24 others a quarter is 4 and 6; each row is in one part."""
    target = pd.Series([1] * 16 + [0] * 24)
    part = assigned_parts(target, 0.25, seed=1)
    assert set(part) == {"train", "test"}
    assert target[part == "test"].tolist() == [1] * 4 + [0] * 6
    assert (part == "train").sum() == 30


def test_parts_follow_from_the_seed():
    target = pd.Series([1] * 40 + [0] * 60)
    one, again, other = (assigned_parts(target, 0.3, seed) for seed in (1, 1, 2))
    assert one.tolist() == again.tolist()
    assert one.tolist() != other.tolist()
    assert (one == "test").sum() == (other == "test").sum() == 30


def test_parts_are_shuffled():
    """Rows stand in the order of their content: a test part of neighbours would be a biased one."""
    target = pd.Series([1] * 400 + [0] * 400)
    places = np.flatnonzero(assigned_parts(target, 0.25, seed=1) == "test")
    assert abs(np.mean(places) - 399.5) < 60
    assert 0.5 < (np.diff(places) == 1).mean() / 0.25 < 1.5


def test_learned_customers_are_spread_evenly_over_the_folds(customers, learned):
    fold = assigned_folds(customers, FOLDS)
    sizes = np.bincount(fold[learned])
    assert len(sizes) == FOLDS.splits
    assert sizes.max() - sizes.min() <= 1
    shares = customers[learned].groupby(fold[learned])[TARGET].mean()
    assert shares.max() - shares.min() < 0.03


def test_folds_are_shuffled_by_the_seed(customers, learned):
    """Rows stand in the order of their content: a fold must be no run of likes."""
    fold = assigned_folds(customers, FOLDS)
    for outcome in (0, 1):
        of_outcome = fold[learned & (customers[TARGET] == outcome)]
        assert (np.diff(of_outcome) != 0).mean() > 0.5
    other = assigned_folds(customers, Folds(splits=4, repeats=1, seed=7))
    assert (fold != other).any()


def test_a_twin_goes_with_the_fold_of_its_learned_copy(customers, is_twin):
    fold = pd.Series(assigned_folds(customers, FOLDS), index=customers[ID])
    assert is_twin.sum() == 8
    copies = customers.loc[is_twin, "twin_of"]
    assert (fold[customers.loc[is_twin, ID]].to_numpy() == fold[copies].to_numpy()).all()
    assert (fold[copies] >= 0).all()


def test_others_aside_belong_to_no_fold(customers, is_twin, learned):
    fold = assigned_folds(customers, FOLDS)
    others = ~learned & ~is_twin
    assert others.sum() == 3
    assert (fold[others] == -1).all()


def test_a_twin_whose_copy_stands_aside_too_is_scored_as_new(customers, is_twin):
    """Neither was learned from, so the model on all rows has seen neither."""
    copies = customers[ID].isin(customers.loc[is_twin, "twin_of"])
    both = customers.assign(part=customers["part"].mask(copies, "aside"))
    assert (assigned_folds(both, FOLDS)[is_twin] == -1).all()


def test_who_is_spare_is_in_no_fold_nor_is_its_twin(customers, learned):
    """The model on all rows has seen neither: both are scored as new customers are."""
    originals = customers.loc[customers["twin_of"].notna(), "twin_of"]
    spare = customers[ID].isin(originals) | (learned & (np.arange(len(customers)) % 5 == 0))
    fold = assigned_folds(customers.assign(part=customers["part"].mask(spare, "spare")), FOLDS)
    assert (fold[spare] == -1).all()
    assert (fold[customers["twin_of"].notna()] == -1).all()
    assert (fold[learned & ~spare.to_numpy()] >= 0).all()


def test_a_sample_has_each_class_in_its_share_and_grows_by_rows_alone():
    """Of 30 decliners among 100, 12 of 40; those are among any 60."""
    target = np.repeat([1, 0], [30, 70])
    few, more = (sampled(target, rows, seed=2) for rows in (40, 60))
    assert target[few].sum() == 12
    assert len(few) == 40
    assert set(few) < set(more)
    assert sampled(target, 500, seed=2).tolist() == list(range(100))
