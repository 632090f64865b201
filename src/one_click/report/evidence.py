"""What earlier waves have shown of a campaign's offers, as its file records it."""

from typing import Any

from one_click.settings.offers import Campaign
from one_click.words.speaker import Speaker

STATES = ("assumed", "measured")  # no offer has a record of a wave; some or all have one


def evidence(campaign: Campaign, speaker: Speaker) -> dict[str, Any]:
    """One of `STATES`; how many offers of how many rest on waves, and on how many at most."""
    waves = [offer.learned.waves for offer in campaign.offers.values() if offer.learned]
    return {
        "state": STATES[bool(waves)],
        "known": speaker.number(len(waves)),
        "all": speaker.number(len(campaign.offers)),
        "waves": speaker.number(max(waves, default=0)),
    }
