"""The first screen in words: whose data, what to do, why."""

from datetime import date
from pathlib import Path
from typing import Any

from one_click import artefacts
from one_click.settings.offers import Campaign
from one_click.words.speaker import Speaker

REASONS_SHOWN = 3
BEYOND = 2 / 3  # of the customers lie on one side of what is usual: the side is told


def first_screen(
    tables: str, campaign: Campaign, by_offer: list[dict], themes: list[dict], speaker: Speaker
) -> dict[str, Any]:
    """Whose data it is, the offers to make, the leading reasons of those at risk.

    Parameters
    ----------
    tables
        The folder of the raw tables.
    by_offer
        As `plan_words.plan_by_offer` makes it.
    themes
        As `reasons.figures.leading_at_risk` makes it.
    """
    made = sorted((row for row in by_offer if row["offers"]), key=lambda row: -row["offers"])
    return {
        "source": source_words(tables, campaign, speaker),
        "generated": Path(tables) == artefacts.SAMPLE,
        "offers": [
            {
                "words": getattr(row["terms"], speaker.language),
                "channel": speaker.say(f"channel.{row['terms'].channel}"),
                "count": speaker.number(row["offers"]),
            }
            for row in made
        ],
        "reasons": [theme_words(theme, speaker) for theme in themes[:REASONS_SHOWN]],
    }


def source_words(tables: str, campaign: Campaign, speaker: Speaker) -> str:
    """The folder (its name alone: a path tells of somebody's machine), campaign, wave, dates."""
    parts = [
        speaker.say("source.tables", tables=Path(tables).name),
        speaker.say("source.campaign", campaign=getattr(campaign, speaker.language)),
        speaker.say(
            "source.wave", wave=campaign.wave, date=date_words(campaign.wave_date, speaker)
        ),
    ]
    if campaign.valid_until is not None:
        until = date_words(campaign.valid_until, speaker)
        parts.append(speaker.say("source.valid_until", date=until))
    return " · ".join(parts)


def date_words(day: str, speaker: Speaker) -> str:
    """A day, written as ISO 8601 says, as the language writes it."""
    return date.fromisoformat(day).strftime("%d.%m.%Y" if speaker.language == "ru" else "%d %B %Y")


def theme_words(theme: dict, speaker: Speaker) -> str:
    """A leading theme, how many it leads, its commonest column and on which side of usual."""
    side = "either"
    for name in ("above", "below"):
        if theme[name] is not None and theme[name] >= BEYOND:
            side = name
    return speaker.say(
        f"answer.theme_{side}",
        theme=speaker.say(f"reason_theme.{theme['theme']}"),
        share=speaker.share(theme["share"], 0),
        column=speaker.label(theme["column"]),
    )
