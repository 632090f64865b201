"""The files of a month's plan, written as its table comes in chunks."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from one_click import artefacts
from one_click.monthly.study import Study
from one_click.offers.kept_wave import OFFERS as PLAN
from one_click.offers.kept_wave import kept_wave_files
from one_click.offers.outlook import Totals
from one_click.offers.plan_files import PlanFiles, Wording
from one_click.offers.table import offer_rows, ranked
from one_click.offers.wave import Wave, wave_in_order
from one_click.offers.withholding import PlanPart
from one_click.running import writing
from one_click.running.row_groups import row_groups
from one_click.settings.offers import Campaign


def write_plan(
    output: Path,
    parts: Iterable[tuple[pd.DataFrame, PlanPart]],
    study: Study,
    campaign: Campaign,
    wording: Wording,
) -> Totals:
    """Write the plan's table, its CSV and workbook, and the wave as it is kept.

    Parameters
    ----------
    parts
        Customers in the order of the plan's table, with their part of the plan.
    """
    files, first = PlanFiles(wording), 1
    offers_path = output / artefacts.OFFERS.name
    wave: Wave | None = None
    with row_groups(offers_path) as table, (output / artefacts.OFFERS_CSV.name).open("wb") as csv:
        for customers, part in parts:
            wave = wave_in_order(customers, campaign, study.typical)
            offers = ranked(offer_rows(wave, part), first, **study.model)
            first += len(offers)
            table.append(offers)
            csv.write(files.add(offers, wave))
    assert wave is not None  # a month has a customer at least
    assert files.totals is not None
    book = files.workbook(wave, study.model)
    writing.write_bytes(output / artefacts.OFFERS_XLSX.name, book)
    kept = output / artefacts.WAVE.name
    writing.copy(offers_path, kept / PLAN)
    signed = kept_wave_files(writing.sha256_of(offers_path), study.model, campaign, study.promised)
    for name, content in signed.items():
        writing.write_bytes(kept / name, content)
    return files.totals
