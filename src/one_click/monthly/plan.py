"""The plan of a scored month: reasons, who may get what, the plan, and its table in order."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa

from one_click import artefacts
from one_click.columns import FEATURES, ID, PROFIT
from one_click.customers.staging import database
from one_click.monthly.month import SCORED, Workshop
from one_click.monthly.study import Study
from one_click.new_month.known import with_earlier
from one_click.new_month.scoring import KNOWN, Run, reasons_of
from one_click.offers.history import SINCE, Record
from one_click.offers.limits import limits_of
from one_click.offers.near import reasons_near
from one_click.offers.planning import planner_of
from one_click.offers.table import in_order_of_worth
from one_click.offers.triggers import EXPLAINED, is_explained, reason_columns
from one_click.offers.wave import Wave, wave_in_order
from one_click.offers.withholding import PlanPart, withheld_plan
from one_click.running.progress import bar
from one_click.running.regrouping import regrouped
from one_click.running.row_groups import read_row_groups, row_groups
from one_click.settings.offers import Campaign
from one_click.settings.scale import Scale

JOINED = "joined.parquet"  # of the work
CUSTOMER = [ID, *FEATURES, PROFIT, "risk", "risk_low", "risk_high", "segment", SINCE]


@dataclass(frozen=True)
class Order:
    """What is asked for: a campaign after earlier waves, and whose reasons.

    `reasons`: "all", "addressed" or "planned".
    """

    campaign: Campaign
    record: Record
    reasons: str


@dataclass
class Prospects:
    """What the plan must hold of all customers, in the order of their ids.

    value_at_risk
        Shape (customers,), a piece a chunk.
    net_gain, rows, control
        Of those who may get an offer: shape (prospects, offers), NaN where one is not to be made;
        their places; whether they are in the control group.
    explained, seconds
        Customers who are explained, and how long that took.
    """

    value_at_risk: list[np.ndarray] = field(default_factory=list)
    net_gain: list[np.ndarray] = field(default_factory=list)
    rows: list[np.ndarray] = field(default_factory=list)
    control: list[np.ndarray] = field(default_factory=list)
    count: int = 0
    explained: int = 0
    seconds: float = 0.0

    def add(self, wave: Wave) -> None:
        """Add the next customers; whoever is not explained gets no offer."""
        may_get = wave.verdicts.eligible & is_explained(wave.customers)[:, None]
        fits = np.flatnonzero(may_get.any(axis=1))
        self.value_at_risk.append(wave.verdicts.value_at_risk)
        self.net_gain.append(np.where(may_get[fits], wave.verdicts.net_gain[fits], np.nan))
        self.control.append(wave.control_group[fits])
        self.rows.append(fits + self.count)
        self.count += len(wave.customers)


def joined_month(shop: Workshop, study: Study, order: Order) -> Prospects:
    """Explain the scored customers, judge offers; write the reasons, and all that to the work."""
    prospects, start = Prospects(), time.perf_counter()
    near = near_reasons(shop, study, order) if order.reasons == "planned" else study.reasons.head(0)
    prospects.seconds = time.perf_counter() - start
    reasons_path = shop.output / artefacts.REASONS.name
    with row_groups(shop.work / JOINED) as joined, row_groups(reasons_path) as file:
        for customers in bar("reasons", read_row_groups(shop.work / SCORED)):
            start = time.perf_counter()
            here = near[near[ID].between(customers[ID].iloc[0], customers[ID].iloc[-1])]
            asked = whose(customers, order) | customers[ID].isin(here[ID]).to_numpy()
            reasons = chunk_reasons(customers, asked, here, study, shop.run)
            prospects.explained += int(asked.sum())
            prospects.seconds += time.perf_counter() - start
            file.append(reasons)
            named = reason_columns(reasons)
            named += [name.replace("reason_", "agreement_") for name in named]
            chunk = pd.concat([customers[CUSTOMER], reasons[named]], axis="columns")
            chunk[EXPLAINED] = asked
            joined.append(chunk)
            prospects.add(wave_in_order(chunk, order.campaign, study.typical))
    return prospects


def whose(customers: pd.DataFrame, order: Order) -> np.ndarray:
    """Whose reasons are asked for before there is a plan; shape (customers,)."""
    if order.reasons == "all":
        return np.ones(len(customers), dtype=bool)
    in_segment = customers["segment"].isin(order.campaign.segments).to_numpy()
    known = customers[KNOWN].to_numpy(bool)  # theirs cost nothing
    return in_segment & (known | (order.reasons == "addressed"))


def near_reasons(shop: Workshop, study: Study, order: Order) -> pd.DataFrame:
    """Reasons of those new customers who get an offer or stand near one; see `offers.near`.

    What is held of the others is whoever could get one, were the right reasons theirs.
    """
    prospects = []
    for customers in read_row_groups(shop.work / SCORED):
        chunk = customers[CUSTOMER].assign(**{EXPLAINED: False})
        wave = wave_in_order(chunk, order.campaign, study.typical)
        prospects.append(customers[~np.isnan(wave.highest_gain).all(axis=1)])
    rows = pd.concat(prospects, ignore_index=True)
    known = study.reasons[study.reasons[ID].isin(rows.loc[rows[KNOWN].astype(bool), ID])]
    explain = partial(reasons_of, kit=study.kit, run=shop.run)
    near = reasons_near(rows[CUSTOMER], order.campaign, study.typical, known, explain)
    return near[~near[ID].isin(known[ID])]


def chunk_reasons(
    customers: pd.DataFrame, asked: np.ndarray, near: pd.DataFrame, study: Study, run: Run
) -> pd.DataFrame:
    """Reasons of a chunk's customers, missing of those who are not asked about.

    Whoever was learned from keeps the reasons that the stages gave.

    Parameters
    ----------
    near
        Reasons of some of them that are there already.
    """
    reasons = customers[[ID]].merge(near, on=ID, how="left", validate="1:1")
    is_known = pd.Series(asked & customers[KNOWN].to_numpy(bool), customers.index)
    new = asked & ~is_known.to_numpy() & reasons["base_value"].isna().to_numpy()
    if new.any():
        table = reasons_of(customers[new], study.kit, run)
        table = pd.concat([table, near], ignore_index=True)
        reasons = customers[[ID]].merge(table, on=ID, how="left", validate="1:1")
    return with_earlier(reasons, study.reasons, is_known) if is_known.any() else reasons


def planned_month(prospects: Prospects, campaign: Campaign) -> tuple[PlanPart, np.ndarray]:
    """The plan of all customers, and the place of each in its table."""
    net_gain, rows = np.concatenate(prospects.net_gain), np.concatenate(prospects.rows)
    limits = limits_of(campaign, campaign.budget)
    control = np.concatenate(prospects.control)
    planner = planner_of(net_gain, limits.use)
    plan = withheld_plan(planner, net_gain, limits, control, campaign.hold_out.share)
    offer, planned = (np.full(prospects.count, -1) for _ in range(2))
    offer[rows], planned[rows] = plan.offer, plan.everybody.offer
    gain, takers = np.zeros(prospects.count), np.flatnonzero(plan.offer >= 0)
    gain[rows[takers]] = net_gain[takers, plan.offer[takers]]
    order = in_order_of_worth(offer >= 0, gain, np.concatenate(prospects.value_at_risk))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return PlanPart(offer, planned, plan.at_cap), place


def in_order_of_places(
    work: Path, plan: PlanPart, place: np.ndarray, scale: Scale
) -> Iterator[tuple[pd.DataFrame, PlanPart]]:
    """The joined customers in the order of their places, and their part of the plan; in chunks."""
    places = {"row": np.arange(len(place)), "place": place}
    plans = pa.table(places | {"offer": plan.offer, "planned": plan.planned})
    with (
        TemporaryDirectory(dir=work) as spill,
        database(scale.memory_mb, Path(spill)) as connection,
    ):
        connection.register("plans", plans)
        query = (
            "SELECT c.* EXCLUDE (file_row_number), p.offer, p.planned "
            "FROM read_parquet(?, file_row_number = true) c "
            "JOIN plans p ON p.row = c.file_row_number ORDER BY p.place"
        )
        relation = connection.sql(query, params=[str(work / JOINED)])
        batches = relation.to_arrow_reader(scale.chunk_rows)
        for table in bar("files", regrouped(batches, scale.chunk_rows)):
            rows = table.to_pandas()
            part = PlanPart(rows["offer"].to_numpy(), rows["planned"].to_numpy(), plan.at_cap)
            yield rows.drop(columns=["offer", "planned"]), part
