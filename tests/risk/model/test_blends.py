"""Promises of the blend: log-odds by hand, weights, the same from members' scores."""

import numpy as np
import pytest
from helpers.store import pipeline_of, small_store
from hypothesis import given
from hypothesis import strategies as st

from one_click.customers.parts import training_rows
from one_click.risk.judging.comparison import combined
from one_click.risk.model.blends import SMALLEST_PROBABILITY, LogOddsBlend, log_odds
from one_click.risk.model.scoring import scores
from one_click.running.errors import InputError

BLEND = {"_target_": "one_click.risk.model.blends.LogOddsBlend", "_complexity_": 7}


class Fixed:
    """A model with a decision function, for its score is a log-odds already."""

    def decision_function(self, X):
        """What it is given."""
        return np.asarray(X, dtype=float)


@pytest.fixture(scope="module")
def rows():
    return training_rows(small_store(240, seed=9))


@pytest.fixture(scope="module")
def members():
    return {name: pipeline_of(name) for name in ("svc", "knn", "tree")}


def test_log_odds_by_hand():
    """A probability of 3/4 is odds of 3 to 1; 0 and 1 are cut; a decision function is kept."""
    assert log_odds(object(), np.array([0.75, 0.5])).tolist() == pytest.approx([np.log(3), 0])
    cut = np.log((1 - SMALLEST_PROBABILITY) / SMALLEST_PROBABILITY)
    assert log_odds(object(), np.array([0.0, 1.0])).tolist() == pytest.approx([-cut, cut])
    assert log_odds(Fixed(), np.array([-7.0, 3.0])).tolist() == [-7, 3]


@given(
    scored=st.lists(st.lists(st.floats(-9, 9), min_size=2, max_size=2), min_size=2, max_size=4),
    factor=st.floats(0.1, 10),
)
def test_the_blend_lies_between_its_members_and_depends_on_relative_weights_alone(scored, factor):
    scored = [np.array(score) for score in scored]
    weights = [1.0 + number for number in range(len(scored))]
    named = [(str(number), Fixed()) for number in range(len(scored))]
    found = LogOddsBlend(named, weights).from_scores(scored)
    assert (found >= np.min(scored, axis=0) - 1e-12).all()
    assert (found <= np.max(scored, axis=0) + 1e-12).all()
    scaled = LogOddsBlend(named, [factor * weight for weight in weights]).from_scores(scored)
    assert scaled == pytest.approx(found)


def test_weights_by_hand():
    found = LogOddsBlend([("a", Fixed()), ("b", Fixed())], [3, 1])
    assert found.from_scores([np.array([2.0]), np.array([-2.0])]).tolist() == [1.0]


def test_members_scores_give_the_blend_without_another_fit(rows, members):
    spec = BLEND | {"_members_": {"svc": 1, "knn": 2}}
    blend = combined({"blend": spec}, members)["blend"].fit(*rows)
    alone = [scores(pipeline_of(name).fit(*rows), rows[0]) for name in ("svc", "knn")]
    assert scores(blend, rows[0]) == pytest.approx(blend.from_scores(alone))
    probability = blend.predict_proba(rows[0])
    assert probability.sum(axis=1) == pytest.approx(np.ones(len(rows[0])))
    assert (blend.predict(rows[0]) == (scores(blend, rows[0]) > 0)).all()


def test_fitting_a_blend_leaves_the_candidates_as_they_are(rows, members):
    spec = BLEND | {"_members_": ["tree"]}
    combined({"blend": spec}, members)["blend"].fit(*rows)
    assert not hasattr(members["tree"]["model"], "tree_")


def test_a_list_of_members_means_equal_weights(members):
    spec = BLEND | {"_members_": ["svc", "tree"]}
    assert combined({"blend": spec}, members)["blend"].weights is None


def test_an_unknown_argument_of_an_ensemble_is_a_line(members):
    spec = BLEND | {"_members_": ["svc"], "temperature": 2}
    with pytest.raises(InputError, match=r"ensembles\.blend\.temperature: LogOddsBlend takes no"):
        combined({"blend": spec}, members)
