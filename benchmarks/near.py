"""Whom `--reasons planned` explains: `python benchmarks/near.py [--customers 200000]`.

A base is drawn from the customers of the last `dvc repro`, with risks and profits moved by up to a
tenth; budget and caps grow with it, times shares. Prints how many are in the segments that the
campaign addresses, whose reasons the plan hung on, in how many rounds, how many get an offer; the
plan's net gain over that of the plan that knows everybody's reasons; seconds of the processor.
"""

import argparse
import time
from dataclasses import replace

import numpy as np
import pandas as pd

import one_click  # noqa: F401, kernels are fixed before NumPy is imported
from one_click import artefacts
from one_click.columns import ID, PROFIT
from one_click.commands.score import chosen_campaign
from one_click.offers.history import SINCE
from one_click.offers.near import reasons_near
from one_click.offers.triggers import EXPLAINED
from one_click.offers.wave import wave_of
from one_click.running import saved

SHARES = (1.0, 0.5, 0.2, 0.1)


def drawn(count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Customers without reasons, and the reasons of all."""
    draws = np.random.default_rng(0)
    known = pd.read_parquet(artefacts.CUSTOMERS)
    for path in (artefacts.RISKS, artefacts.SEGMENTS, artefacts.REASONS):
        known = known.merge(pd.read_parquet(path), on=ID)
    base = known.iloc[draws.integers(0, len(known), count)].reset_index(drop=True)
    base[ID] = [f"{place:08d}" for place in range(count)]
    base["risk"] = (base["risk"] * draws.uniform(0.9, 1.1, count)).clip(0, 1)
    base[PROFIT] *= draws.uniform(0.9, 1.1, count)
    base[SINCE] = np.nan
    reasons = base.filter(regex=f"^({ID}$|reason_|agreement_)")
    return base.drop(columns=reasons.columns.drop(ID)), reasons


def main() -> None:
    """Plan the same base within smaller and smaller budgets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=200_000, help="of the base")
    count = parser.parse_args().customers
    customers, reasons = drawn(count)
    typical, campaign = saved.figures(artefacts.TYPICAL), chosen_campaign(None)
    addressed = int(customers["segment"].isin(campaign.segments).sum())
    print(f"{count} customers, {addressed} in the segments that the campaign addresses")
    names = ("budget", "explained", "rounds", "offers", "gain of gain", "seconds")
    print("".join(f"{name:>14}" for name in names))
    for share in SHARES:
        times = share * count / len(pd.read_parquet(artefacts.CUSTOMERS))
        offers = {
            name: replace(offer, cap=offer.cap and int(offer.cap * times))
            for name, offer in campaign.offers.items()
        }
        caps = {channel: int(cap * times) for channel, cap in campaign.caps.items()}
        terms = replace(campaign, budget=campaign.budget * times, caps=caps, offers=offers)
        rounds: list[int] = []

        def explain(rows: pd.DataFrame, rounds: list[int] = rounds) -> pd.DataFrame:
            rounds.append(len(rows))
            return reasons[reasons[ID].isin(rows[ID])]

        start = time.process_time()
        near = reasons_near(customers, terms, typical, reasons.head(0), explain)
        seconds = time.process_time() - start
        people = customers.merge(near, on=ID, how="left")
        people[EXPLAINED] = people[ID].isin(near[ID])
        plan = wave_of(people, terms, typical).plan(terms.budget)
        whole = wave_of(customers.merge(reasons, on=ID), terms, typical).plan(terms.budget)
        figures = (sum(rounds), len(rounds), int((plan.offer >= 0).sum()))
        print(
            f"{terms.budget:>14.0f}" + "".join(f"{figure:>14}" for figure in figures)
            + f"{plan.net_gain / whole.net_gain:>14.6f}{seconds:>14.1f}", flush=True
        )  # fmt: skip


if __name__ == "__main__":
    main()
