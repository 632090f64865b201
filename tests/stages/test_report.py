"""`report` writes the page of what the stages before have found, and reads nothing else."""

import inspect

from helpers.lock import write_lock
from helpers.report_inputs import CAMPAIGN, PICTURE, metrics_of, offers_of, page_of, steps_of
from omegaconf import OmegaConf

from one_click import artefacts
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
        writing.write_json(stage.METRICS[name], content)
    for path in stage.PICTURES.values():
        writing.write_bytes(path, PICTURE)
    plans, curve = steps_of(offers, [0.0, 1.0, 2.0, float(CAMPAIGN.budget)])
    writing.write_parquet(artefacts.OFFERS, offers)
    writing.write_parquet(artefacts.PLANS, plans)
    writing.write_csv(artefacts.BUDGET_CURVE, curve)
    write_lock(
        report={"language": "ru", "ids": "shown", "rows": 2000},
        campaign=OmegaConf.structured(CAMPAIGN),
    )
    for _ in range(2):
        stage.main()
        assert artefacts.REPORT.read_text(encoding="utf-8") == page_of("ru")
