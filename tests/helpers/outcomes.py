"""Waves whose truth is known: rows to compare, drawn."""

import numpy as np
import pandas as pd

from one_click.columns import ID, PROFIT
from one_click.offers.control_group import in_holdout
from one_click.outcomes.measured import Measured
from one_click.outcomes.simulation import drawn_outcome
from one_click.settings.offers import UNLIMITED, Campaign, Effect, HoldOut, Offer

RULES = HoldOut(share=0.25, salt="a", alpha=0.05, power=0.8)
COST, VALUE = 0.3, 6.0


def planned(customers: int, removed: float, seed: int, repeats: int = 1) -> pd.DataFrame:
    """Everybody of a plan with an outcome: an offer removes so much of the risk.

    Parameters
    ----------
    repeats
        Waves; the same customers come in each, and what makes them decline stays with them.
    """
    rng = np.random.default_rng(seed)
    ids = pd.Series([f"{seed}-{number}" for number in range(customers)])
    risk = rng.beta(3, 2, customers)
    luck = rng.random(customers)
    rows = pd.DataFrame(
        {ID: ids, "risk": risk, PROFIT: VALUE, "value": VALUE, "cost": COST}
    ).assign(treated=~in_holdout(ids, RULES), offer="call", channel="call", segment="at_risk")
    waves = []
    for wave in range(repeats):
        again = luck if wave % 2 == 0 else rng.random(customers)
        chance = risk * (1 - removed * rows["treated"])
        waves.append(rows.assign(wave=f"{wave}", declined=(again < chance).astype(float)))
    return pd.concat(waves, ignore_index=True)


WAVE = "2026-12"
PROMISED = {"roc_auc": 0.75, "brier": 0.22, "log_loss": 0.62, "ece": 0.03}
OFFERS = {
    "call": Offer("call", 0.9, Effect(0.1, 0.2, 0.3), ru="з", en="c"),
    "letter": Offer("email", 0.1, Effect(0.0, 0.02, 0.1), ru="п", en="l"),
}


def campaign_of(wave: str) -> Campaign:
    """A campaign of a call and a letter."""
    return Campaign(
        ru="к", en="c", wave=wave, wave_date="2026-12-01", valid_until=None, budget=1e6, months=3,
        profit_share_lost=0.5, profit_share_lost_range=[0.5], smallest_net_gain=0.0,
        break_even_limit=1.0, segments=["at_risk"], site_without_consent=True, caps={},
        fatigue=UNLIMITED, hold_out=RULES, offers=OFFERS,
    )  # fmt: skip


def measured_wave(
    seed: int, removed: float = 0.2, wave: str = WAVE, customers: int = 1_500
) -> Measured:
    """A wave with its outcome: a plan of half the base, the true effect of every offer one."""
    rng = np.random.default_rng(seed)
    ids = pd.Series([f"{seed}-{number}" for number in range(customers)])
    risk = rng.beta(1, 1, customers)
    fits = risk > 0.5
    offer = np.where(fits, np.where(rng.random(customers) < 0.7, "call", "letter"), None)
    control = in_holdout(ids, RULES) & fits
    plan = pd.DataFrame(
        {
            ID: ids, "risk": risk, PROFIT: rng.uniform(1, 6, customers),
            "segment": np.where(fits, "at_risk", "steady"),
            "group": np.select([control, fits], ["control", "treatment"], "none"),
            "planned_offer": pd.Series(offer, dtype=object),
        }
    )  # fmt: skip
    plan["offer"] = plan["planned_offer"].where(plan["group"] == "treatment")
    truth = pd.Series(risk, index=ids)
    outcome = drawn_outcome(plan, truth, dict.fromkeys(OFFERS, removed), seed)
    return Measured(campaign_of(wave), plan, outcome, None, PROMISED)
