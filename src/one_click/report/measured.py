"""The page and the workbook of a measurement: did the waves pay, what to assume next."""

from typing import Any

from one_click.outcomes.checks import MOST_CONTAMINATED, NOTHING, PLAIN
from one_click.outcomes.effects import LEAST_ADJUSTED
from one_click.pictures.measured import Compared, draw_came_true, draw_effects
from one_click.pictures.style import svg
from one_click.report.answer import date_words
from one_click.report.measured_sheets import workbook
from one_click.report.measured_view import (
    effect_rows,
    failed,
    lesson,
    missing,
    overall,
    sent_state,
    verdict,
)
from one_click.report.page import HERE, embedded, page
from one_click.words.speaker import MINUS, SPACE, Speaker, speaker
from one_click.words.wording import p_words

TEMPLATE = HERE / "measured.html.j2"
MEASURES = ("roc_auc", "brier", "log_loss", "ece")
INFINITE = f"{MINUS}∞"


def measured_page(figures: dict[str, Any], language: str) -> str:
    """The page: the answer first, failed checks before it.

    Parameters
    ----------
    figures
        As `outcomes.summary.measured_figures` gives them, with `campaign`: its name as `ru` and
        `en`, `unit`, and `offers`, the names of each by its code.
    """
    voice, words = speaker("measured", language), speaker("report", language)
    campaign, effects = figures["campaign"], figures["effects"]
    names = offer_names(figures, language)
    money = effects["money"] if effects else None
    unit, scale = campaign["unit"], _scale(money)
    rows = effect_rows(figures, "offer") if effects else []
    total = overall(figures) if effects else None
    judged = figures["judged"] or {}
    lessons = {name: lesson(row) for name, row in judged.items()}
    return page(
        TEMPLATE,
        voice,
        figures=figures,
        title=campaign[language],
        names=names,
        words=words,
        verdict=verdict(figures),
        failed=[check_words(check, voice) for check in failed(figures)],
        checks=[check_words(check, voice) for check in figures["checks"]],
        rows=rows,
        total=total,
        parts={key: effect_rows(figures, key) for key in ("channel", "segment")} if effects else {},
        shows_plain=PLAIN not in figures["spoilt"],
        sent_state=sent_state(figures) if effects else None,
        lessons=lessons,
        losing=[names[name] for name, word in lessons.items() if word.endswith("does_not_pay")],
        contradicted=[names[n] for n in lessons if figures["learned"][n]["contradicts"]],
        unsettled=sum(not row["settled"] for row in judged.values()),
        missing={name: missing(row) for name, row in judged.items()},
        worse=[words.say(f"figure.{name}") for name in figures["prediction"].get("worse", [])],
        pictures=_pictures(
            figures,
            [*rows, *([total] if total else [])],
            names | {"all": voice.say("effects.all")},
            speaker("pictures", language),
        ),
        measures=MEASURES,
        least_adjusted=LEAST_ADJUSTED,
        dates={wave["wave"]: date_words(wave["wave_date"], voice) for wave in figures["waves"]},
        amount=lambda value: voice.amount(value, unit, scale),
        money_span=lambda point: in_unit(
            span(point, lambda value: voice.money(value, scale), voice), unit
        ),
        each=voice.amount(money["cost_per_kept"], unit) if money else None,
        span=lambda point, written: span(point, written, voice),
        points=lambda value: voice.number(None if value is None else 100 * value, 1),
        p_words=lambda p: p_words(p, voice),
        thousandths=lambda value: voice.number(value, 3),
        confidence=voice.share(figures["confidence"], 0),
    )


def measured_workbook(figures: dict[str, Any], language: str) -> bytes:
    """The workbook for a CRM: an offer a row, what each column means, what holds of the whole.

    Parameters
    ----------
    figures
        As `measured_page` takes them.
    """
    voice = speaker("measured", language)
    failures = [check_words(check, voice)["name"] for check in failed(figures)]
    return workbook(figures, offer_names(figures, language), failures, voice)


def offer_names(figures: dict[str, Any], language: str) -> dict[str, str]:
    """What each offer is called; by its code where the campaign has it no more."""
    known = figures["campaign"].get("offers", {})
    effects = figures["effects"] or {"offer": {}}
    codes = [*(figures["learned"] or {}), *effects["offer"]]
    return {code: known[code][language] if code in known else code for code in codes}


def span(point: dict[str, Any], written: Any, voice: Speaker) -> str:
    """An interval in words; a low end of None is open."""
    low = INFINITE if point["low"] is None else written(point["low"])
    return voice.say("span", low=low, high=written(point["high"]))


def in_unit(amounts: str, unit: str | None) -> str:
    """Amounts with their unit after them, where it is known."""
    return f"{amounts}{SPACE}{unit}" if unit else amounts


def _scale(money: dict[str, Any] | None) -> float | None:
    """The largest of the amounts, by which all are rounded alike."""
    if money is None:
        return None
    return max(abs(money[key][end]) for key in ("kept", "net_gain") for end in ("low", "high"))


def check_words(check: dict[str, Any], voice: Speaker) -> dict[str, str]:
    """A check in plain words: its name, its state, what is seen, what to do, what it spoils."""
    name, figures = check["name"], dict(check["figures"])
    figures |= figures.pop("standardised_difference", {})
    if "planned" in figures:
        figures["observed"] = figures["controls"] / max(1, figures["planned"])
    values = {key: _figure_words(key, value, voice) for key, value in figures.items()}
    state = "holds" if check["holds"] else "warns" if check["spoils"] == NOTHING else "fails"
    return {
        "state": state,
        "name": voice.say(f"check.{name}"),
        "seen": voice.say(
            f"check.{name}.{'holds' if check['holds'] else 'fails'}",
            limit=voice.share(MOST_CONTAMINATED, 0),
            **values,
        ),
        "todo": voice.say(f"check.{name}.todo"),
        "spoils": voice.say(f"spoils.{check['spoils']}"),
    }


def _figure_words(key: str, value: float | None, voice: Speaker) -> str:
    if key == "p" and value is not None:
        return p_words(value, voice)
    if key in ("share", "observed"):
        return voice.share(value)
    return voice.number(value, 2 if isinstance(value, float) else 0)


def _pictures(
    figures: dict[str, Any], rows: list[dict], names: dict[str, str], words: Speaker
) -> dict[str, str]:
    """The pictures of what can be drawn, as data URIs; `names` are those of the rows."""
    sheets = {}
    compared = [
        Compared(names[row["name"]], _expected(row["assumed"]), *estimates)
        for row in rows
        if any(estimates := [row[key] and row[key]["removed"] for key in ("adjusted", "plain")])
    ]
    confidence = figures["confidence"]
    if compared:
        sheets["effects"] = draw_effects(compared, confidence, words)
    if "deciles" in figures["prediction"]:
        deciles = figures["prediction"]["deciles"]
        sheets["came_true"] = draw_came_true(deciles, confidence, words)
    return {name: embedded(svg(figure)) for name, figure in sheets.items()}


def _expected(assumed: dict | None) -> dict | None:
    return assumed and {"estimate": assumed["expected"]} | assumed
