"""A kept wave is read as it was planned, or refused in a line."""

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
from helpers.campaigns import CAMPAIGNS, customer
from helpers.crm import kept_files, plan_of
from hypothesis import given, settings

from one_click.offers.kept_wave import FILES, PROMISES, read_kept_wave
from one_click.running.errors import InputError
from one_click.settings.offers import HoldOut

PROMISED = dict.fromkeys(PROMISES, 0.25)


def kept(folder: Path, **terms) -> Path:
    """A wave of three customers in a folder."""
    offers, wave = plan_of([customer(), customer(risk=0.7), customer(risk=0.1)], **terms)
    for name, content in kept_files(offers, wave.campaign, PROMISED).items():
        (folder / name).write_bytes(content)
    return folder


def sign(folder: Path) -> None:
    """Sign what was edited, as one might who wants it to pass."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in manifest["files"]:
        content = (folder / name).read_bytes()
        manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_wave_is_read_as_it_was_kept(tmp_path):
    """Who is held out has the offer that it would have got, who gets one the same, others none."""
    held = HoldOut(0.5, "salt", 0.05, 0.8)
    wave = read_kept_wave(kept(tmp_path, hold_out=held))
    offers, planned = plan_of([customer(), customer(risk=0.7), customer(risk=0.1)], hold_out=held)
    pd.testing.assert_frame_equal(wave.plan, offers)
    assert wave.campaign == planned.campaign
    assert wave.promised == PROMISED
    groups = wave.plan.set_index("group")["planned_offer"]
    assert set(groups.index) == {"treatment", "control", "none"}
    assert groups[["treatment", "control"]].eq("sale").all()
    assert pd.isna(groups["none"])
    assert wave.plan["offer"].notna().tolist() == (wave.plan["group"] == "treatment").tolist()
    assert {name: wave.manifest[name] for name in ("wave", "wave_date", "valid_until")} == {
        "wave": "2026-12", "wave_date": "2026-12-01", "valid_until": "2026-12-31",
    }  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(plan=CAMPAIGNS)
def test_any_campaign_comes_back_as_it_was_and_by_the_same_bytes(plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wave")
    offers, _ = plan_of([customer()])
    one, other = (kept_files(offers, plan, PROMISED) for _ in range(2))
    assert one == other
    assert tuple(one) == FILES
    for name, content in one.items():
        (folder / name).write_bytes(content)
    assert read_kept_wave(folder).campaign == plan


@pytest.mark.parametrize("name", FILES)
def test_a_folder_that_lacks_a_file_is_no_wave(name, tmp_path):
    (kept(tmp_path) / name).unlink()
    with pytest.raises(InputError, match=rf"^{tmp_path}: no kept wave, it has no {name}: take"):
        read_kept_wave(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_cut_or_edited_is_named(name, tmp_path):
    path = kept(tmp_path) / name
    content = path.read_bytes()
    for other in (content[: len(content) // 2], b"", content.replace(b"2026-12", b"2026-11")):
        if other == content:
            continue
        path.write_bytes(other)
        with pytest.raises(InputError, match=rf"^{path}: (edited since|not as)") as refused:
            read_kept_wave(tmp_path)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", ["[]", "3", "{}", '{"files": []}', "[" * 10**5])
def test_another_manifest_is_refused(content, tmp_path):
    (kept(tmp_path) / "manifest.json").write_text(content)
    with pytest.raises(InputError, match=r"manifest\.json: not as it was written"):
        read_kept_wave(tmp_path)


def test_what_does_not_agree_is_refused_though_it_is_signed(tmp_path):
    """A plan of an earlier version, and a campaign with another wave than the manifest's."""
    path = kept(tmp_path) / "offers.parquet"
    content, campaign = path.read_bytes(), tmp_path / "campaign.yaml"
    pd.read_parquet(path).drop(columns="planned_offer").to_parquet(path)
    sign(tmp_path)
    with pytest.raises(InputError, match=r"offers\.parquet: no column planned_offer: take"):
        read_kept_wave(tmp_path)
    path.write_bytes(content)
    campaign.write_text(campaign.read_text().replace("wave: 2026-12", "wave: 2026-13"))
    sign(tmp_path)
    with pytest.raises(InputError, match=r"manifest\.json: edited since"):
        read_kept_wave(tmp_path)
