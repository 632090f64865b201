"""Why a customer is scored as it is: contributions of the raw columns to the score.

Enters: the models and origins of `predict`, customers. Leaves: `data/reasons.parquet` (one row a
customer: `base_value`, one `contribution_` a feature, the leading `reason_`s), what is typical of
those who stayed, the reference that new customers are compared with, importances.

A contribution is an association within the model, not a cause. Each customer is explained by the
very model that its score comes from, in that score's own space, against the customers that the
same model scores; a new one against a sample of those that the final model has learned from.
"""

from dataclasses import dataclass

import pandas as pd

from one_click import artefacts
from one_click.columns import FEATURES, ID
from one_click.customers.parts import is_learned
from one_click.reasons.explanation import (
    explained_customers,
    explanation_figures,
    reference_customers,
)
from one_click.reasons.importance import (
    importance_figures,
)
from one_click.reasons.stability import stability
from one_click.reasons.table import reasons_table
from one_click.reasons.typical import typical_values
from one_click.risk.model.model_files import model_of
from one_click.risk.origins import models_by_origin
from one_click.running import writing
from one_click.running.lock import load
from one_click.running.stage import run_stage
from one_click.settings.reasons import Explain


@dataclass
class Settings:
    """How scores are explained."""

    explain: Explain


def main() -> None:
    settings = load(Settings).explain
    customers = pd.read_parquet(artefacts.CUSTOMERS)
    risks = customers[[ID]].merge(pd.read_parquet(artefacts.RISKS), on=ID, validate="1:1")
    fold_models, model = (
        model_of(path, path.read_bytes()) for path in (artefacts.FOLD_MODELS, artefacts.MODEL)
    )
    models = models_by_origin(fold_models, model)
    learned = customers[is_learned(customers)]
    reference = reference_customers(learned, model, settings.reference)
    explained = explained_customers(customers, risks, models, reference, settings)
    reasons = reasons_table(customers[ID], explained, settings.reasons)
    figures = explanation_figures(reasons, explained)
    figures |= importance_figures(customers, risks, models, explained, settings)
    figures["stability"] = stability(learned, risks, models, settings)
    writing.write_parquet(artefacts.REASONS, reasons)
    writing.write_parquet(artefacts.REFERENCE, reference[[ID, *FEATURES]])
    writing.write_json(artefacts.TYPICAL, typical_values(learned), digits=None)
    writing.write_json(artefacts.EXPLAIN_METRICS, figures)


if __name__ == "__main__":
    run_stage(main)
