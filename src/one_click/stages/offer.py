"""Whom to keep, with what: at most one offer a customer, within the budget and the caps.

Enters: risks, segments, reasons, profit, consent, earlier waves, the campaign, and what the models
promise. Leaves: `data/offers.parquet`, one row a customer, and its copies for people
(`reports/offers.csv`, `.xlsx`); `data/wave/`, the same with what measuring the wave needs; the
plans of other budgets; figures. Effects are assumptions of the campaign: nothing here says what an
offer causes.
"""

import sys
from dataclasses import dataclass

from one_click import artefacts
from one_click.columns import ID, PROFIT
from one_click.offers.history import SINCE, Record, read_waves
from one_click.offers.kept_wave import OFFERS as PLAN
from one_click.offers.kept_wave import kept_wave_files
from one_click.offers.outlook import Totals, plan_figures, wave_figures, what_if
from one_click.offers.plan_files import PlanFiles, Wording
from one_click.offers.table import offers_table
from one_click.offers.wave import wave_of
from one_click.risk.origins import model_version
from one_click.running import saved, writing
from one_click.running.lock import at, load
from one_click.running.stage import run_stage
from one_click.settings.offers import Campaign


@dataclass
class Settings:
    """The campaign, when a reason is steady, and in which words the plan is told."""

    campaign: Campaign
    steady: float = at("explain.steady")
    language: str = at("report.language")
    workbook_rows: int = at("scale.workbook_rows")


def main() -> None:
    settings = load(Settings)
    campaign, typical = settings.campaign, saved.figures(artefacts.TYPICAL)
    customers = saved.table(artefacts.CUSTOMERS)
    for path in (artefacts.RISKS, artefacts.SEGMENTS, artefacts.REASONS):
        customers = customers.merge(saved.table(path), on=ID, validate="1:1")
    record = Record(read_waves(artefacts.WAVES), campaign.wave_date)
    customers[SINCE] = record.since_message(customers[ID])
    for line in record.warnings():
        print(line, file=sys.stderr)
    if losses := int((customers[PROFIT] < 0).sum()):
        print(
            f"warning: {artefacts.CUSTOMERS}: {PROFIT}: {losses} below zero; each counts as zero",
            file=sys.stderr,
        )
    wave = wave_of(customers, campaign, typical)
    plan = wave.plan(campaign.budget)
    model = {
        "model_version": model_version(saved.content(artefacts.MODEL)),
        "data_hash": saved.figures(artefacts.MODEL_CARD)["data_hash"],
    }
    offers = offers_table(wave, plan, **model)
    files = PlanFiles(Wording(settings.steady, settings.language, settings.workbook_rows))
    table = files.add(offers, wave)
    promised = saved.figures(artefacts.PREDICT_METRICS)["out_of_fold"]
    curve, plans = what_if(wave, plan)
    figures = plan_figures(Totals.of(offers), campaign) | wave_figures(wave, plan)
    writing.write_parquet(artefacts.OFFERS, offers)
    writing.copy(artefacts.OFFERS, artefacts.WAVE / PLAN)
    kept = kept_wave_files(writing.sha256_of(artefacts.OFFERS), model, campaign, promised)
    for name, content in kept.items():
        writing.write_bytes(artefacts.WAVE / name, content)
    writing.write_parquet(artefacts.PLANS, plans)
    writing.write_csv(artefacts.BUDGET_CURVE, curve)
    writing.write_json(artefacts.OFFER_METRICS, figures)
    writing.write_bytes(artefacts.OFFERS_CSV, table)
    writing.write_bytes(artefacts.OFFERS_XLSX, files.workbook(wave, model))


if __name__ == "__main__":
    run_stage(main)
