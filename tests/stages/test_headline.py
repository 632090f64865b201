"""The headline: few figures, in the order in which a reader asks for them."""

import json

from helpers.saved import write_figures

from one_click import artefacts
from one_click.running import writing
from one_click.stages import headline


def test_the_file_has_the_figures_of_three_stages_in_the_order_of_asking(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    test = {
        "ece": {"value": 0.03},
        "brier": {"value": 0.08},
        "log_loss": {"value": 0.3},
        "roc_auc": {"high": 0.95, "low": 0.85, "value": 0.9},
    }
    plan = {"offers": 7, "cost": 5.5, "expected_net_gain": 4.25, "budget": 60}
    writing.write_json(artefacts.EVALUATE_METRICS, test)
    write_figures(artefacts.PREDICT_METRICS, {"at_risk": 12, "customers": 40})
    writing.write_json(artefacts.OFFER_METRICS, plan)
    headline.main()
    figures = json.loads(artefacts.HEADLINE_METRICS.read_text(encoding="utf-8"))
    assert list(figures["test"].items()) == [
        ("roc_auc", 0.9), ("roc_auc_low", 0.85), ("roc_auc_high", 0.95), ("log_loss", 0.3),
        ("brier", 0.08), ("ece", 0.03),
    ]  # fmt: skip
    assert list(figures["plan"].items()) == [
        ("at_risk", 12), ("offers", 7), ("cost", 5.5), ("net_gain", 4.25),
    ]  # fmt: skip
    assert list(figures) == ["test", "plan"]
