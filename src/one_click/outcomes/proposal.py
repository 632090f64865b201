"""What waves teach of each offer: what to assume next, whether it pays, how many more it needs."""

from dataclasses import asdict
from typing import Any

import pandas as pd

from one_click.outcomes.learning import Belief, assumed, contradicted, shown, updated, weight_of
from one_click.settings.offers import Campaign, Learned, Offer

LIKELY = 0.5  # an offer pays where its effect is likelier above its break-even than below


def counted(rows: pd.DataFrame, before: Offer) -> Learned | None:
    """Counts of an offer in these waves and in earlier ones; None where none can be compared.

    Parameters
    ----------
    rows
        Customers of the offer with an outcome, as `effects.effect_of` takes them, with `wave`. A
        wave without a customer of either group says nothing.
    before
        The offer as the first of the waves had it.
    """
    figures = asdict(before.learned) if before.learned else {}
    total = {name: figures.get(name, 0) for name in COUNTS}
    for _, wave in rows.groupby("wave"):
        treated = wave["treated"].to_numpy(dtype=bool)
        if treated.all() or not treated.any():
            continue
        total["waves"] += 1
        for name, group in (("offers", wave[treated]), ("controls", wave[~treated])):
            total[name] += len(group)
            total[f"{name}_declined"] += int(group["declined"].sum())
    if not total["waves"]:
        return None
    return Learned(**total, assumed=before.learned.assumed if before.learned else before.effect)


COUNTS = ("waves", "offers", "offers_declined", "controls", "controls_declined")


def lesson_of(offer: Offer, record: Learned | None) -> tuple[Belief, dict[str, Any]]:
    """What is believed of an offer after its waves, and how that is told.

    Returns
    -------
    belief, figures
        `effect`; `evidence`, the counts or None; `weight` of the waves beside what was assumed, and
        whether they `contradict` it.
    """
    if record is None:
        figures = {"effect": asdict(offer.effect), "evidence": None}
        return assumed(offer.effect), figures | {"weight": 0.0, "contradicts": False}
    prior, estimate = assumed(record.assumed), shown(record)
    belief = updated(prior, estimate)
    return belief, {
        "effect": asdict(belief.effect()),
        "evidence": asdict(record),
        "weight": weight_of(prior, estimate),
        "contradicts": contradicted(prior, estimate),
    }


def needed(base: float, removed: float, campaign: Campaign) -> dict[str, int] | None:
    """Customers with an offer, and without, to tell so large an effect from none.

    In the ratio of the campaign's control group; None where no number would.
    """
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    rules = campaign.hold_out
    size = proportion_effectsize(base, base * (1 - removed)) if 0 < base < 1 else 0
    if size <= 0 or rules.share <= 0:
        return None
    ratio = (1 - rules.share) / rules.share
    controls = NormalIndPower().solve_power(size, alpha=rules.alpha, power=rules.power, ratio=ratio)
    return {"offers": int(-(-ratio * controls // 1)), "controls": int(-(-controls // 1))}


def judged(
    campaign: Campaign, beliefs: dict[str, Belief], figures: dict[str, dict], base: dict[str, dict]
) -> dict[str, dict[str, Any]]:
    """Of each offer, whether it is likely to pay, and how many more would settle what it does.

    Settled is an effect that these waves tell from none, or that as many customers as they had
    would have shown.

    Parameters
    ----------
    beliefs
        After the waves.
    figures
        The pooled effect of each offer that was tried.
    base
        Of each offer that was tried: `risk`, the mean of its customers, and `value`, the mean
        profit that a decliner of them loses.
    """
    rows = {}
    for name, offer in campaign.offers.items():
        tried = figures.get(name, {"offers": 0, "controls": 0})
        row: dict[str, Any] = {group: tried[group] for group in ("offers", "controls")}
        exposed = base[name]["risk"] * base[name]["value"] if name in base else 0.0
        if exposed > 0:
            row["break_even"] = offer.cost / exposed
            row["pays"] = beliefs[name].chance_above(row["break_even"])
            row["verdict"] = "pays" if row["pays"] > LIKELY else "does_not_pay"
            least = needed(base[name]["risk"], beliefs[name].effect().expected, campaign)
            more = least and {group: max(0, least[group] - row[group]) for group in least}
            is_shown = tried["p"] is not None and tried["p"] < campaign.hold_out.alpha
            row |= {"needed": least, "more": more}
            row["settled"] = is_shown or (more is not None and not any(more.values()))
        else:
            row |= {"verdict": "not_tried", "settled": False}
        rows[name] = row
    return rows
