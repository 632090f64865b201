"""A wave as it was planned, kept whole: what measuring it needs, each file by its hash.

`offers.parquet` is the plan, `campaign.yaml` the campaign that it was planned by, `promised.json`
what the models promised of customers that they had not seen, `manifest.json` signs the three.
"""

import hashlib
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from one_click.columns import ID, PROFIT
from one_click.running.errors import InputError
from one_click.running.lock import typed
from one_click.running.yaml_text import LOADER, check_yaml
from one_click.settings.offers import Campaign

OFFERS, CAMPAIGN, PROMISED, MANIFEST = FILES = (
    "offers.parquet", "campaign.yaml", "promised.json", "manifest.json",
)  # fmt: skip
PROMISES = ("roc_auc", "brier", "log_loss", "ece")
COLUMNS = (ID, "group", "offer", "planned_offer", "channel", "segment", "risk", PROFIT, "cost")
ADVICE = "take the folder as `one-click score` or the stage `offer` wrote it"


@dataclass(frozen=True)
class KeptWave:
    """What `read_kept_wave` gives: the plan is a table as `offers.table.offers_table` makes it."""

    plan: pd.DataFrame
    campaign: Campaign
    promised: dict[str, float]
    manifest: dict[str, Any]


@dataclass
class Planned:
    """The campaign's file of a kept wave."""

    campaign: Campaign


def _json(values: dict) -> bytes:
    text = json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    return f"{text}\n".encode()


def kept_wave_files(
    plan_hash: str, facts: dict[str, Any], campaign: Campaign, promised: dict[str, float]
) -> dict[str, bytes]:
    """What is kept of a wave beside its plan, by the files' names; the same for the same plan.

    Parameters
    ----------
    plan_hash
        SHA-256 of the plan's file, which is kept as `OFFERS`.
    facts
        `model_version` and `data_hash` of the plan.
    promised
        With `PROMISES`, as `predict` measured them out of fold.
    """
    text = yaml.safe_dump(asdict(campaign), allow_unicode=True, sort_keys=False)
    files = {CAMPAIGN: text.encode(), PROMISED: _json({name: promised[name] for name in PROMISES})}
    hashes = {OFFERS: plan_hash} | {name: _hash(content) for name, content in files.items()}
    return files | {MANIFEST: _json(_manifest(facts, campaign, hashes))}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _manifest(facts: dict[str, Any], campaign: Campaign, files: dict[str, str]) -> dict[str, Any]:
    return {
        "wave": campaign.wave,
        "wave_date": campaign.wave_date,
        "valid_until": campaign.valid_until,
        "model_version": facts["model_version"],
        "data_hash": facts["data_hash"],
        "files": files,
    }


def read_kept_wave(folder: Path) -> KeptWave:
    """Read a wave that was kept.

    Raises
    ------
    InputError
        Where the folder lacks a file, was edited since, or is no wave.
    """
    for name in FILES:
        if not (folder / name).is_file():
            raise InputError(f"{folder}: no kept wave, it has no {name}: {ADVICE}")
    contents = {name: (folder / name).read_bytes() for name in FILES}
    try:
        manifest = json.loads(contents.pop(MANIFEST))
        signed = {name: manifest["files"][name] for name in contents}
    except (ValueError, LookupError, TypeError, RecursionError):
        raise InputError(f"{folder / MANIFEST}: not as it was written: {ADVICE}") from None
    for name, content in contents.items():
        if _hash(content) != signed[name]:
            raise InputError(f"{folder / name}: edited since the wave was kept: {ADVICE}")
    try:
        plan = pd.read_parquet(io.BytesIO(contents[OFFERS]), page_checksum_verification=True)
        promised = json.loads(contents[PROMISED])
        text = contents[CAMPAIGN].decode()
    except (ValueError, OSError, RecursionError):  # Arrow's own are among them
        raise InputError(f"{folder}: no wave as it was kept: {ADVICE}") from None
    if missing := [name for name in COLUMNS if name not in plan]:
        raise InputError(f"{folder / OFFERS}: no column {', '.join(missing)}: {ADVICE}")
    campaign = _campaign(text, str(folder / CAMPAIGN))
    facts = plan[["model_version", "data_hash"]].iloc[0].to_dict()
    hashes = {name: _hash(content) for name, content in contents.items()}
    if manifest != _manifest(facts, campaign, hashes):
        raise InputError(f"{folder / MANIFEST}: edited since the wave was kept: {ADVICE}")
    return KeptWave(plan, campaign, promised, manifest)


def _campaign(text: str, source: str) -> Campaign:
    check_yaml(text, source)
    return typed(Planned, {"campaign": yaml.load(text, Loader=LOADER)}, source).campaign
