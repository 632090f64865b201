"""Score a new month: risks, reasons, segments and offers of unknown outcome.

Enters: four tables as `prepare` takes them, without a target (one that is there is not looked at),
and what the last `dvc repro` left: models, calibration, explainers, cuts. Leaves in the output
folder, all together or none, the files that the stages write, among them `wave/`, which
`one-click measure` takes when the outcome is known; `flags.csv` (a row a value that was
missing, unknown or set aside) and `drift.html`: whether these customers look like those that were
learned from; and a `.gitignore`, for they are rows of customers.
"""

import argparse
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
from imblearn.pipeline import Pipeline
from omegaconf import OmegaConf

from one_click import artefacts
from one_click.columns import ID, PROFIT
from one_click.customers.cleaning import revenue_medians
from one_click.customers.reading import read_tables
from one_click.experiments.recorded import check_recorded
from one_click.new_month import drift
from one_click.new_month.drift_page import FLAGS, Counts, drift_page
from one_click.new_month.known import is_known, scored_by_one, with_earlier
from one_click.new_month.scoring import explained, new_customers, reasons_of, risks_of
from one_click.new_month.tallies import Reference
from one_click.offers.crm import harmless_rows
from one_click.offers.history import SINCE, read_waves, wave_warnings, waves_since_message
from one_click.offers.kept_wave import kept_wave_files
from one_click.offers.near import reasons_near
from one_click.offers.outlook import plan_figures
from one_click.offers.spreadsheet import crm_files, csv_text
from one_click.offers.table import offers_table
from one_click.offers.triggers import EXPLAINED
from one_click.offers.wave import wave_of
from one_click.reasons.explainers import explainers_of
from one_click.reasons.shapley import Explainer
from one_click.reasons.table import reasons_columns
from one_click.risk.model.card import check_card
from one_click.risk.model.model_files import model_of
from one_click.risk.origins import NEW, model_version
from one_click.running import saved, writing
from one_click.running.arguments import IGNORED, check_output, command_parser, given_path
from one_click.running.errors import InputError
from one_click.running.lock import at, load, typed
from one_click.segments.cuts import Cuts, segment_by_customer
from one_click.settings.customers import Cleaning
from one_click.settings.new_month import Drift
from one_click.settings.offers import Campaign
from one_click.settings.reasons import Explain


@dataclass
class Settings:
    """How new customers are cleaned, explained and compared."""

    cleaning: Cleaning
    explain: Explain
    drift: Drift
    language: str = at("report.language")


@dataclass
class Planned:
    """The campaign that new offers are of."""

    campaign: Campaign


SAVED = (
    artefacts.MODEL, artefacts.MODEL_CARD, artefacts.CALIBRATION, artefacts.SECOND_OPINIONS,
    artefacts.EXPLAINERS,
    artefacts.TYPICAL, artefacts.SEGMENT_METRICS, artefacts.CUSTOMERS, artefacts.RISKS,
    artefacts.REASONS, artefacts.PREDICT_METRICS,
)  # fmt: skip


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


def saved_card() -> dict:
    """The model's card, where what `dvc repro` left is as it was and fits these libraries.

    Raises
    ------
    InputError
        Where a file is missing or another one, or the model was made by other versions or for other
        columns.
    """
    check_recorded(SAVED)
    card = saved.figures(artefacts.MODEL_CARD)
    check_card(card)
    return card


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
        "of those who get an offer or stand near one (least to do; the same plan)",
    )
    return parser.parse_args()


def month_customers(
    tables: Path, cleaning: Cleaning, medians: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Regular customers of the raw tables, their flags, and who is left out.

    Raises
    ------
    InputError
        Where the tables are faulty, or nobody is regular.
    """
    raw = read_tables(tables, labelled=False, option="--tables")
    customers, flags, leavers = new_customers(raw, cleaning, medians)
    if not len(customers):
        raise InputError(
            f"{tables}: none of the {len(leavers)} customers is regular by the rule "
            f"{cleaning.regular}: nobody to score"
        )
    return customers, flags, leavers


@dataclass(frozen=True)
class Results:
    """What the command writes: `files` are the plan's CSV and workbook, `summary` the drift.

    `wave` is the plan as it is kept to be measured, by the names of its files.
    """

    risks: pd.DataFrame
    reasons: pd.DataFrame
    segments: pd.DataFrame
    offers: pd.DataFrame
    files: tuple[bytes, bytes]
    wave: dict[str, bytes]
    flags: pd.DataFrame
    summary: dict
    page: str

    def write(self, output: Path) -> None:
        """Files under the names that the stages give them, all or none; git sees no row of them."""
        with writing.replacing_together(output) as folder:
            writing.write_parquet(folder / artefacts.RISKS.name, self.risks)
            writing.write_parquet(folder / artefacts.REASONS.name, self.reasons)
            writing.write_parquet(folder / artefacts.SEGMENTS.name, self.segments)
            writing.write_parquet(folder / artefacts.OFFERS.name, self.offers)
            writing.write_bytes(folder / artefacts.OFFERS_CSV.name, self.files[0])
            writing.write_bytes(folder / artefacts.OFFERS_XLSX.name, self.files[1])
            for name, content in self.wave.items():
                writing.write_bytes(folder / artefacts.WAVE.name / name, content)
            writing.write_text(folder / "flags.csv", csv_text(harmless_rows(self.flags)))
            writing.write_json(folder / "drift.json", self.summary)
            writing.write_text(folder / "drift.html", self.page)
            writing.write_text(folder / IGNORED, "*\n")


def kept_explainers(model: Pipeline) -> dict[str, Explainer]:
    """Explainers of the model for new customers and of the second opinions, by name."""
    table = saved.table(artefacts.EXPLAINERS)
    paths = {n: artefacts.second_opinion(n) for n in table["model"].unique() if n != NEW}
    opinions = {name: model_of(path, saved.content(path)) for name, path in paths.items()}
    return explainers_of(table, opinions | {NEW: model})


def earlier_reasons(columns: list[str]) -> pd.DataFrame:
    """The reasons that `explain` gave.

    Raises
    ------
    InputError
        Where it gave fewer than are asked for now.
    """
    reasons = saved.table(artefacts.REASONS)
    if missing := sorted(set(columns) - set(reasons)):
        raise InputError(f"{artefacts.REASONS}: no {', '.join(missing)}: run `dvc repro`")
    return reasons


def main() -> None:
    arguments, params = command_arguments(), load(Settings)
    check_output(arguments.output, arguments.tables, "the folder of the tables")
    card, campaign = saved_card(), chosen_campaign(arguments.campaign)
    segments = saved.figures(artefacts.SEGMENT_METRICS)
    cuts = Cuts(segments["risk_cut"], segments["profit_cut"])
    typical = saved.figures(artefacts.TYPICAL)
    everyone = saved.table(artefacts.CUSTOMERS).merge(saved.table(artefacts.RISKS), on=ID)
    medians = revenue_medians(everyone)
    customers, flags, leavers = month_customers(arguments.tables, params.cleaning, medians)
    waves = read_waves(artefacts.WAVES)
    customers[SINCE] = waves_since_message(customers[ID], waves, campaign.wave_date)
    for line in wave_warnings(customers[ID], waves, campaign.wave_date):
        print(line, file=sys.stderr)
    content = saved.content(artefacts.MODEL)
    model = model_of(artefacts.MODEL, content)
    calibration = saved.table(artefacts.CALIBRATION)
    known = is_known(customers, everyone)
    risks = risks_of(customers, model, calibration, card["calibration"])
    risks = with_earlier(risks, everyone, known)
    customers = customers.merge(risks, on=ID, validate="1:1")
    customers["segment"] = segment_by_customer(customers["risk"], customers[PROFIT], cuts)
    explainers = kept_explainers(model)
    if arguments.reasons == "planned":
        columns = reasons_columns(params.explain.reasons)
        earlier = earlier_reasons(columns)[columns]
        earlier = earlier[earlier[ID].isin(customers.loc[known, ID])]
        explain = partial(explained, explainers=explainers, count=params.explain.reasons)
        near = reasons_near(customers, campaign, typical, earlier, explain)
        reasons = customers[[ID]].merge(near, on=ID, how="left", validate="1:1")
        customers[EXPLAINED] = customers[ID].isin(near[ID])
    else:
        addressed = customers["segment"].isin(campaign.segments) | (arguments.reasons == "all")
        reasons = reasons_of(customers, addressed & ~known, explainers, params.explain.reasons)
        reasons = with_earlier(reasons, earlier_reasons(list(reasons)), addressed & known)
    customers = customers.merge(reasons, on=ID, validate="1:1")
    wave = wave_of(customers, campaign, typical)
    plan = wave.plan(campaign.budget)
    offers = offers_table(wave, plan, model_version(content), card["data_hash"])
    files = crm_files(offers, wave, params.explain.steady, params.language)
    promised = saved.figures(artefacts.PREDICT_METRICS)["out_of_fold"]
    kept = kept_wave_files(offers, campaign, promised)
    unknown = flags[flags["flag"] == "unknown"].groupby("column").size().to_dict()
    reference = Reference.of(scored_by_one(everyone))
    tally = reference.tally(scored_by_one(customers), unknown)
    figures = drift.compared(reference, tally, params.drift)
    flag_counts = {flag: int(flags.loc[flags["flag"] == flag, ID].nunique()) for flag in FLAGS}
    counts = Counts(
        len(everyone), int(known.sum()), len(leavers), params.cleaning.regular, flag_counts
    )
    page = drift_page(figures, counts, params.drift, params.language)
    notes = {"known": counts.known, "left": leavers, "flags": flag_counts}
    notes |= {"plan": plan_figures(offers, campaign)}
    by_segment = customers[[ID, "segment"]]
    Results(risks, reasons, by_segment, offers, files, kept, flags, figures | notes, page).write(
        arguments.output
    )
    print(
        f"{len(customers)} customers scored, {len(leavers)} left out; {len(flags)} values flagged; "
        f"drift: {figures['verdict']}; all in {arguments.output}"
    )
