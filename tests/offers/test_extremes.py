"""Each number of a campaign at either end of what is allowed: a plan, its figures and no hang."""

import json
from dataclasses import replace

import numpy as np
import pytest
from helpers.campaigns import TYPICAL, campaign, customer, frame, one_offer

from one_click.offers.outlook import Totals, plan_figures, wave_figures, what_if
from one_click.offers.power import power
from one_click.offers.table import offers_table
from one_click.offers.wave import wave_of
from one_click.running import writing
from one_click.settings.checks import EDGE
from one_click.settings.offers import MOST_MONTHS, MOST_OFFERS, Fatigue, HoldOut

HELD = HoldOut(0.3, "salt", 0.05, 0.8)
LARGEST, SMALLEST = 1e12, 1e-9
CUSTOMERS = frame(
    [
        customer(risk=0.05 + 0.9 * place / 20, monthly_profit=0.5 + place % 17, unpaid_items=place)
        for place in range(20)
    ]
)
TERMS = [
    *({"months": months} for months in (1, MOST_MONTHS)),
    *({"budget": budget} for budget in (0, SMALLEST, 0.3, LARGEST)),
    *({"profit_share_lost": share} for share in (SMALLEST, 1.0)),
    {"profit_share_lost_range": [SMALLEST, 1.0]},
    {"smallest_net_gain": LARGEST},
    {"smallest_net_gain": SMALLEST, "break_even_limit": SMALLEST},
    {"smallest_net_gain": 0.0, "break_even_limit": 1.0},
    *({"caps": {"email": cap}} for cap in (0, int(LARGEST))),
    *({"fatigue": Fatigue(most, most)} for most in (0, int(LARGEST), None)),
    *({"hold_out": replace(HELD, share=share)} for share in (0.0, 1 - EDGE)),
    {"hold_out": replace(HELD, alpha=EDGE, power=1 - EDGE)},
    {"hold_out": replace(HELD, alpha=EDGE, power=2 * EDGE)},
    {"hold_out": replace(HELD, alpha=1 - 2 * EDGE, power=1 - EDGE)},
    {"months": MOST_MONTHS, "budget": LARGEST, "smallest_net_gain": 0.0, "profit_share_lost": 1.0},
]
OFFERS = [
    *([one_offer(cost=cost), one_offer("push", cost)] for cost in (0, SMALLEST, 1e-6, LARGEST)),
    *([one_offer(effect=effect), one_offer("call", 1, effect)] for effect in (0, SMALLEST, 1)),
    *([one_offer(cap=cap), one_offer("site", 0.2, cap=cap)] for cap in (0, int(LARGEST))),
    [one_offer(cost=0.5 + place / 1000) for place in range(MOST_OFFERS)],
]
CASES = [campaign(None, **({"hold_out": HELD, "budget": 9.0} | terms)) for terms in TERMS]
CASES += [
    campaign({f"offer_{place}": offer for place, offer in enumerate(offers)}, hold_out=HELD)
    for offers in OFFERS
]


@pytest.mark.parametrize("case", CASES, ids=map(str, range(len(CASES))))
def test_a_campaign_at_its_extremes_is_planned_within_its_limits(case):
    """The figures are numbers that JSON can hold, and every budget of the curve is kept."""
    wave = wave_of(CUSTOMERS, case, TYPICAL)
    plan = wave.plan(case.budget)
    totals = Totals.of(offers_table(wave, plan, "v", "h"))
    figures = plan_figures(totals, case) | wave_figures(wave, plan)
    json.dumps(writing.rounded(figures), allow_nan=False)
    curve, _ = what_if(wave, plan)  # of 21 budgets
    assert np.isfinite(curve.select_dtypes("number")).all(axis=None)
    assert (curve["cost"] <= curve["budget"] + 1e-8 * np.maximum(1, curve["budget"])).all()


def test_an_effect_that_leaves_no_decliner_shows():
    """Sums of floats may leave a share a hair below zero, of which there is no root."""
    figures = power(300, 100, 0.7, 0.7000000000000001, HELD)
    assert figures["waves"] == 1
