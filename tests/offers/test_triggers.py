"""The trigger of an offer is the one that fires, and of several the one that matters most."""

import pytest
from helpers.campaigns import TYPICAL, customer, frame, one_offer

from one_click.offers.triggers import fired, leading_trigger

ANY_OF_THREE = one_offer(service_type="premium", promo_share="high", pages_per_visit="low")


@pytest.mark.parametrize(
    ("known", "fires", "leading"),
    [
        ({}, [False, True, False], "promo_share"),
        ({"promo_share": 0.1}, [False, False, False], None),  # a reason, on the other side
        ({"reason_1": None}, [False, False, False], None),  # high, but no reason
        ({"service_type": "premium"}, [True, True, False], "promo_share"),  # premium: no reason
        ({"service_type": "premium", "reason_1": None}, [True, False, False], "service_type"),
        (
            {"service_type": "premium", "reason_1": "service_type", "reason_2": "promo_share"},
            [True, True, False],
            "service_type",
        ),
        (
            {"reason_1": "pages_per_visit", "reason_2": "promo_share", "pages_per_visit": 3.0},
            [False, True, True],
            "pages_per_visit",
        ),
    ],
)
def test_of_several_triggers_the_leading_reason_is_named(known, fires, leading):
    people = frame([customer(**known)])
    assert fired(people, ANY_OF_THREE, TYPICAL).tolist() == [fires]
    assert leading_trigger(people, ANY_OF_THREE, TYPICAL).tolist() == [leading]


def test_an_offer_for_anybody_has_no_trigger():
    people = frame([customer(), customer()])
    assert fired(people, one_offer(), TYPICAL).shape == (2, 0)
    assert leading_trigger(people, one_offer(), TYPICAL).tolist() == [None, None]


def test_the_tenth_reason_comes_after_the_ninth():
    """By number: as text, reason_10 would stand before reason_2."""
    late = {"reason_1": None, "reason_2": "promo_share", "reason_10": "pages_per_visit"}
    people = frame([customer(pages_per_visit=3.0, **late)])
    assert leading_trigger(people, ANY_OF_THREE, TYPICAL).tolist() == ["promo_share"]


def test_nobody_is_no_fault():
    nobody = frame([customer()]).head(0)
    assert leading_trigger(nobody, ANY_OF_THREE, TYPICAL).tolist() == []
