"""How often models agree on the leading reason."""

import numpy as np
import pytest
from helpers.reasons import PARAMS, learned_of

from one_click.reasons.stability import agreement, stability


def test_stability_is_a_share(customers, scored):
    steady = stability(learned_of(customers), *scored, PARAMS)
    assert (steady["customers"], steady["models"]) == (20, 3)
    assert 0 < steady["leading_reason_agrees"] <= 1


def test_agreement_of_models_by_hand():
    """Of three models, the pairs agree for 2, 1 and 1 of 2 customers: 4 of 6."""
    leading = [np.array([3, 1]), np.array([3, 1]), np.array([3, 0])]
    assert agreement(leading) == pytest.approx(4 / 6)
