"""A risk for every customer, none of it learned by heart.

Enters: the chosen pipeline (its parameters are used, not its fit) and all customers. Leaves:
`data/risks.parquet`; the fold models, so that reasons explain the very score that ranks a customer;
the model for new customers, fitted on all rows that are learned from, with its card.
"""

from dataclasses import dataclass

import pandas as pd

from one_click import artefacts
from one_click.folds import assigned_folds
from one_click.risk.model.card import model_card
from one_click.risk.model.model_files import model_content, model_of
from one_click.risk.prediction import (
    fitted_models,
    known_scores,
    prediction_figures,
    risk_by_customer,
)
from one_click.running import writing
from one_click.running.lock import load
from one_click.running.stage import run_stage
from one_click.settings.risk import Folds


@dataclass
class Settings:
    """Folds of the models that have not seen a customer."""

    folds: Folds


def main() -> None:
    settings = load(Settings)
    customers = pd.read_parquet(artefacts.CUSTOMERS)
    choice = writing.read_json(artefacts.CHOICE)
    pipeline = model_of(artefacts.CHOSEN, artefacts.CHOSEN.read_bytes())
    fold = assigned_folds(customers, settings.folds)
    fold_models, model = fitted_models(pipeline, customers, fold)
    risks = risk_by_customer(customers, fold, fold_models, model, choice["calibration"])
    outcomes = known_scores(customers, risks)
    card = model_card(customers, choice)
    writing.write_bytes(artefacts.FOLD_MODELS, model_content(artefacts.FOLD_MODELS, fold_models))
    writing.write_bytes(artefacts.MODEL, model_content(artefacts.MODEL, model))
    writing.write_parquet(artefacts.CALIBRATION, outcomes.sort_values(["score", "declined"]))
    writing.write_json(artefacts.MODEL_CARD, card, digits=None)
    writing.write_parquet(artefacts.RISKS, risks)
    figures = prediction_figures(customers, risks, choice["threshold"])
    writing.write_json(artefacts.PREDICT_METRICS, figures)


if __name__ == "__main__":
    run_stage(main)
