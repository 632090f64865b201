"""Score a new month: risks, reasons, segments and offers of unknown outcome.

Enters: four tables as `prepare` takes them, without a target (one that is there is not looked at),
and what the last `dvc repro` left: models, calibration, explainers, cuts. Leaves in the output
folder, all together or none, the files that the stages write, among them `wave/`, which
`one-click measure` takes when the outcome is known; `flags.csv` (a row a value that was
missing, unknown or set aside) and `drift.html`: whether these customers look like those that were
learned from; and a `.gitignore`, for they are rows of customers.

Customers come in chunks of `scale.chunk_rows`, on all cores or on a cluster: the same bytes.
"""

import argparse
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from omegaconf import OmegaConf

from one_click import artefacts
from one_click.monthly.base import write_base
from one_click.monthly.files import write_plan
from one_click.monthly.month import BASE, Month, Workshop, score_month
from one_click.monthly.plan import (
    Order,
    Prospects,
    in_order_of_places,
    joined_month,
    planned_month,
)
from one_click.monthly.study import Study, learned_study
from one_click.new_month import drift
from one_click.new_month.drift_page import Counts, drift_page
from one_click.new_month.scoring import Kit
from one_click.offers.history import Record, read_waves
from one_click.offers.outlook import plan_figures
from one_click.offers.plan_files import Wording
from one_click.risk.cost import Rows, scoring_warnings
from one_click.running import writing
from one_click.running.arguments import IGNORED, check_output, command_parser, given_path
from one_click.running.errors import InputError
from one_click.running.lock import at, load, typed
from one_click.running.workers import Workers, processes
from one_click.settings.customers import Cleaning
from one_click.settings.new_month import Drift
from one_click.settings.offers import Campaign
from one_click.settings.reasons import Explain
from one_click.settings.risk import Budget, Cost, Predict
from one_click.settings.scale import Scale


@dataclass
class Settings:
    """How new customers are cleaned, explained and compared; how many at once, at what cost."""

    cleaning: Cleaning
    explain: Explain
    drift: Drift
    scale: Scale
    predict: Predict
    costs: dict[str, Cost]
    ensembles: dict[str, Any]
    budget: Budget
    language: str = at("report.language")


@dataclass
class Planned:
    """The campaign that new offers are of."""

    campaign: Campaign


def chosen_campaign(name: str | None) -> Campaign:
    """The campaign of the lock, or that of conf/campaign.

    Raises
    ------
    InputError
        Where there is none of that name.
    """
    if name is None:
        return load(Planned).campaign
    folder = artefacts.CONF / "campaign"
    options = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in options:
        raise InputError(f"--campaign: no campaign {name!r}; choose one of {', '.join(options)}")
    path = folder / f"{name}.yaml"
    return typed(Planned, {"campaign": OmegaConf.load(path)}, str(path)).campaign


def command_arguments() -> argparse.Namespace:
    """What the command is asked for."""
    parser = command_parser("score", __doc__, "--tables data/sample --output scored")
    parser.add_argument(
        "--tables", type=given_path, required=True, help="folder of the four new tables"
    )
    parser.add_argument("--output", type=given_path, required=True, help="folder to write to")
    parser.add_argument("--campaign", help="of conf/campaign; the one of params.yaml if left out")
    parser.add_argument(
        "--reasons",
        choices=("all", "addressed", "planned"),
        default="all",
        help="whose reasons: of all, of the segments that the campaign addresses (less to do), or "
        "of those who get an offer or stand near one (least to do; the same plan, whose control "
        "group is of them alone)",
    )
    parser.add_argument("--scheduler", help="address of a Dask scheduler whose workers score")
    return parser.parse_args()


def workers(scheduler: str | None, kit: Kit) -> AbstractContextManager[Workers]:
    """The processes that hold the kit: of this machine, or of a cluster.

    Raises
    ------
    InputError
        Where there is no Dask.
    """
    if scheduler is None:
        return processes(kit)
    try:
        from one_click.running.cluster import cluster
    except ModuleNotFoundError as error:
        raise InputError(
            f"--scheduler: {error.name} is not installed: install the extra `cluster`"
        ) from None
    return cluster(scheduler, kit)


def costs_of(candidate: str, params: Settings) -> list[Cost]:
    """What is known of the costs of a model: of itself, or of each member of an ensemble."""
    members = params.ensembles.get(candidate, {}).get("_members_", [candidate])
    return [params.costs[name] for name in members if name in params.costs]


def warn_of_costs(study: Study, rows: int, reasons: str, params: Settings) -> None:
    """Say on the standard error what so many customers will take, where it is worth a word."""
    month = Rows(0 if reasons == "planned" else rows, len(study.kit.earlier), rows)
    costs = costs_of(study.candidate, params)
    for line in scoring_warnings(costs, month, params.predict, params.budget):
        print(f"warning: {line}", file=sys.stderr)


def scored(shop: Workshop, study: Study, order: Order, tables: Path) -> tuple[Month, Prospects]:
    """Score and explain the base of the work, see `monthly`.

    Raises
    ------
    InputError
        Where nobody is regular.
    """
    month = score_month(shop, order.record)
    if month.tally is None or not month.tally.rows:
        raise InputError(
            f"{tables}: none of the {len(month.leavers)} customers is regular by the rule "
            f"{study.kit.cleaning.regular}: nobody to score"
        )
    for line in order.record.warnings():
        print(line, file=sys.stderr)
    return month, joined_month(shop, study, order)


def write_drift(output: Path, month: Month, study: Study, plan: dict, params: Settings) -> str:
    """Write whether the month looks like what was learned from, beside figures of the plan.

    Returns
    -------
    verdict
        See `drift.verdict`.
    """
    assert month.tally is not None  # a month has a customer at least
    figures = drift.compared(study.kit.reference, month.tally, params.drift)
    rule, reference = params.cleaning.regular, len(study.kit.earlier)
    counts = Counts(reference, month.known, len(month.leavers), rule, month.flags)
    said = {"known": month.known, "left": month.leavers, "flags": month.flags, "plan": plan}
    writing.write_json(output / "drift.json", figures | said)
    page = drift_page(figures, counts, params.drift, params.language)
    writing.write_text(output / "drift.html", page)
    return figures["verdict"]


def main() -> None:
    arguments, params, start = command_arguments(), load(Settings), time.perf_counter()
    check_output(arguments.output, arguments.tables, "the folder of the tables")
    study = learned_study(params.cleaning, params.explain.reasons)
    campaign = chosen_campaign(arguments.campaign)
    record = Record(read_waves(artefacts.WAVES), campaign.wave_date)
    order = Order(campaign, record, arguments.reasons)
    with writing.replacing_together(arguments.output) as output:
        with TemporaryDirectory(dir=output.parent) as folder:
            work = Path(folder)
            rows = write_base(arguments.tables, work / BASE, "--tables", params.scale)
            warn_of_costs(study, rows, arguments.reasons, params)
            with workers(arguments.scheduler, study.kit) as run:
                shop = Workshop(work, output, run)
                month, prospects = scored(shop, study, order, arguments.tables)
            parts = in_order_of_places(work, *planned_month(prospects, campaign), params.scale)
            wording = Wording(params.explain.steady, params.language, params.scale.workbook_rows)
            totals = write_plan(output, parts, study, campaign, wording)
        verdict = write_drift(output, month, study, plan_figures(totals, campaign), params)
        writing.write_text(output / IGNORED, "*\n")
    share = prospects.seconds / (time.perf_counter() - start)
    print(
        f"{prospects.count} customers scored, {len(month.leavers)} left out; {month.flagged} "
        f"values flagged; {prospects.explained} explained in {share:.0%} of the time; drift: "
        f"{verdict}; all in {arguments.output}"
    )
