"""One candidate, tuned: `python -m one_click.stages.tune CANDIDATE`.

Enters: training rows, the sections of the pipeline and the candidate's spec. Leaves: the pipeline
with the best parameters, fitted on all training rows; the score by fold; the table of trials.
"""

import sys
from dataclasses import dataclass, field

from joblib import cpu_count

from one_click import artefacts
from one_click.customers.parts import is_learned, training_rows
from one_click.risk.cost import Rows, Study, cost_warnings
from one_click.risk.model.model_files import model_content
from one_click.risk.tuning.tuned import candidate_search, tuned
from one_click.running import saved, writing
from one_click.running.errors import InputError
from one_click.running.lock import ONLY_REFUSES, load
from one_click.running.stage import run_stage
from one_click.settings.risk import Budget, Cost, Learning, Predict


@dataclass
class Settings(Learning):
    """What a candidate is built of and searched by, and the budget that it must keep to."""

    predict: Predict = field(metadata=ONLY_REFUSES)
    costs: dict[str, Cost] = field(metadata=ONLY_REFUSES)
    budget: Budget = field(metadata=ONLY_REFUSES)


def main(candidate: str) -> None:
    settings = load(Settings)
    if candidate not in settings.candidates:
        raise InputError(
            f"candidate {candidate!r} is not in {artefacts.CONF_LOCK}; add it to params.yaml"
        )
    search = candidate_search(settings, candidate)
    customers = saved.table(artefacts.CUSTOMERS)
    features, target = training_rows(customers)
    study = Study(search.planned(len(target)), settings.folds, settings.predict, cpu_count())
    rows = Rows(len(target), int(is_learned(customers).sum()), len(customers))
    for line in cost_warnings(candidate, settings.costs, study, rows, settings.budget):
        print(f"warning: {line}", file=sys.stderr)
    model, metrics, trials = tuned(search, features, target, candidate)
    path = artefacts.tuned_model(candidate)
    writing.write_bytes(path, model_content(path, model))
    writing.write_json(artefacts.TUNE_METRICS / f"{candidate}.json", metrics)
    writing.write_csv(artefacts.TUNE_PLOTS / f"{candidate}.csv", trials)


if __name__ == "__main__":
    run_stage(main, {"candidate": "a name among `candidates` of params.yaml"})
