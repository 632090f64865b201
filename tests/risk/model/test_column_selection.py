"""Promises of the selectors: whole columns, by what they tell of the target, by hand."""

import numpy as np
import pandas as pd
import pytest
from helpers.store import choices, pipeline_of, small_store, spec
from scipy.stats import chi2_contingency, f_oneway

from one_click.columns import CATEGORIES
from one_click.customers.parts import training_rows
from one_click.risk.model.column_selection import (
    ByAnova,
    ByChiSquare,
    ByMutualInformation,
    WithoutPhikPairs,
)
from one_click.risk.model.specs import build

ROWS = 400


@pytest.fixture(scope="module")
def frame():
    """What goes with the target, and how: a shift, a U-shape, a category; and what does not."""
    draws = np.random.default_rng(0)
    target = np.arange(ROWS) % 2
    shifted = draws.normal(size=ROWS) + target
    wide = np.where(target, draws.choice([-3.0, 3.0], ROWS), 0.0) + draws.normal(size=ROWS)
    often = np.where(draws.random(ROWS) < 0.2 + 0.5 * target, "a", "b")
    columns = {
        "noise": draws.normal(size=ROWS),
        "shifted": shifted,
        "wide": wide,
        "copy_of_shifted": shifted * 2 + draws.normal(size=ROWS) * 0.05,
        "often": pd.Categorical(often, categories=["a", "b", "c"]),
        "any": pd.Categorical(draws.choice(["a", "b"], ROWS), categories=["a", "b"]),
    }
    return pd.DataFrame(columns), target


def test_anova_keeps_shifts_and_misses_shapes(frame):
    """A U-shape has equal means in both classes: the F test cannot see it."""
    kept = ByAnova(alpha=1e-4, fewest=1).fit(*frame)
    assert kept.kept_ == ["shifted", "copy_of_shifted", "often"]


def test_chi_square_keeps_shapes_too(frame):
    kept = ByChiSquare(alpha=1e-4, fewest=1).fit(*frame)
    assert kept.kept_ == ["shifted", "wide", "copy_of_shifted", "often"]


def test_p_values_are_those_of_scipy(frame):
    X, y = frame
    anova = dict(zip(X, ByAnova().fit(X, y).p_values_, strict=True))
    parts = X["shifted"][y == 0], X["shifted"][y == 1]
    assert anova["shifted"] == pytest.approx(f_oneway(*parts).pvalue)
    table = pd.crosstab(X["often"], y)
    assert anova["often"] == pytest.approx(chi2_contingency(table, correction=False).pvalue)
    cut = pd.qcut(X["wide"], 10)
    expected = chi2_contingency(pd.crosstab(cut, y), correction=False).pvalue
    chi_square = dict(zip(X, ByChiSquare().fit(X, y).p_values_, strict=True))
    assert chi_square["wide"] == pytest.approx(expected)


@pytest.mark.parametrize(
    "selector",
    [
        ByAnova(alpha=5),
        ByAnova(alpha=0),
        ByAnova(fewest=0),
        ByChiSquare(bins=1),
        ByMutualInformation(share=75),
        ByMutualInformation(share=-0.2),
        WithoutPhikPairs(above=0),
    ],
)
def test_a_parameter_out_of_range_is_refused(selector, frame):
    with pytest.raises(ValueError, match="must be"):
        selector.fit(*frame)


def test_mutual_information_keeps_the_share_that_tells_most(frame):
    kept = ByMutualInformation(share=0.5).fit(*frame).kept_
    assert set(kept) == {"shifted", "wide", "copy_of_shifted"}
    assert len(ByMutualInformation(share=0.7).fit(*frame).kept_) == 5


def test_of_a_phik_pair_the_one_that_tells_less_leaves(frame):
    X, y = frame
    kept = WithoutPhikPairs(above=0.9).fit(X, y).kept_
    assert len({"shifted", "copy_of_shifted"} & set(kept)) == 1
    assert {"noise", "wide", "often", "any"} <= set(kept)
    assert WithoutPhikPairs(above=1.0).fit(X, y).kept_ == list(X)


@pytest.mark.parametrize("selector", [ByAnova(alpha=1e-300), ByChiSquare(alpha=1e-300)])
def test_something_stays_where_nothing_is_significant(selector, frame):
    """The columns of the smallest p-values: a shuffled target must not end in an error."""
    X, y = frame
    kept = selector.fit(X, np.random.default_rng(1).permutation(y)).kept_
    assert len(kept) == selector.fewest == 3


@pytest.mark.parametrize("name", choices("selector"))
def test_constant_columns_and_single_levels_are_no_fault(name, frame):
    X, y = frame
    constant = X.assign(same=1.0, level=pd.Categorical(["a"] * ROWS, categories=["a", "b"]))
    kept = build(spec("selector", name), "selector").fit(constant, y).transform(constant)
    assert len(kept) == ROWS
    if name in ("anova", "chi_square", "phik_pairs"):
        assert not {"same", "level"} & set(kept)


@pytest.mark.parametrize("name", choices("selector"))
def test_a_column_stays_or_leaves_as_it_is(name, frame):
    """Also on rows that were not learned from; missing categories are no fault."""
    X, y = frame
    other = X.iloc[:7].assign(often=pd.Categorical([None] * 7, categories=["a", "b", "c"]))
    fitted = build(spec("selector", name), "selector").fit(X, y)
    kept = fitted.transform(other)
    pd.testing.assert_frame_equal(kept, other[list(kept)])
    assert list(fitted.get_feature_names_out(list(X))) == list(kept)


@pytest.mark.parametrize("selector", choices("selector"))
def test_a_category_is_encoded_whole_or_not_at_all(selector):
    features, target = training_rows(small_store(300, seed=8))
    fitted = pipeline_of("logistic", selector=selector).fit(features, target)
    kept = [name for name in fitted[:2].transform(features) if name in CATEGORIES]
    encoded = fitted["encode"].get_feature_names_out()
    for name in CATEGORIES:
        levels = [column for column in encoded if column.startswith(f"{name}_")]
        assert bool(levels) == (name in kept)
        assert not levels or len(levels) == features[name].nunique()
