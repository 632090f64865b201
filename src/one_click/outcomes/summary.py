"""Everything that a measurement says of some waves: checks first, then what they do not spoil."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from one_click.columns import ID
from one_click.outcomes import checks
from one_click.outcomes.effects import effect_of
from one_click.outcomes.measured import Measured, left_alone, planned_rows, wave_effects
from one_click.outcomes.prediction import prediction_figures
from one_click.outcomes.proposal import counted, judged, lesson_of
from one_click.running.errors import InputError


def check_poolable(waves: list[Measured]) -> None:
    """Check that the waves can be read together.

    Raises
    ------
    InputError
        Where two have one name, or their control groups were drawn in different ways.
    """
    names = [wave.campaign.wave for wave in waves]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"wave {name}: given twice: name each wave once")
    first = waves[0].campaign
    for wave in waves[1:]:
        for key in ("salt", "share"):
            one, other = (getattr(c.hold_out, key) for c in (first, wave.campaign))
            if one != other:
                raise InputError(
                    f"wave {wave.campaign.wave}: hold_out.{key} differs from that of wave "
                    f"{first.wave}: another control group: measure the two by themselves"
                )


def all_checks(waves: list[Measured], rows: pd.DataFrame) -> list[checks.Check]:
    """What must hold before any figure of the waves is shown."""
    rules = waves[0].campaign.hold_out
    found = [
        checks.assignment(rows, rules),
        checks.sample_ratio(rows, rules.share),
        checks.lost(rows),
        checks.balance(rows),
        checks.strangers(
            pd.concat([wave.plan[[ID]] for wave in waves]),
            pd.concat([wave.outcome[[ID]] for wave in waves]).drop_duplicates(),
        ),
    ]
    if "sent" in rows:
        logged = rows[rows["sent"].notna()].astype({"sent": bool})
        found += [checks.contamination(logged), checks.delivery(logged)]
    return found


def measured_figures(waves: list[Measured], confidence: float) -> dict[str, Any]:
    """What the waves brought, what their offers do, and whether the prediction came true.

    Parameters
    ----------
    waves
        In the order of their dates; the campaign of the last one is what is learned for.

    Returns
    -------
    `waves`, `checks`, `spoilt`; `effects`, as `measured.wave_effects` gives them, and `learned`
    and `judged` by offer, None where a failed check spoils all of them; `prediction`, which no
    check spoils.
    """
    check_poolable(waves)
    rows = pd.concat([planned_rows(wave) for wave in waves], ignore_index=True)
    for wave in waves:
        _check_comparable(wave, rows[rows["wave"] == wave.campaign.wave])
    verdicts = all_checks(waves, rows)
    spoilt = checks.spoilt(verdicts)
    alone = pd.concat([left_alone(wave) for wave in waves], ignore_index=True)
    figures: dict[str, Any] = {
        "confidence": confidence,
        "waves": [_wave(wave, rows) for wave in waves],
        "checks": [asdict(check) for check in verdicts],
        "spoilt": sorted(spoilt),
        "prediction": prediction_figures(alone, promised(waves), confidence),
        "effects": None,
        "learned": None,
        "judged": None,
    }
    if checks.ALL in spoilt:
        return figures
    return (
        figures
        | {"effects": wave_effects(rows, confidence)}
        | _lessons(waves, rows, confidence, spoilt)
    )


def promised(waves: list[Measured]) -> dict[str, float]:
    """What was promised of the waves' predictions: means over their customers."""
    sizes = [len(wave.plan) for wave in waves]
    return {
        name: float(np.average([wave.promised[name] for wave in waves], weights=sizes))
        for name in waves[0].promised
    }


def _wave(wave: Measured, rows: pd.DataFrame) -> dict[str, Any]:
    mine = rows[rows["wave"] == wave.campaign.wave]
    return {
        "wave": wave.campaign.wave,
        "wave_date": wave.campaign.wave_date,
        "customers": len(wave.plan),
        "offers": int(mine["treated"].sum()),
        "controls": int((~mine["treated"]).sum()),
        "with_outcome": int(mine["declined"].notna().sum()),
    }


def _check_comparable(wave: Measured, rows: pd.DataFrame) -> None:
    """Refuse a wave of which nothing can be compared."""
    name, known = wave.campaign.wave, rows[rows["declined"].notna()]
    for group, words in (
        (known[known["treated"]], "with an offer"),
        (known[~known["treated"]], "of the control group who would have got an offer"),
    ):
        if not len(group):
            raise InputError(f"wave {name}: no customer {words} has an outcome: nothing to compare")


def _lessons(
    waves: list[Measured], rows: pd.DataFrame, confidence: float, spoilt: set[str]
) -> dict[str, Any]:
    """What the waves teach of each offer of the last campaign.

    What was believed before is what the first wave with the offer was planned by: a later one may
    have learned from the waves that are measured here, and would count them twice. Counts are no
    adjusted figures: groups that differed from the start teach nothing.
    """
    campaign = waves[-1].campaign
    known = rows[rows["declined"].notna()]
    beliefs, learned, pooled, base = {}, {}, {}, {}
    for name in campaign.offers:
        offer = next(w.campaign.offers[name] for w in waves if name in w.campaign.offers)
        mine = known[known["offer"] == name]
        record = offer.learned if checks.PLAIN in spoilt else counted(mine, offer)
        beliefs[name], lesson = lesson_of(offer, record)
        learned[name] = {"assumed": asdict(offer.effect)} | lesson
        if len(mine):
            pooled[name] = effect_of(mine, confidence)
            base[name] = {"risk": float(mine["risk"].mean()), "value": float(mine["value"].mean())}
    return {"learned": learned, "judged": judged(campaign, beliefs, pooled, base)}
