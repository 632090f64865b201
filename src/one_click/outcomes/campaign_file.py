"""The campaign's file of the next wave, as text that a person reads before it is used."""

import json
import re
from dataclasses import asdict
from typing import Any

import yaml

from one_click.running.errors import InputError
from one_click.settings.offers import Campaign

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
BARE = re.compile(r"[a-z]+(_[a-z]+)*")
COMMENTS = {
    "wave": "EDIT: names the wave that was measured; the next one needs another name",
    "wave_date": "EDIT: the day of the next wave",
    "valid_until": "EDIT: the last day on which its offers hold; null: no end",
    "budget": "for the whole campaign",
    "months": "how long a kept customer's profit is counted",
    "profit_share_lost": "assumption: the share of profit lost when activity drops",
    "smallest_net_gain": "an offer must be expected to bring at least this over its cost",
    "break_even_limit": "an offer that pays only if it removes more of the risk is not believed",
    "hold_out": "keep the salt: another one draws other customers",
}
COUNTED = "the next measurement adds to these; take the line out to assume anew"


def proposal_name(given: str | None, wave: str) -> str:
    """Name of the proposal's file, and of the choice in params.yaml.

    Raises
    ------
    InputError
        Where it cannot be the name of a choice.
    """
    if given is None:
        return "learned_" + re.sub(r"[^A-Za-z0-9_-]+", "_", wave)[:56]
    if not NAME.fullmatch(given):
        raise InputError(
            f"--campaign-name: {given!r}: begin with a Latin letter, go on with Latin letters, "
            "digits, _ and - alone, 64 at most"
        )
    return given


def campaign_text(
    campaign: Campaign, learned: dict[str, dict], judged: dict[str, dict], name: str
) -> str:
    """The campaign with the effects that its waves have shown, each with where it comes from.

    Parameters
    ----------
    campaign
        Of the last wave.
    learned, judged
        By offer, as `summary.measured_figures` gives them, not rounded.
    name
        Of the file, without its ending.
    """
    lines = [
        "# A proposal of `one-click measure`: the campaign of the wave below, with what waves have",
        "# shown of its offers. Read it, change what is marked EDIT, then: copy it to",
        f"# conf/campaign/{name}.yaml and plan with it: dvc exp run -S campaign={name}",
    ]
    for key, value in asdict(campaign).items():
        if key != "offers":
            lines.append(_line(key, value, COMMENTS.get(key)))
    lines += ["", "offers:"]
    for offer, settings in campaign.offers.items():
        lines += _offer(offer, asdict(settings), learned[offer], judged[offer])
    return "\n".join(lines) + "\n"


def _offer(name: str, values: dict, learned: dict, judged: dict) -> list[str]:
    lines = [f"  # {remark}" for remark in remarks(judged)]
    if learned.get("contradicts"):
        lines.append("  # the waves contradict what was assumed of it")
    lines.append(f"  {_flow(name)}:")
    evidence = learned["evidence"]
    if evidence:
        values["effect"], values["learned"] = learned["effect"], evidence
    notes = {"effect": source(evidence, learned.get("weight")), "learned": COUNTED}
    for key, value in values.items():
        if value is not None and value != {}:
            lines.append("    " + _line(key, value, notes.get(key)))
    return lines


def source(evidence: dict[str, Any] | None, weight: float | None = None) -> str:
    """Where an effect comes from, and how much of it from the waves."""
    if not evidence:
        return "assumed"
    counts = ", ".join(
        f"{evidence[key]} {key[:-1] if evidence[key] == 1 else key}"
        for key in ("waves", "offers", "controls")
    )
    return counts if weight is None else f"{counts}; they weigh {weight:.0%}, the rest is assumed"


def remarks(judged: dict[str, Any]) -> list[str]:
    """What a person should know of an offer before it is planned again."""
    if judged["verdict"] == "not_tried":
        return ["not tried in what was measured now: nobody got it, or nobody was left without it"]
    lines = []
    if judged["verdict"] == "does_not_pay":
        lines.append(
            f"does not pay: {judged['pays']:.0%} likely to remove the {judged['break_even']:.1%} "
            "of the risk that it costs"
        )
    if not judged["settled"]:
        lines.append(f"too little tried: {more_words(judged)}")
    return lines


def more_words(judged: dict[str, Any]) -> str:
    """How many more customers would tell an effect of this size from none."""
    more = judged.get("more")
    if not more:
        return "no number of customers would tell such an effect from none"
    return (
        f"{more['offers']} more offers and {more['controls']} more controls would tell such an "
        "effect from none"
    )


def _line(key: str, value: Any, comment: str | None) -> str:
    return f"{key}: {_flow(value)}" + (f"  # {comment}" if comment else "")


def _flow(value: Any) -> str:
    """A value on one line, as any parser of YAML reads it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        bare = BARE.fullmatch(value) and yaml.safe_load(value) == value
        return value if bare else json.dumps(value, ensure_ascii=False, allow_nan=False)
    return yaml.safe_dump(value).removesuffix("...\n").strip()
