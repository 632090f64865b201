"""Promises of the marketing department's file: a mistake is one clear line that names its key."""

from dataclasses import replace

import pytest
from helpers.campaigns import campaign, one_offer

from one_click.columns import FEATURES
from one_click.running.errors import InputError
from one_click.settings.offers import ACTIONABLE, Effect, Fatigue, HoldOut


@pytest.mark.parametrize(
    ("terms", "line"),
    [
        ({"budget": -1.0}, "campaign.budget: -1.0 is not allowed; it must be 0 or more"),
        ({"budget": float("nan")}, "campaign.budget: nan is not allowed; it must be 0 or more"),
        ({"budget": float("inf")}, "campaign.budget: inf is not allowed; it must be 0 or more"),
        ({"months": 0}, "campaign.months: 0 is not allowed; it must be at least 1"),
        (
            {"profit_share_lost_range": [0.5, 2.0]},
            "campaign.profit_share_lost: 2.0 is not allowed; it must be above 0, at most 1",
        ),
        (
            {"break_even_limit": 0.0},
            "campaign.break_even_limit: 0.0 is not allowed; it must be above 0, at most 1",
        ),
        ({"segments": []}, "campaign.segments: [] is not allowed; it must be at least one segment"),
        (
            {"caps": {"pigeon": 3}},
            "campaign.caps: 'pigeon' is not allowed; it must be one of email, sms, push, call, "
            "site",
        ),
        ({"caps": {"call": -1}}, "campaign.caps.call: -1 is not allowed; it must be 0 or more"),
    ],
)
def test_a_bad_term_is_named(terms, line):
    with pytest.raises(InputError) as error:
        campaign(**terms)
    assert str(error.value) == line


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"cost": -0.1}, "cost: -0.1 is not allowed; it must be 0 or more"),
        (
            {"effect": Effect(0.1, 0.05, 0.2)},
            "effect: [0.1, 0.05, 0.2] is not allowed; it must be low, expected, high: rising, "
            "0 to 1",
        ),
        ({"channel": "fax"}, "channel: 'fax' is not allowed; it must be one of email, sms, push, "),
        ({"cap": -1}, "cap: -1 is not allowed; it must be 0 or more, or null"),
        (
            {"triggers": {"tenure_days": "low"}},
            "triggers: 'tenure_days' is not allowed; it must be one of unpaid_items, ",
        ),
        (
            {"triggers": {"unpaid_items": "many"}},
            "triggers.unpaid_items: 'many' is not allowed; it must be one of high, low",
        ),
        (
            {"triggers": {"service_type": "gold"}},
            "triggers.service_type: 'gold' is not allowed; it must be one of standard, premium",
        ),
    ],
)
def test_a_bad_offer_is_named(changed, line):
    with pytest.raises(InputError) as error:
        campaign({"sale": one_offer(), "gift": replace(one_offer(), **changed)})
    assert str(error.value).startswith(f"campaign.offers.gift.{line}")


@pytest.mark.parametrize(
    ("name", "value"), [("share", 1.0), ("salt", ""), ("alpha", 0.0), ("power", 1.0)]
)
def test_a_bad_hold_out_is_named(name, value):
    good = {"share": 0.1, "salt": "salt", "alpha": 0.05, "power": 0.8}
    with pytest.raises(InputError, match=f"^campaign.hold_out.{name}: "):
        HoldOut(**good | {name: value})


def test_what_can_be_acted_on_is_known_of_a_customer():
    assert set(ACTIONABLE) < set(FEATURES)


def test_a_bad_limit_of_messages_is_named():
    with pytest.raises(InputError) as error:
        Fatigue(contacts_a_month=-1)
    assert str(error.value) == (
        "campaign.fatigue.contacts_a_month: -1 is not allowed; it must be 0 or more, or null"
    )
