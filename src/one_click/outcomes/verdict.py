"""What a measurement says, in plain lines: what failed, did it pay and how sure, what to change."""

from typing import Any

from one_click.outcomes import checks
from one_click.outcomes.campaign_file import more_words
from one_click.outcomes.money import best_gain

FAILED = {
    "assignment": "groups are not those that the hash of the id draws",
    "sample_ratio": "the control group is not as large as the campaign says",
    "lost": "one group lacks outcomes more often than the other",
    "balance": "groups were not alike at the start",
    "contamination": "too many of the control group were sent something",
    "delivery": "nothing that was planned was sent",
}
THEN = {
    checks.ALL: "no effect is shown",
    checks.PLAIN: "believe the adjusted figures alone",
    checks.SENT: "no effect among those who were sent something is shown",
}
PREDICTION = {
    "as_promised": "as promised",
    "worse": "worse than promised, learn anew from newer tables",
    "too_few": "too few customers without an offer to say",
}


def verdict_lines(figures: dict[str, Any]) -> list[str]:
    """Lines for a person of what `summary.measured_figures` gives; failed checks come first."""
    lines = [_failed(check) for check in figures["checks"] if not check["holds"]]
    effects = figures["effects"]
    if effects:
        lines.append(_money(effects["money"], figures["confidence"], figures["campaign"]["unit"]))
        lines.append(_effect(effects["all"], figures))
        if effects.get("sent") and not {checks.PLAIN, checks.SENT} & set(figures["spoilt"]):
            sent = effects["sent"]
            lines.append(
                f"decliners among the {sent['sent']} who were sent it: "
                f"{_points(sent, figures['confidence'])}"
            )
        for name, judged in figures["judged"].items():
            lines += _offer(name, judged)
            if figures["learned"][name]["contradicts"]:
                lines.append(f"offer {name}: the waves contradict what was assumed of it")
    return [*lines, _prediction(figures["prediction"])]


def _failed(check: dict[str, Any]) -> str:
    if check["spoils"] == checks.NOTHING:
        count = check["figures"]["customers"]
        return f"note: {count} customers of the outcome are in no wave: not looked at"
    return f"check failed: {check['name']}: {FAILED[check['name']]}: {THEN[check['spoils']]}"


def _between(interval: dict[str, Any], confidence: float, form: str = "{:.2f}") -> str:
    low, high = (form.format(interval[end]) for end in ("low", "high"))
    return f"{confidence:.0%} interval {low} to {high}"


def _money(money: dict[str, Any] | None, confidence: float, unit: str | None) -> str:
    if money is None:
        return "too few customers to say whether it paid"
    gain = best_gain(money)
    answer = "whether it paid is open"
    if gain["low"] > 0:
        answer = "it paid"
    elif gain["high"] < 0:
        answer = "it did not pay"
    unit = f" {unit}" if unit else ""
    known = money.get("observed")
    basis = (
        "profit recorded after the wave" if known else "the profit that a drop is assumed to lose"
    )
    return (
        f"{answer}: net gain {gain['estimate']:.2f}{unit} ({_between(gain, confidence)}), "
        f"by {basis}; {money['cost']:.2f}{unit} spent on {money['offers']} offers with an outcome"
    )


def _points(difference: dict[str, Any], confidence: float) -> str:
    scaled = {end: 100 * difference[end] for end in ("estimate", "low", "high")}
    interval = _between(scaled, confidence, "{:.1f}")
    words = "fewer" if scaled["estimate"] >= 0 else "more"
    return (
        f"{abs(scaled['estimate']):.1f} points {words} than of the control group "
        f"(reduction, {interval})"
    )


def _effect(effect: dict[str, Any], figures: dict[str, Any]) -> str:
    counts = f"{effect['offers']} with an offer, {effect['controls']} without"
    best = effect["adjusted"]
    if best is None and checks.PLAIN in figures["spoilt"]:
        return f"too few customers to compare at equal risk ({counts})"
    best = best or effect
    points = _points(best["difference"], figures["confidence"])
    return f"decliners among those with an offer: {points}; {counts}"


def _offer(name: str, judged: dict[str, Any]) -> list[str]:
    lines = []
    if judged["verdict"] == "does_not_pay":
        lines.append(f"offer {name}: does not pay ({judged['pays']:.0%} likely to be worth it)")
    if judged["verdict"] == "not_tried":
        lines.append(f"offer {name}: not tried")
    elif not judged["settled"]:
        lines.append(f"offer {name}: too little tried, {more_words(judged)}")
    return lines


def _prediction(prediction: dict[str, Any]) -> str:
    text = f"prediction out of time: {PREDICTION[prediction['verdict']]}"
    if "measures" in prediction:
        area = prediction["measures"]["roc_auc"]
        text += f": ROC-AUC {area['estimate']:.3f} ({area['low']:.3f} to {area['high']:.3f})"
        if "roc_auc" in prediction["promised"]:
            text += f", promised {prediction['promised']['roc_auc']:.3f}"
    return f"{text}; {prediction['customers']} customers, {prediction['decliners']} decliners"
