"""Six waves with wrong assumptions: the plan that learns, the one that doesn't, the one that knows.

    python benchmarks/waves.py [--stores 50] [--waves 6] [--customers 3000] [--believed 1 4]

Run in the project's folder. Each store is a generated one; each of its waves has other customers,
whose true probability of a decline is their risk, so that nothing but the offers' effects is wrong.
The true effect of each offer is the assumed one times 0, 0.5, 1, 2 or 4, drawn once a store. The
same customers, budget and control group are planned three times: with effects as assumed all the
time, with those that the measured waves teach, and with the true ones. A wave's realised net gain
is what its offers keep on average by the true effects, less their cost. `--believed` widens the
assumed ranges so many times: who believes the first guess too firmly learns slowly.

Prints the mean net gain of a wave, of all and of the last one, and what the plan that learns gains
over the one that doesn't, with its 95 % interval over the stores.
"""

import argparse
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from one_click.columns import CONSENT, ID, PROFIT, RAW_ID
from one_click.customers.generated import draw_store
from one_click.offers.history import SINCE
from one_click.offers.table import offers_table
from one_click.offers.wave import wave_of
from one_click.outcomes.measured import Measured, planned_rows
from one_click.outcomes.proposal import counted, lesson_of
from one_click.outcomes.simulation import drawn_outcome
from one_click.running.lock import load
from one_click.running.parallel import side_by_side
from one_click.settings.offers import Campaign, Effect
from one_click.statistics import mean_interval

FACTORS = (0.0, 0.5, 1.0, 2.0, 4.0)
MOST_REMOVED = 0.8
RISK_CUT, PROFIT_CUT = 0.5, 4.0


@dataclass
class Settings:
    """The campaign that is played."""

    campaign: Campaign


def customers_of(size: int, seed: int) -> pd.DataFrame:
    """Customers of a wave, whose risk is the truth; all give any offer a reason."""
    tables, truth = draw_store(size, seed)
    market = tables["customers"].set_index(RAW_ID)
    risk = truth.set_index(ID)["probability"]
    profit = tables["profit"].set_index(RAW_ID).iloc[:, 0]
    ids = risk.index
    at_risk, profitable = risk > RISK_CUT, profit.loc[ids] > PROFIT_CUT
    consent = next(name for name in market if market[name].isin([CONSENT.raw]).any())
    return pd.DataFrame(
        {
            ID: [f"{seed}-{name}" for name in ids],
            "risk": risk.to_numpy(), "risk_low": risk.to_numpy(), "risk_high": risk.to_numpy(),
            PROFIT: profit.loc[ids].to_numpy(),
            "segment": np.select(
                [at_risk & profitable, at_risk, profitable],
                ["at_risk_profitable", "at_risk", "profitable"], "steady",
            ),
            "contact_allowed": (market.loc[ids, consent] == CONSENT.raw).to_numpy(),
            "contacts_this_month": 3.0, SINCE: np.nan, "reason_1": None, "agreement_1": np.nan,
        }
    )  # fmt: skip


def with_effects(campaign: Campaign, effects: dict[str, Effect], learned: dict) -> Campaign:
    """The campaign by other effects."""
    offers = {
        name: replace(offer, effect=effects[name], learned=learned.get(name))
        for name, offer in campaign.offers.items()
    }
    return replace(campaign, offers=offers)


def planned(customers: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """The plan of a wave."""
    wave = wave_of(customers, campaign, {})
    return offers_table(wave, wave.plan(campaign.budget), "", "")


def realised_gain(plan: pd.DataFrame, campaign: Campaign, removed: dict[str, float]) -> float:
    """Net gain of a plan by the true effects."""
    made = plan[plan["group"] == "treatment"]
    value = made[PROFIT].clip(lower=0) * campaign.months * campaign.profit_share_lost
    return float((made["risk"] * value * made["offer"].map(removed)).sum() - made["cost"].sum())


def lessons(campaign: Campaign, plan: pd.DataFrame, outcome: pd.DataFrame) -> Campaign:
    """The campaign after its wave was measured."""
    rows = planned_rows(Measured(campaign, plan, outcome, None, {}))
    effects, learned = {}, {}
    for name, offer in campaign.offers.items():
        record = counted(rows[rows["offer"] == name], offer)
        belief, _ = lesson_of(offer, record)
        effects[name], learned[name] = belief.effect() if record else offer.effect, record
    return with_effects(campaign, effects, learned)


def played(campaign: Campaign, size: int, waves: int, store: int) -> list[dict]:
    """Net gain of each wave of a store, by who plans."""
    draws = np.random.default_rng(store)
    truth = {
        name: min(MOST_REMOVED, offer.effect.expected * draws.choice(FACTORS))
        for name, offer in campaign.offers.items()
    }
    knows = with_effects(campaign, {n: Effect(e, e, e) for n, e in truth.items()}, {})
    learns, rows = campaign, []
    for number in range(waves):
        customers = customers_of(size, 1_000 * store + number)
        risk = customers.set_index(ID)["risk"]
        row = {"store": store, "wave": number + 1}
        for who, by in {"assumes": campaign, "learns": learns, "knows": knows}.items():
            plan = planned(customers, by)
            row[who] = realised_gain(plan, campaign, truth)
            if who == "learns":
                outcome = drawn_outcome(plan, risk, truth, 7 * store + number)
                learns = lessons(by, plan, outcome)
        rows.append(row)
    return rows


def believed(campaign: Campaign, times: float) -> Campaign:
    """The campaign with ranges so many times as wide."""
    effects = {
        name: Effect(
            max(0.0, offer.effect.expected - times * (offer.effect.expected - offer.effect.low)),
            offer.effect.expected,
            min(0.95, offer.effect.expected + times * (offer.effect.high - offer.effect.expected)),
        )
        for name, offer in campaign.offers.items()
    }
    return with_effects(campaign, effects, {})


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stores", type=int, default=50)
    parser.add_argument("--waves", type=int, default=6)
    parser.add_argument("--customers", type=int, default=3_000)
    parser.add_argument("--believed", type=float, nargs="+", default=[1.0, 4.0])
    arguments = parser.parse_args()
    campaign = load(Settings).campaign
    offers = {name: replace(offer, triggers={}) for name, offer in campaign.offers.items()}
    campaign = replace(campaign, offers=offers)
    for times in arguments.believed:
        start = believed(campaign, times)
        stores = side_by_side(
            played,
            [(start, arguments.customers, arguments.waves, n) for n in range(arguments.stores)],
        )
        table = pd.DataFrame([row for store in stores for row in store])
        print(f"ranges {times:g} times as wide as assumed")
        print(table.groupby("wave")[["assumes", "learns", "knows"]].mean().round(1).to_string())
        by_store = table.groupby("store")[["assumes", "learns", "knows"]].mean()
        for one, other in (("assumes", "learns"), ("learns", "knows")):
            gap = mean_interval(by_store[other] - by_store[one], 0.95)
            interval = f"{gap['mean']:.2f} [{gap['low']:.2f}, {gap['high']:.2f}]"
            print(f"{other} over {one}, a wave: {interval}")


if __name__ == "__main__":
    main()
