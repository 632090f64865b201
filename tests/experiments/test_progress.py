"""What a sweep tells of its jobs: what became of them, and where they are."""

from one_click.experiments import progress
from one_click.experiments.progress import Watcher, line, position, unconverged
from one_click.running import writing

LOG = """Running stage 'compose':
> python -m compose
Running stage 'tune@svc':
> python -m tune svc
\rsvc:  12%|#2        | 1/8 [00:01<00:09]\rsvc:  38%|###8      | 3/8 [00:02<00:03]"""
DONE = {"overrides": ["scaler=none"], "name": "scaler-none-1a2b3c", "state": "done",
        "seconds": 17.2, "objective": 0.27881, "metric": "log_loss"}  # fmt: skip


def test_a_job_is_at_its_last_stage_and_as_far_as_its_bar():
    assert position("") == "starting"
    assert position(LOG) == "tune@svc 3/8"
    assert position(LOG + "\nRunning stage 'choose':\n") == "choose", "no bar of an earlier stage"


def test_a_line_names_the_metric_and_which_way_it_is_better():
    told = line(DONE, 1, "4")
    assert told == "1/4 done scaler-none-1a2b3c: log_loss 0.2788 (less is better), 17 s"
    told = line(DONE | {"metric": "roc_auc", "objective": 0.9, "unconverged": 12}, 2, "?")
    assert told.startswith("2/? done scaler-none-1a2b3c: roc_auc 0.9000 (more is better), 17 s")
    assert told.endswith(", 12 fits did not converge")


def test_fits_that_did_not_converge_are_summed_over_stages():
    log = "warning: svc: 3 fits did not converge: x\nwarning: comparison: 40 fits did not converge"
    assert unconverged(log) == 43
    assert unconverged("warning: 2 customers have a profit below zero") == 0


def test_finished_jobs_are_told_once_and_long_stages_now_and_then(tmp_path, capsys, monkeypatch):
    for job in ("0", "1"):
        (tmp_path / job).mkdir()
        (tmp_path / job / "dvc.log").write_text(LOG, encoding="utf-8")
    writing.write_json(tmp_path / "0/job.json", DONE)
    watcher = Watcher(tmp_path, "*/dvc.log", "2")
    watcher.look()
    watcher.look()
    finished = capsys.readouterr().out
    assert finished == line(DONE, 1, "2") + "\n"
    monkeypatch.setattr(progress, "LONG", 0)
    watcher.look()
    assert capsys.readouterr().out == "  job 1: tune@svc 3/8, 0 s\n"
