"""Pictures of the reasons, the segments and the plan, in the language of the report.

Enters: what `explain`, `segment` and `offer` have found. Leaves: `plots/report`, a PNG a picture.
They stand apart from those stages, so that another language computes nothing anew.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from one_click import files
from one_click.columns import ID
from one_click.figures.plan import draw_assumptions, draw_budget_curve, draw_power
from one_click.figures.reasons import draw_beeswarm, draw_dependence, draw_importance
from one_click.figures.segments import draw_moved_cuts, draw_profiles, draw_risk_by_profit
from one_click.figures.style import save, speaker
from one_click.params import load
from one_click.stage import run

if TYPE_CHECKING:
    from types import SimpleNamespace

    from matplotlib.figure import Figure


def pictures(
    tables: dict[str, pd.DataFrame], found: dict[str, dict], params: "SimpleNamespace"
) -> Iterator[tuple[str, "Figure"]]:
    """Each picture and the name of its file.

    Parameters
    ----------
    tables
        `customers` with risks and segments, `reasons` in the same order, `moved`, `curve`.
    found
        `explain`, `segment` and `plan`, as these stages write them.
    params
        The sections `explain`, `segments`, `campaign` and `report`.
    """
    words = speaker(params.report.language)
    customers, reasons = tables["customers"], tables["reasons"]
    explain, segment = found["explain"], found["segment"]
    yield "risk_by_profit", draw_risk_by_profit(customers, segment, words)
    yield "profiles", draw_profiles(segment, params.segments.confidence, words)
    yield "moved_cuts", draw_moved_cuts(tables["moved"], words)
    yield "importance", draw_importance(explain, params.explain.confidence, words)
    yield "beeswarm", draw_beeswarm(reasons, customers, explain, words)
    yield "dependence", draw_dependence(reasons, customers, explain, words)
    yield "assumptions", draw_assumptions(found["plan"], words)
    yield "power", draw_power(found["plan"]["power"], words)
    yield "budget", draw_budget_curve(tables["curve"], params.campaign.budget, words)


def main() -> None:
    params = load("explain", "segments", "campaign", "report")
    customers = pd.read_parquet(files.CUSTOMERS)
    for path in (files.RISKS, files.SEGMENTS):
        customers = customers.merge(pd.read_parquet(path), on=ID, validate="1:1")
    tables = {
        "customers": customers,
        "reasons": customers[[ID]].merge(pd.read_parquet(files.REASONS), on=ID, validate="1:1"),
        "moved": pd.read_csv(files.SENSITIVITY_PLOT),
        "curve": pd.read_csv(files.BUDGET_CURVE),
    }
    found = {
        "explain": files.read_json(files.EXPLAIN_METRICS),
        "segment": files.read_json(files.SEGMENT_METRICS),
        "plan": files.read_json(files.OFFER_METRICS),
    }
    for name, figure in pictures(tables, found, params):
        save(figure, files.REPORT_PLOTS / f"{name}.png")


if __name__ == "__main__":
    run(main)
