"""Small campaigns and customers, by hand and at random."""

import pandas as pd
from hypothesis import strategies as st

from one_click.columns import ID, PROFIT
from one_click.offers.table import offers_by_customer
from one_click.settings.offers import UNLIMITED, Campaign, Effect, Fatigue, HoldOut, Offer
from one_click.settings.segments import SEGMENTS

TYPICAL = {
    "promo_share": {"kind": "number", "typical": 0.25, "declined": 0.45},
    "unpaid_items": {"kind": "number", "typical": 2.0, "declined": 4.0},
    "pages_per_visit": {"kind": "number", "typical": 9.0, "declined": 5.0},
    "service_type": {"kind": "category", "typical": "standard", "declined": "standard"},
    "favourite_category": {"kind": "category", "typical": "textile", "declined": "children"},
}


TRIGGERS = {
    "promo_share": ("high", "low"),
    "unpaid_items": ("high", "low"),
    "pages_per_visit": ("low",),
    "service_type": ("premium",),
}


VALUES = {
    "promo_share": st.sampled_from([0.1, 0.25, 0.6, None]),
    "unpaid_items": st.sampled_from([1.0, 2.0, 7.0]),
    "pages_per_visit": st.sampled_from([3.0, 9.0, 12.0]),
    "service_type": st.sampled_from(["standard", "premium"]),
}


HUNDREDTHS = st.integers(0, 100).map(lambda number: number / 100)
TWENTIETHS = st.integers(0, 20).map(lambda number: number / 20)
CUSTOMERS = st.lists(
    st.fixed_dictionaries(
        {
            "risk": HUNDREDTHS,
            PROFIT: st.integers(-200, 900).map(lambda number: number / 100),
            "segment": st.sampled_from(SEGMENTS),
            "contact_allowed": st.sampled_from([True, False, None]),
            "contacts_this_month": st.sampled_from([3.0, 4.0, 5.0, None]),
            "waves_since_message": st.sampled_from([1.0, 2.0, 3.0, None]),
            "reason_1": st.sampled_from([*VALUES, None]),
            "reason_2": st.sampled_from([*VALUES, None]),
            **VALUES,
        }
    ),
    min_size=1,
    max_size=8,
)


EFFECTS = st.lists(HUNDREDTHS, min_size=3, max_size=3).map(lambda ends: Effect(*sorted(ends)))
OFFERS = st.lists(
    st.builds(
        Offer,
        channel=st.sampled_from(["email", "call", "site"]),
        cost=TWENTIETHS,
        effect=EFFECTS,
        triggers=st.lists(
            st.sampled_from([(name, side) for name, sides in TRIGGERS.items() for side in sides]),
            max_size=2,
        ).map(dict),
        cap=st.sampled_from([None, None, 0, 1, 3]),
        ru=st.just("п"),
        en=st.just("o"),
    ),
    min_size=1,
    max_size=3,
).map(lambda offers: {f"offer_{number}": offer for number, offer in enumerate(offers)})


CAMPAIGNS = st.builds(
    Campaign,
    ru=st.just("к"),
    en=st.just("c"),
    wave=st.just("2026-12"),
    wave_date=st.just("2026-12-01"),
    valid_until=st.sampled_from([None, "2026-12-31"]),
    budget=st.integers(0, 60).map(lambda number: number / 20),
    months=st.integers(1, 12),
    profit_share_lost=st.sampled_from([0.25, 1.0]),
    profit_share_lost_range=st.just([0.5]),
    smallest_net_gain=st.sampled_from([0.0, 0.01, 0.3]),
    break_even_limit=st.sampled_from([0.05, 0.2, 1.0]),
    segments=st.lists(st.sampled_from(SEGMENTS), min_size=1, unique=True),
    site_without_consent=st.booleans(),
    caps=st.dictionaries(st.sampled_from(["email", "call", "sms"]), st.integers(0, 3)),
    fatigue=st.builds(
        Fatigue,
        contacts_a_month=st.sampled_from([None, 0, 4, 5]),
        waves_between=st.sampled_from([None, 0, 1, 2]),
    ),
    hold_out=st.builds(
        HoldOut,
        share=st.sampled_from([0.0, 0.4]),
        salt=st.sampled_from(["a", "b"]),
        alpha=st.just(0.05),
        power=st.just(0.8),
    ),
    offers=OFFERS,
)


def one_offer(channel="email", cost=0.5, effect=0.1, cap=None, **triggers) -> Offer:
    """An offer with one figure for its effect."""
    effects = Effect(effect, effect, effect)
    return Offer(channel, cost, effects, triggers, cap, ru="п", en="o")


def campaign(offers=None, **terms) -> Campaign:
    """A campaign to people at risk: two months, half of the profit lost, nobody held out."""
    usual = {
        "ru": "кампания",
        "en": "a campaign",
        "wave": "2026-12",
        "wave_date": "2026-12-01",
        "valid_until": "2026-12-31",
        "budget": 100.0,
        "months": 2,
        "profit_share_lost": 0.5,
        "profit_share_lost_range": [0.5],
        "smallest_net_gain": 0.05,
        "break_even_limit": 1.0,
        "segments": ["at_risk"],
        "site_without_consent": True,
        "caps": {},
        "fatigue": UNLIMITED,
        "hold_out": HoldOut(0.0, "salt", 0.05, 0.8),
        "offers": offers or {"sale": one_offer()},
    }
    return Campaign(**usual | terms)


def customer(**known) -> dict:
    """A customer with 8 at risk, by a high promo share."""
    return {
        "risk": 0.8,
        PROFIT: 10.0,
        "segment": "at_risk",
        "contact_allowed": True,
        "contacts_this_month": 4.0,
        "waves_since_message": None,
        "reason_1": "promo_share",
        "reason_2": None,
        "promo_share": 0.6,
        "unpaid_items": 2.0,
        "pages_per_visit": 9.0,
        "service_type": "standard",
        "favourite_category": "textile",
    } | known


def frame(customers: list[dict]) -> pd.DataFrame:
    """Customers with ids from "100" on, as the stage before gives them."""
    rows = pd.DataFrame(customers)
    low, high = (rows["risk"] - 0.1).clip(lower=0), (rows["risk"] + 0.1).clip(upper=1)
    agreements = {
        name.replace("reason_", "agreement_"): rows[name].notna().map({True: 1.0, False: None})
        for name in rows.filter(regex=r"^reason_\d+$")
    }
    rows = rows.assign(**agreements)
    return rows.assign(
        **{ID: [str(100 + place) for place in range(len(rows))]}, risk_low=low, risk_high=high
    )


def by_id(customers: list[dict], plan: Campaign) -> pd.DataFrame:
    return offers_by_customer(frame(customers), plan, TYPICAL).set_index(ID).sort_index()
