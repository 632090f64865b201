"""Typical values are of those who stayed."""

from helpers.reasons import learned_of

from one_click.columns import FEATURES, TARGET
from one_click.reasons.typical import typical_values


def test_typical_values_are_of_those_who_stayed(customers):
    learned = learned_of(customers)
    found = typical_values(learned)
    stayed = learned[learned[TARGET] == 0]
    assert set(found) == set(FEATURES)
    assert found["pages_per_visit"]["typical"] == stayed["pages_per_visit"].median()
    assert found["service_type"]["typical"] == stayed["service_type"].mode()[0]
    assert found["contact_allowed"]["typical"] in ("yes", "no")
    assert typical_values(stayed)["tenure_days"]["declined"] is None
