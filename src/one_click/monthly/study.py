"""What the last `dvc repro` left for the customers to come."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from imblearn.pipeline import Pipeline

from one_click import artefacts
from one_click.columns import ID
from one_click.customers.cleaning import revenue_medians
from one_click.experiments.recorded import check_recorded
from one_click.new_month.known import scored_by_one
from one_click.new_month.scoring import Kit
from one_click.new_month.tallies import Reference
from one_click.reasons.explainers import explainers_of
from one_click.reasons.shapley import Explainer
from one_click.reasons.table import reasons_columns
from one_click.risk.model.card import check_card
from one_click.risk.model.model_files import model_of
from one_click.risk.origins import NEW, model_version
from one_click.running import saved
from one_click.running.errors import InputError
from one_click.segments.cuts import Cuts
from one_click.settings.customers import Cleaning

SAVED = (
    artefacts.MODEL, artefacts.MODEL_CARD, artefacts.CALIBRATION, artefacts.SECOND_OPINIONS,
    artefacts.EXPLAINERS,
    artefacts.TYPICAL, artefacts.SEGMENT_METRICS, artefacts.CUSTOMERS, artefacts.RISKS,
    artefacts.REASONS, artefacts.PREDICT_METRICS,
)  # fmt: skip


@dataclass(frozen=True)
class Study:
    """The kit of scoring; what plans and their files take.

    `candidate` names the model; `model` holds `model_version` and `data_hash`, `reasons` those that
    `explain` gave, `promised` what the models promised of customers that they had not seen.
    """

    kit: Kit
    candidate: str
    model: dict[str, str]
    typical: dict[str, dict]
    reasons: pd.DataFrame
    promised: dict[str, float]


def learned_study(cleaning: Cleaning, reasons: int) -> Study:
    """Read what the stages left.

    Parameters
    ----------
    reasons
        How many are named.

    Raises
    ------
    InputError
        Where a file is missing or another one, or the model was made by other versions or for other
        columns.
    """
    check_recorded(SAVED)
    card = saved.figures(artefacts.MODEL_CARD)
    check_card(card)
    segments = saved.figures(artefacts.SEGMENT_METRICS)
    typical = saved.figures(artefacts.TYPICAL)
    everyone = saved.table(artefacts.CUSTOMERS).merge(saved.table(artefacts.RISKS), on=ID)
    content = saved.content(artefacts.MODEL)
    model = model_of(artefacts.MODEL, content)
    kit = Kit(
        cleaning=cleaning,
        medians=revenue_medians(everyone),
        model=model,
        calibration=card["calibration"],
        outcomes=saved.table(artefacts.CALIBRATION),
        earlier=everyone,
        reference=Reference.of(scored_by_one(everyone)),
        cuts=Cuts(segments["risk_cut"], segments["profit_cut"]),
        explainers=_explainers(model),
        reasons=reasons,
    )
    names = {"model_version": model_version(content), "data_hash": card["data_hash"]}
    promised = saved.figures(artefacts.PREDICT_METRICS)["out_of_fold"]
    return Study(kit, card["candidate"], names, typical, _reasons(reasons), promised)


def _explainers(model: Pipeline) -> dict[str, Explainer]:
    """Explainers of the model for new customers and of the second opinions, by name."""
    table = saved.table(artefacts.EXPLAINERS)
    paths = {n: artefacts.second_opinion(n) for n in table["model"].unique() if n != NEW}
    opinions = {name: model_of(path, saved.content(path)) for name, path in paths.items()}
    return explainers_of(table, opinions | {NEW: model})


def _reasons(count: int) -> pd.DataFrame:
    """The reasons that `explain` gave; refused where it gave fewer than are asked for now."""
    reasons: Any = saved.table(artefacts.REASONS)
    columns = reasons_columns(count)
    if missing := sorted(set(columns) - set(reasons)):
        raise InputError(f"{artefacts.REASONS}: no {', '.join(missing)}: run `dvc repro`")
    return reasons[columns]
