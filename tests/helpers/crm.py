"""A small plan, and how steady its triggers must be."""

import io
import re
import zipfile

from helpers.campaigns import TYPICAL, campaign, frame
from one_click.offers.table import offers_table
from one_click.offers.wave import wave_of

STEADY = 0.75


def plan_of(customers: list[dict], **terms):
    """A wave over customers, and its table."""
    wave = wave_of(frame(customers), campaign(**terms), TYPICAL)
    return offers_table(wave, wave.plan(wave.campaign.budget), "model", "hash"), wave


def ids_of_sheet(xml: str) -> list[str]:
    """Texts of a sheet's first column, below its heading."""
    return re.findall(r'<c r="A\d+"[^>]*><is><t>([^<]*)</t>', xml)[1:]


def ids_of_workbook(content: bytes) -> set[str]:
    """Ids of the sheets that have a customer a row: the first three."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [book.read(f"xl/worksheets/sheet{place}.xml").decode() for place in (1, 2, 3)]
    return {one for xml in sheets for one in ids_of_sheet(xml)}
