"""The campaign that the waves teach: each effect with where it comes from."""

import math
from typing import Any

from one_click.outcomes.learning import Belief, assumed, updated
from one_click.settings.offers import Campaign, Learned, Offer

LIKELY = 0.5  # an offer pays where its effect is likelier above its break-even than below


def prior_of(offer: Offer) -> Belief:
    """What is believed of an offer before these waves: what earlier ones left, or assumptions."""
    if offer.learned:
        return Belief(offer.learned.mean, offer.learned.deviation)
    return assumed(offer.effect)


def estimate_of(effect: dict[str, Any]) -> Belief | None:
    """What one wave says of an offer: by the adjusted comparison, or by the counts of a small one.

    The logarithm of a ratio of few counts is taken with a half added to each. Source: Walter
    (1975), "The distribution of Levin's measure of attributable risk", Biometrika 62. None where a
    group is empty.
    """
    removed = (effect["adjusted"] or {}).get("removed")
    if removed and removed["log_remaining_error"] > 0:
        return Belief(removed["log_remaining"], removed["log_remaining_error"])
    if not (effect["offers"] and effect["controls"]):
        return None
    (first, of_first), (second, of_second) = (
        (effect[f"{name}_declined"] + 0.5, effect[name] + 0.5) for name in ("offers", "controls")
    )
    variance = 1 / first - 1 / of_first + 1 / second - 1 / of_second
    if variance <= 0:  # everybody of both groups declined
        return None
    return Belief(math.log(first / of_first / (second / of_second)), math.sqrt(variance))


def learned_offer(offer: Offer, by_wave: list[dict[str, Any]]) -> tuple[Belief, Learned | None]:
    """Belief of an offer after its waves, and how it is recorded; no record without an estimate.

    Parameters
    ----------
    by_wave
        The effect of the offer in each wave, as `effects.effect_of` gives it.
    """
    prior = prior_of(offer)
    estimates = [(estimate_of(effect), effect) for effect in by_wave]
    usable = [(belief, effect) for belief, effect in estimates if belief]
    if not usable:
        return prior, offer.learned
    posterior = updated(prior, [belief for belief, _ in usable])
    before = offer.learned or Learned(0, 0, 0, 0.0, 1.0)
    return posterior, Learned(
        before.waves + len(usable),
        before.offers + sum(effect["offers"] for _, effect in usable),
        before.controls + sum(effect["controls"] for _, effect in usable),
        posterior.mean,
        posterior.deviation,
    )


def needed(base: float, removed: float, alpha: float, power: float) -> int | None:
    """Customers with an offer, and as many without, to tell so large an effect from none."""
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    size = proportion_effectsize(base, base * (1 - removed)) if 0 < base < 1 else 0
    if size <= 0:
        return None
    return int(-(-NormalIndPower().solve_power(size, alpha=alpha, power=power) // 1))


def judged(
    campaign: Campaign, beliefs: dict[str, Belief], figures: dict[str, dict], base: dict[str, dict]
) -> dict[str, dict[str, Any]]:
    """Of each offer, whether it is likely to pay, and how many more would settle it.

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
        tried = figures.get(name)
        row: dict[str, Any] = {"offers": tried["offers"] if tried else 0}
        row["controls"] = tried["controls"] if tried else 0
        exposed = base[name]["risk"] * base[name]["value"] if name in base else 0.0
        if exposed > 0:
            row["break_even"] = offer.cost / exposed
            row["pays"] = beliefs[name].chance_above(row["break_even"])
            row["verdict"] = "pays" if row["pays"] > LIKELY else "does_not_pay"
            least = needed(
                base[name]["risk"], beliefs[name].effect().expected,
                campaign.hold_out.alpha, campaign.hold_out.power,
            )  # fmt: skip
            row["needed"] = least
            too_few = least is None or min(row["offers"], row["controls"]) < least
            row["more"] = (
                None if least is None else max(0, least - min(row["offers"], row["controls"]))
            )
            row["settled"] = not too_few
        else:
            row |= {"verdict": "not_tried", "settled": False}
        rows[name] = row
    return rows
