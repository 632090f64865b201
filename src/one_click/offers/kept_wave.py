"""A wave as it was planned, kept whole: what measuring it needs, each file by its hash."""

import hashlib
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from one_click.running.errors import InputError
from one_click.running.lock import typed
from one_click.running.yaml_text import LOADER
from one_click.settings.offers import Campaign

OFFERS, CAMPAIGN, PROMISED, MANIFEST = FILES = (
    "offers.parquet", "campaign.yaml", "promised.json", "manifest.json",
)  # fmt: skip
PROMISES = ("roc_auc", "brier", "log_loss", "ece")
ADVICE = "give the folder as `one-click score` or the stage `offer` wrote it"


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
    return (json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def kept_wave_files(
    offers: pd.DataFrame, campaign: Campaign, promised: dict[str, float]
) -> dict[str, bytes]:
    """Files of a kept wave by their names; the same bytes for the same plan."""
    file = io.BytesIO()
    offers.to_parquet(file, index=False, write_page_checksum=True)
    text = yaml.safe_dump(asdict(campaign), allow_unicode=True, sort_keys=False)
    files = {
        OFFERS: file.getvalue(),
        CAMPAIGN: text.encode(),
        PROMISED: _json({name: promised[name] for name in PROMISES}),
    }
    manifest = {
        "wave": campaign.wave,
        "wave_date": campaign.wave_date,
        "valid_until": campaign.valid_until,
        "model_version": offers["model_version"].iloc[0],
        "data_hash": offers["data_hash"].iloc[0],
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return files | {MANIFEST: _json(manifest)}


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
        manifest = json.loads(contents[MANIFEST])
        signed = {name: manifest["files"][name] for name in FILES[:-1]}
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{folder / MANIFEST}: not as it was written: {ADVICE}") from None
    for name, digest in signed.items():
        if hashlib.sha256(contents[name]).hexdigest() != digest:
            raise InputError(f"{folder / name}: edited since the wave was kept: {ADVICE}")
    values = yaml.load(contents[CAMPAIGN], Loader=LOADER)
    return KeptWave(
        pd.read_parquet(io.BytesIO(contents[OFFERS])),
        typed(Planned, {"campaign": values}, str(folder / CAMPAIGN)).campaign,
        json.loads(contents[PROMISED]),
        manifest,
    )
