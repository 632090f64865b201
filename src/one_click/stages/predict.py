"""A risk for every customer, and what adds up to it; none of it learned by heart.

Enters: the chosen pipeline (its parameters are used, not its fit) and all customers. Leaves:
`data/risks.parquet`; contributions of the columns to each score, by every model that has not seen
the customer (`data/contributions.parquet`), and what those scores lose by shuffled columns; the
model for new customers, fitted on all rows that are learned from, with its card; for new
customers' reasons also a fold model of each repeat, and what explains by all these.

Models that have not seen a customer are fitted, asked and dropped, but for the second opinions: to
write and read them all would take longer than to fit them.
"""

from dataclasses import dataclass

import numpy as np

from one_click import artefacts
from one_click.folds import assigned_folds
from one_click.reasons.cross_fitting import cross_fitted
from one_click.reasons.explainers import explainers_table
from one_click.risk.model.card import model_card
from one_click.risk.model.model_files import model_content, model_of
from one_click.risk.origins import NEW
from one_click.risk.prediction import known_scores, prediction_figures, risk_by_customer
from one_click.running import saved, writing
from one_click.running.lock import load
from one_click.running.parallel import side_by_side
from one_click.running.stage import run_stage
from one_click.settings.risk import Folds, Predict


@dataclass
class Settings:
    """Folds of the models that have not seen a customer, and how their scores are explained."""

    folds: Folds
    predict: Predict


def main() -> None:
    settings = load(Settings)
    customers = saved.table(artefacts.CUSTOMERS)
    choice = saved.figures(artefacts.CHOICE)
    pipeline = model_of(artefacts.CHOSEN, saved.content(artefacts.CHOSEN))
    repeats = range(settings.predict.repeats)
    folds = np.array([assigned_folds(customers, settings.folds, repeat) for repeat in repeats])
    crossed = cross_fitted(pipeline, customers, folds, settings.predict)
    risks = risk_by_customer(customers, folds, crossed.scores, choice["calibration"])
    files = [
        (artefacts.MODEL if name == NEW else artefacts.second_opinion(name), explainer.model)
        for name, explainer in crossed.explainers.items()
    ]
    for (path, _), content in zip(files, side_by_side(model_content, files), strict=True):
        writing.write_bytes(path, content)
    writing.write_parquet(artefacts.CALIBRATION, known_scores(customers, crossed.scores))
    writing.write_parquet(artefacts.EXPLAINERS, explainers_table(crossed.explainers))
    writing.write_json(artefacts.MODEL_CARD, model_card(customers, choice), digits=None)
    writing.write_parquet(artefacts.RISKS, risks)
    writing.write_parquet(artefacts.CONTRIBUTIONS, crossed.contributions)
    writing.write_parquet(artefacts.AUC_LOST, crossed.auc_lost)
    figures = prediction_figures(customers, risks, choice["threshold"])
    writing.write_json(artefacts.PREDICT_METRICS, figures)


if __name__ == "__main__":
    run_stage(main)
