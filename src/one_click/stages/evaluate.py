"""The chosen model meets the test rows, once.

Enters: the chosen pipeline, its out-of-fold scores, the test rows; no other stage reads those as
test rows. Leaves: figures with bootstrap intervals, and the points of five plots.
"""

from dataclasses import dataclass

from one_click import artefacts
from one_click.columns import FEATURES, TARGET
from one_click.customers.parts import rows_of
from one_click.risk.judging.calibration import calibrated_by_repeats
from one_click.risk.judging.evaluation import test_curves, test_figures
from one_click.risk.model.model_files import model_of
from one_click.risk.model.scoring import scores
from one_click.running import saved, writing
from one_click.running.lock import load
from one_click.running.stage import run_stage
from one_click.settings.risk import Evaluate

CURVES = {
    "roc": artefacts.ROC_PLOT,
    "precision_recall": artefacts.PRECISION_RECALL_PLOT,
    "calibration": artefacts.CALIBRATION_PLOT,
    "confusion": artefacts.CONFUSION_PLOT,
    "gain": artefacts.GAIN_PLOT,
}


@dataclass
class Settings:
    """The bootstrap of the test figures."""

    evaluate: Evaluate


def main() -> None:
    settings = load(Settings)
    choice = saved.figures(artefacts.CHOICE)
    rows = rows_of(saved.table(artefacts.CUSTOMERS), "test")
    declined = rows[TARGET].to_numpy()
    model = model_of(artefacts.CHOSEN, saved.content(artefacts.CHOSEN))
    score = scores(model, rows[list(FEATURES)])
    out_of_fold = saved.table(artefacts.OUT_OF_FOLD)
    risk, _, _ = calibrated_by_repeats(choice["calibration"], out_of_fold, score)
    threshold = choice["threshold"]
    figures = test_figures(declined, score, risk, threshold, settings.evaluate)
    curves = test_curves(declined, score, risk, threshold)
    writing.write_json(artefacts.EVALUATE_METRICS, figures)
    for name, path in CURVES.items():
        writing.write_csv(path, curves[name])


if __name__ == "__main__":
    run_stage(main)
