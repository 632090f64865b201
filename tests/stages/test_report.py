"""`report` writes the page of what the stages before have found, and reads nothing else."""

import inspect

import pandas as pd
from helpers.lock import write_lock
from helpers.report_inputs import CAMPAIGN, GAIN, PICTURE, metrics_of, offers_of, page_of, steps_of
from helpers.saved import write_figures, write_table
from omegaconf import OmegaConf

from one_click import artefacts
from one_click.columns import ID
from one_click.report import content as report
from one_click.running import writing
from one_click.stages import report as stage


def test_the_report_reads_nothing_of_the_losing_candidates():
    read = {*stage.METRICS.values(), *stage.PICTURES.values(), artefacts.OFFERS}
    assert artefacts.CHOOSE_METRICS not in read
    assert not any(path.is_relative_to(artefacts.TUNE_METRICS) for path in read)
    assert "CHOOSE" not in inspect.getsource(report) + inspect.getsource(stage)


def test_the_stage_writes_the_page_of_what_it_reads_twice_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    offers = offers_of(5)
    for name, content in metrics_of(offers).items():
        write_figures(stage.METRICS[name], content)
    for path in stage.PICTURES.values():
        writing.write_bytes(path, PICTURE)
    plans, curve = steps_of(offers, [0.0, 1.0, 2.0, float(CAMPAIGN.budget)])
    customers = pd.DataFrame({ID: offers[ID], "unpaid_items": 5.0, "promo_share": 0.4})
    write_table(artefacts.CUSTOMERS, customers)
    write_figures(
        artefacts.TYPICAL, {"unpaid_items": {"typical": 2.0}, "promo_share": {"typical": 0.2}}
    )
    write_table(artefacts.GAIN_PLOT, GAIN)
    reasons = {
        "reason_1": "unpaid_items",
        "reason_2": ["promo_share" if rank % 2 else None for rank in range(len(offers))],
        "agreement_1": 1.0,
        "agreement_2": [0.5 if rank % 2 else None for rank in range(len(offers))],
    }
    write_table(artefacts.OFFERS, offers.drop(columns="reasons").assign(**reasons))
    write_table(artefacts.PLANS, plans)
    write_table(artefacts.BUDGET_CURVE, curve)
    write_lock(
        report={"language": "en", "ids": "shown", "rows": 2000, "contacted": 0.3},
        tables="folder/of/tables",
        campaign=OmegaConf.structured(CAMPAIGN),
    )
    unpaid = "Unpaid items, three months: 5 (typically 2)"
    promo = "Share of purchases on promotion: 40% (typically 20%), unsteady: 50% of models agree"
    worded = [f"{unpaid}; {promo}" if rank % 2 else unpaid for rank in range(len(offers))]
    for _ in range(2):
        stage.main()
        page = artefacts.REPORT.read_text(encoding="utf-8")
        assert page == page_of("en", offers.assign(reasons=worded))
