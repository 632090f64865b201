"""A small plan, and how steady its triggers must be."""

import hashlib
import io
import re
import zipfile

from helpers.campaigns import TYPICAL, campaign, frame
from one_click.offers.kept_wave import OFFERS, kept_wave_files
from one_click.offers.plan_files import PlanFiles, Wording
from one_click.offers.table import offers_table
from one_click.offers.wave import wave_of

STEADY = 0.75


def plan_of(customers: list[dict], **terms):
    """A wave over customers, and its table."""
    wave = wave_of(frame(customers), campaign(**terms), TYPICAL)
    return offers_table(wave, wave.plan(wave.campaign.budget), "model", "hash"), wave


def facts_of(offers) -> tuple:
    """Customers by group, and the model: what `about` takes of a plan."""
    model = offers[["model_version", "data_hash"]].iloc[0].to_dict()
    return offers["group"].value_counts(), model


def crm_files(offers, wave, language: str, most_rows: int = 10**6) -> tuple[bytes, bytes]:
    """The CSV and the workbook of a plan."""
    files = PlanFiles(Wording(STEADY, language, most_rows))
    table = files.add(offers, wave)
    return table, files.workbook(wave, facts_of(offers)[1])


def kept_files(offers, campaign, promised) -> dict[str, bytes]:
    """A kept wave by the names of its files, its plan among them."""
    file = io.BytesIO()
    offers.to_parquet(file, index=False, write_page_checksum=True)
    content = file.getvalue()
    plan_hash = hashlib.sha256(content).hexdigest()
    return {OFFERS: content} | kept_wave_files(plan_hash, facts_of(offers)[1], campaign, promised)


def ids_of_sheet(xml: str) -> list[str]:
    """Texts of a sheet's first column, below its heading."""
    return re.findall(r'<c r="A\d+"[^>]*><is><t>([^<]*)</t>', xml)[1:]


def ids_of_workbook(content: bytes) -> set[str]:
    """Ids of the sheets that have a customer a row: the first three."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [book.read(f"xl/worksheets/sheet{place}.xml").decode() for place in (1, 2, 3)]
    return {one for xml in sheets for one in ids_of_sheet(xml)}
