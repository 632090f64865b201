"""A higher score is a likelier decline."""

import numpy as np
import pytest
from helpers.store import choices, pipeline_of, spec
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from one_click.columns import TARGET
from one_click.customers.parts import training_rows
from one_click.risk.model.scoring import scores


@pytest.mark.parametrize("model", sorted(set(choices("model")) - {"dummy"}))
def test_a_higher_score_ranks_as_a_likelier_decline(model, customers):
    """On rows that were not learned from; the sign of a score is easily lost."""
    rows = customers[customers["part"] != "aside"]
    learned = np.arange(len(rows)) % 2 == 0
    candidate = spec("model", model) | ({"max_depth": 3} if model == "tree" else {})
    pipeline = pipeline_of(candidate).fit(rows[learned], rows.loc[learned, TARGET])
    assert roc_auc_score(rows.loc[~learned, TARGET], scores(pipeline, rows[~learned])) > 0.6


def test_scores_are_the_decision_function_where_there_is_one(customers):
    """Log-odds, not probabilities, of the logistic regression; probabilities of the tree."""
    features, target = training_rows(customers)
    logistic = pipeline_of("logistic").fit(features, target)
    assert isinstance(logistic["model"], LogisticRegression)
    probability = logistic.predict_proba(features)[:, 1]
    assert scores(logistic, features) == pytest.approx(np.log(probability / (1 - probability)))
    tree = pipeline_of("tree").fit(features, target)
    assert (scores(tree, features) == tree.predict_proba(features)[:, 1]).all()
