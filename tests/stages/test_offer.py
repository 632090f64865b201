"""`offer` writes all that it promises, the same again, and says what it counts as zero."""

import pandas as pd
from helpers.campaigns import TYPICAL, campaign, customer, frame
from helpers.lock import write_lock
from helpers.saved import write_figures, write_table
from omegaconf import OmegaConf

from one_click import artefacts
from one_click.columns import ID, PROFIT
from one_click.offers.kept_wave import FILES, read_kept_wave
from one_click.running import writing
from one_click.stages import offer


def test_the_stage_writes_all_it_promises_twice_the_same(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    people = frame([customer(), customer(**{PROFIT: -2.0}), customer(contact_allowed=False)])
    known = ["risk", "risk_low", "risk_high", "segment", "reason_1", "reason_2"]
    write_table(artefacts.CUSTOMERS, people.drop(columns=known))
    write_table(artefacts.RISKS, people[[ID, "risk", "risk_low", "risk_high"]])
    write_table(artefacts.SEGMENTS, people[[ID, "segment"]])
    write_table(artefacts.REASONS, people[[ID, "reason_1", "reason_2"]])
    write_figures(artefacts.TYPICAL, TYPICAL)
    write_figures(artefacts.MODEL_CARD, {"data_hash": "0123"})
    write_figures(artefacts.PREDICT_METRICS, {"out_of_fold": {"roc_auc": 0.9}})
    writing.write_text(artefacts.MODEL, "a model")
    write_lock(campaign=OmegaConf.structured(campaign()), report={"language": "en"})
    written = (artefacts.OFFERS, artefacts.PLANS, artefacts.BUDGET_CURVE, artefacts.OFFER_METRICS,
               artefacts.OFFERS_CSV, artefacts.OFFERS_XLSX,
               *(artefacts.WAVE / name for name in FILES))  # fmt: skip
    seen = []
    for _ in range(2):
        offer.main()
        seen.append([path.read_bytes() for path in written])
    assert seen[0] == seen[1]
    kept = read_kept_wave(artefacts.WAVE)
    assert kept.campaign == campaign()
    pd.testing.assert_frame_equal(kept.plan, pd.read_parquet(artefacts.OFFERS))
    assert (kept.promised["roc_auc"], kept.manifest["data_hash"]) == (0.9, "0123")
    warning = capsys.readouterr().err.splitlines()[0]
    assert warning == (
        "warning: data/customers.parquet: monthly_profit: 1 below zero; each counts as zero"
    )
    figures = writing.read_json(artefacts.OFFER_METRICS)
    assert {"power", "hold_out", "profit_share_lost", "planned_net_gain", "gap", "bound"} <= set(
        figures
    )
    assert "Share of purchases on promotion: 60% (typically 25%)" in seen[0][4].decode("utf-8-sig")
