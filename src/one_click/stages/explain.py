"""Why a customer's score is what it is, for each customer and for the whole base.

Enters: contributions of the raw columns to each score, by every model that has not seen the
customer. Leaves: `data/reasons.parquet` (one row a customer: `base_value`, one `contribution_` a
feature, the themes that raise the score with their leading columns, how many models name them);
what is typical of those who stayed; importances; how steady the reasons are.

A contribution is an association within the models, not a cause. Contributions add up to the
customer's own score.
"""

from dataclasses import dataclass

from one_click import artefacts
from one_click.columns import ID
from one_click.customers.parts import is_learned
from one_click.reasons.figures import explanation_figures, leading_at_risk, shapes
from one_click.reasons.importance import importance_figures
from one_click.reasons.steadiness import steadiness
from one_click.reasons.table import reasons_table
from one_click.reasons.typical import typical_values
from one_click.running import saved, writing
from one_click.running.lock import at, load
from one_click.running.stage import run_stage
from one_click.settings.reasons import Explain


@dataclass
class Settings:
    """How many reasons are named; folds of the models that name them."""

    explain: Explain
    splits: int = at("folds.splits")


def main() -> None:
    settings = load(Settings)
    customers = saved.table(artefacts.CUSTOMERS)
    risks, contributions = map(saved.table, (artefacts.RISKS, artefacts.CONTRIBUTIONS))
    threshold = saved.figures(artefacts.CHOICE)["threshold"]
    reasons = reasons_table(contributions, settings.explain.reasons)
    lost = saved.table(artefacts.AUC_LOST)
    at_risk = risks.loc[risks["risk"] >= threshold, ID]
    figures = explanation_figures(reasons, settings.explain.steady)
    figures |= importance_figures(reasons, lost, settings.splits, settings.explain.confidence)
    figures["steadiness"] = steadiness(contributions, at_risk)
    typical = typical_values(customers[is_learned(customers)])
    figures["leading_at_risk"] = leading_at_risk(reasons, customers, at_risk, typical)
    figures["shapes"] = shapes(reasons, customers)
    writing.write_parquet(artefacts.REASONS, reasons)
    writing.write_json(artefacts.TYPICAL, typical, digits=None)
    writing.write_json(artefacts.EXPLAIN_METRICS, figures)


if __name__ == "__main__":
    run_stage(main)
