"""The pictures of the reasons, the segments and the plan."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from one_click.pictures.results.judgement import draw_calibration, draw_gain, draw_plan_by_risk
from one_click.pictures.results.plan import draw_assumptions, draw_budget_curve, draw_power
from one_click.pictures.results.reasons import (
    draw_beeswarm,
    draw_dependence,
    draw_importance,
    draw_waterfall,
)
from one_click.pictures.results.segments import draw_moved_cuts, draw_profiles, draw_risk_by_profit
from one_click.pictures.style import Sheet
from one_click.words.speaker import Speaker


@dataclass(frozen=True)
class Marks:
    """What pictures mark: a share of customers, the budget; the confidence of two intervals."""

    contacted: float
    budget: float
    profiles: float
    importance: float


def pictures(
    tables: dict[str, pd.DataFrame], figures: dict[str, dict], marks: Marks, words: Speaker
) -> Iterator[Sheet]:
    """Each picture, to be drawn.

    Parameters
    ----------
    tables
        `customers` with risks and segments, `reasons` in the same order, `moved`, `curve`;
        `planned`: risks with their offers; `gain` and `calibration` of the test rows.
    figures
        `explain`, `segment` and `plan`, as these stages write them.
    """
    customers, reasons = tables["customers"], tables["reasons"]
    explain, segment, plan = figures["explain"], figures["segment"], figures["plan"]
    yield Sheet("plan_by_risk", draw_plan_by_risk, (tables["planned"], segment["risk_cut"], words))
    yield Sheet("gain", draw_gain, (tables["gain"], marks.contacted, words))
    yield Sheet("calibration", draw_calibration, (tables["calibration"], words))
    yield Sheet("risk_by_profit", draw_risk_by_profit, (customers, segment, words))
    yield Sheet("profiles", draw_profiles, (segment, marks.profiles, words))
    yield Sheet("moved_cuts", draw_moved_cuts, (tables["moved"], words))
    both = (reasons, customers)
    yield Sheet("importance", draw_importance, (*both, explain, marks.importance, words))
    yield Sheet("beeswarm", draw_beeswarm, (*both, words))
    yield Sheet("dependence", draw_dependence, (*both, explain, words))
    yield Sheet("waterfall", draw_waterfall, (*both, words))
    yield Sheet("assumptions", draw_assumptions, (plan, words))
    yield Sheet("power", draw_power, (plan["power"], words))
    yield Sheet("budget", draw_budget_curve, (tables["curve"], marks.budget, words))
