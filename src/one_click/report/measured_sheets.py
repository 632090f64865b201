"""The workbook of a measurement: an offer a row, for a CRM and for who plans the next wave."""

from typing import Any

from one_click.offers.texts import harmless
from one_click.offers.workbook import Workbook
from one_click.report.measured_view import effect_rows, lesson, verdict
from one_click.words.speaker import Speaker

# Columns in their order: printed ones, then those beside the print.
PRINTED = (
    "offer", "offers", "controls", "difference", "difference_low", "difference_high", "p",
    "assumed", "learned", "break_even", "pays", "lesson",
)  # fmt: skip
BESIDE = (
    "offer_code", "lesson_code", "offers_share", "controls_share", "plain_difference",
    "plain_difference_low", "plain_difference_high", "plain_p", "assumed_low", "assumed_high",
    "learned_low", "learned_high", "waves", "needed",
)  # fmt: skip
KEYS = (*PRINTED, *BESIDE)
NUMBERS = ("offers", "controls", "waves", "needed", "p", "plain_p")
TEXTS = ("offer", "lesson", "offer_code", "lesson_code")
WIDTHS = {"offer": 40, "lesson": 34, "offer_code": 24, "lesson_code": 24}
USUAL_WIDTH, COLUMN_WIDTHS, ABOUT_WIDTHS = 13, (36, 26, 90), (40, 60)


def offer_cells(figures: dict[str, Any], names: dict[str, str], words: Speaker) -> list[dict]:
    """A dictionary an offer, by `KEYS`; empty where a failed check spoils all effects."""
    if figures["effects"] is None:
        return []
    effects = {row["name"]: row for row in effect_rows(figures, "offer")}
    learned, judged = figures["learned"], figures["judged"]
    return [
        dict.fromkeys(KEYS)
        | {"offer": harmless(names[code]), "offer_code": harmless(code)}
        | _measured(effects.get(code))
        | (_lessons(learned[code], judged[code], words) if code in judged else {})
        for code in names
    ]


def _measured(row: dict[str, Any] | None) -> dict[str, Any]:
    """Counts and estimates of an offer that was tried."""
    if row is None:
        return {"offers": 0, "controls": 0}
    cells = {key: row[key] for key in ("offers", "controls", "offers_share", "controls_share")}
    for prefix, estimate in (("", row["adjusted"]), ("plain_", row["plain"])):
        if estimate:
            difference = estimate["difference"]
            cells[f"{prefix}difference"] = difference["estimate"]
            cells |= {f"{prefix}difference_{end}": difference[end] for end in ("low", "high")}
            cells[f"{prefix}p"] = estimate["p"]
    return cells


def _lessons(learned: dict[str, Any], row: dict[str, Any], words: Speaker) -> dict[str, Any]:
    """What to assume of an offer next."""
    cells: dict[str, Any] = {}
    for prefix, effect in (("assumed", learned["assumed"]), ("learned", learned["effect"])):
        cells |= {prefix: effect["expected"]} | {
            f"{prefix}_{end}": effect[end] for end in ("low", "high")
        }
    cells["waves"] = learned["evidence"]["waves"] if learned["evidence"] else 0
    cells |= {key: row.get(key) for key in ("break_even", "pays")}
    cells["needed"] = (row.get("needed") or {}).get("offers")
    return cells | {"lesson": words.say(f"lesson.{lesson(row)}"), "lesson_code": lesson(row)}


def about(figures: dict[str, Any], failures: list[str], words: Speaker) -> dict[str, Any]:
    """What is said once of the whole file."""
    campaign = figures["campaign"]
    money = (figures["effects"] or {}).get("money") or {}
    gain = money.get("net_gain", {})
    return {
        "campaign": harmless(campaign[words.language]),
        "waves": harmless("; ".join(wave["wave"] for wave in figures["waves"])),
        "unit": harmless(campaign["unit"]),
        "verdict": words.say(f"verdict.{verdict(figures)}"),
        "failed": "; ".join(failures) or words.say("checks.none"),
        "confidence": words.share(figures["confidence"], 0),
        "cost": money.get("cost"),
        "net_gain": gain.get("estimate"),
        "net_gain_low": gain.get("low"),
        "net_gain_high": gain.get("high"),
    }


def workbook(
    figures: dict[str, Any], names: dict[str, str], failures: list[str], words: Speaker
) -> bytes:
    """The file: the same bytes for the same figures.

    Parameters
    ----------
    names
        What each offer is called, by its code.
    failures
        Names of the checks that do not hold.
    """
    book = Workbook(words.language)
    cells = offer_cells(figures, names, words)
    headings = [words.say(f"column.{key}") for key in KEYS]
    sheet = book.sheet(
        words.say("sheet.offers"), headings, [WIDTHS.get(key, USUAL_WIDTH) for key in KEYS]
    )
    formats = ["text" if key in (*NUMBERS, *TEXTS) else "share" for key in KEYS]
    for row, cell in enumerate(cells, start=1):
        book.write(sheet, row, [cell[key] for key in KEYS], formats)
    sheet.autofilter(0, 0, len(cells), len(KEYS) - 1)
    sheet.print_area(0, 0, len(cells), len(PRINTED) - 1)
    headings = [words.say(f"columns.{key}") for key in ("heading", "key", "meaning")]
    sheet = book.sheet(words.say("sheet.columns"), headings, COLUMN_WIDTHS)
    for row, key in enumerate(KEYS, start=1):
        texts = (words.say(f"column.{key}"), key, words.say(f"column.{key}.meaning"))
        book.write(sheet, row, texts, ("text",) * 3)
    headings = [words.say(f"about.{key}") for key in ("fact", "value")]
    sheet = book.sheet(words.say("sheet.about"), headings, ABOUT_WIDTHS)
    for row, (key, fact) in enumerate(about(figures, failures, words).items(), start=1):
        look = "money" if key.startswith(("cost", "net_gain")) else "text"
        book.write(sheet, row, (words.say(f"about.{key}"), fact), ("text", look))
    return book.content()
