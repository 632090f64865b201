"""Promises of the rule: by hand, and whatever the figures."""

import numpy as np
import pandas as pd
import pytest
from helpers.choosing import choice
from hypothesis import given
from hypothesis import strategies as st

from one_click.risk.judging.ranking import compared

# Behind `rich`, by fold: `plain` .01, -.01, .02 and 0 (mean .005, interval .005 -+ .029 by the
# formula of Nadeau and Bengio with a share of 1/4); `poor` .05 to .06 (distinguishable).
BY_FOLD = pd.DataFrame(
    {
        "plain": [0.89, 0.93, 0.92, 0.92],
        "rich": [0.90, 0.92, 0.94, 0.92],
        "poor": [0.85, 0.86, 0.89, 0.86],
    }
)


COMPLEXITY = {"poor": 0, "plain": 1, "rich": 5}


@pytest.mark.parametrize(
    ("rule", "margin", "chosen"),
    [
        ("best", 1.0, "rich"),
        ("simplest_indistinguishable", 0.01, "plain"),
        ("simplest_indistinguishable", 1.0, "plain"),
        ("simplest_indistinguishable", 0.004, "rich"),
        ("simplest_indistinguishable", 0.0, "rich"),
    ],
)
def test_the_rule_by_hand(rule, margin, chosen):
    assert compared(BY_FOLD, COMPLEXITY, 0.25, choice(rule, margin))[0] == chosen


def test_the_comparison_by_hand():
    """Best first; the interval is that of the difference fold by fold."""
    _, table = compared(BY_FOLD, COMPLEXITY, 0.25, choice())
    assert table["candidate"].tolist() == ["rich", "plain", "poor"]
    assert table["value"].tolist() == pytest.approx([0.92, 0.915, 0.865])
    assert table["complexity"].tolist() == [5, 1, 0]
    assert table["indistinguishable"].tolist() == [True, True, False]
    assert table["behind_best"].tolist() == pytest.approx([0, 0.005, 0.055], abs=1e-12)
    half = 3.182446 * np.sqrt((1 / 4 + 1 / 4) * 0.0005 / 3)
    ends = table.loc[1, ["behind_best_low", "behind_best_high"]].tolist()
    assert ends == pytest.approx([0.005 - half, 0.005 + half])


@pytest.mark.parametrize(
    ("ensembles", "chosen"),
    [
        (["plain"], "plain"),
        (["rich", "plain"], "rich"),
        (["poor"], "rich"),
        (["poor", "plain"], "plain"),
        ([], "rich"),
    ],
)
def test_an_ensemble_is_kept_unless_it_is_worse(ensembles, chosen):
    """Distinguishably: then the best is kept."""
    rule = choice("ensemble_unless_worse", 0.0)
    assert compared(BY_FOLD, COMPLEXITY, 0.25, rule, ensembles)[0] == chosen


@pytest.mark.parametrize("metric", ["log_loss", "brier"])
def test_of_losses_the_lowest_is_best(metric):
    losses = 1 - BY_FOLD
    chosen, table = compared(losses, COMPLEXITY, 0.25, choice("best", metric=metric))
    assert chosen == "rich"
    assert table["candidate"].tolist() == ["rich", "plain", "poor"]
    assert table["value"].tolist() == pytest.approx([0.08, 0.085, 0.135])
    assert table["behind_best"].tolist() == pytest.approx([0, 0.005, 0.055], abs=1e-12)


@pytest.mark.parametrize("rule", ["best", "simplest_indistinguishable"])
@pytest.mark.parametrize("order", [["plain", "rich"], ["rich", "plain"]])
def test_of_equally_good_candidates_the_simplest_is_kept(rule, order):
    """Whatever their order in the menu."""
    twice = pd.DataFrame({name: BY_FOLD["rich"] for name in order})
    chosen, table = compared(twice, COMPLEXITY, 0.25, choice(rule, 0.0))
    assert chosen == table["candidate"].iloc[0] == "plain"


def test_of_equally_simple_candidates_the_better_is_kept():
    chosen, _ = compared(BY_FOLD, dict.fromkeys(BY_FOLD, 1), 0.25, choice())
    assert chosen == "rich"


@given(
    values=st.lists(
        st.tuples(*[st.integers(50, 100).map(lambda score: score / 100)] * 3),
        min_size=2,
        max_size=6,
    ),
    ranks=st.tuples(*[st.integers(0, 2)] * 3),
    margin=st.sampled_from([0.0, 0.02, 0.1]),
)
def test_what_is_kept_is_never_more_complex_nor_further_behind_than_allowed(values, ranks, margin):
    by_fold = pd.DataFrame(values, columns=["a", "b", "c"])
    complexity = dict(zip("abc", ranks, strict=True))
    best, _ = compared(by_fold, complexity, 0.25, choice("best"))
    chosen, table = compared(by_fold, complexity, 0.25, choice(margin=margin))
    assert by_fold[best].mean() == by_fold.mean().max()
    assert complexity[chosen] <= complexity[best]
    kept = table.set_index("candidate").loc[chosen]
    assert kept["indistinguishable"]
    assert kept["behind_best"] <= margin
