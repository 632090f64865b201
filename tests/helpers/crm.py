"""A small plan, and how steady its triggers must be."""

from helpers.campaigns import TYPICAL, campaign, frame
from one_click.offers.table import offers_table
from one_click.offers.wave import wave_of

STEADY = 0.75


def plan_of(customers: list[dict], **terms):
    """A wave over customers, and its table."""
    wave = wave_of(frame(customers), campaign(**terms), TYPICAL)
    return offers_table(wave, wave.plan(wave.campaign.budget), "model", "hash"), wave
