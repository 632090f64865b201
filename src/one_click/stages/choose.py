"""One candidate kept: compared over the same folds, calibrated, given a threshold.

Enters: the tuned pipelines and the training rows. Leaves: the chosen pipeline, fitted on all
training rows; its out-of-fold scores, which calibrate it; the choice; the comparison.

An ensemble is put together from tuned candidates and compared like any of them.
"""

from dataclasses import dataclass

from one_click import artefacts
from one_click.columns import ID
from one_click.customers.parts import rows_of, training_rows
from one_click.risk.judging.choice import (
    choice_figures,
    choice_of,
    chosen_figures,
    chosen_model,
)
from one_click.risk.model.model_files import model_content, model_of
from one_click.running import saved, writing
from one_click.running.lock import load
from one_click.running.stage import run_stage
from one_click.settings.risk import Choosing


@dataclass
class Settings(Choosing):
    """What candidates are compared by."""


def main() -> None:
    settings = load(Settings)
    customers = saved.table(artefacts.CUSTOMERS)
    features, target = training_rows(customers)
    paths = {name: artefacts.tuned_model(name) for name in settings.candidates}
    models = {name: model_of(path, saved.content(path)) for name, path in paths.items()}
    winner = chosen_model(models, features, target, settings)
    if winner.name in settings.ensembles:
        winner.model.fit(features, target)
    ids = rows_of(customers, "train")[ID].to_numpy()
    out_of_fold = winner.out_of_fold.rename(columns={"row": ID})
    writing.write_parquet(artefacts.OUT_OF_FOLD, out_of_fold.assign(**{ID: ids[out_of_fold[ID]]}))
    writing.write_bytes(artefacts.CHOSEN, model_content(artefacts.CHOSEN, winner.model))
    writing.write_json(artefacts.CHOICE, choice_of(winner, settings.choice), digits=None)
    writing.write_json(artefacts.CHOOSE_METRICS, choice_figures(winner, settings.choice))
    figures = chosen_figures(winner, settings.choice)
    writing.write_json(artefacts.CHOSEN_METRICS, figures, in_order=True)
    writing.write_csv(artefacts.CHOOSE_PLOT, winner.comparison)


if __name__ == "__main__":
    run_stage(main)
