"""The pictures of the reasons, the segments and the plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from one_click.pictures.results.plan import draw_assumptions, draw_budget_curve, draw_power
from one_click.pictures.results.reasons import draw_beeswarm, draw_dependence, draw_importance
from one_click.pictures.results.segments import draw_moved_cuts, draw_profiles, draw_risk_by_profit
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Marks:
    """What pictures mark: the campaign's budget; the confidence of two kinds of intervals."""

    budget: float
    profiles: float
    importance: float


def pictures(
    tables: dict[str, pd.DataFrame], figures: dict[str, dict], marks: Marks, words: Speaker
) -> Iterator[tuple[str, "Figure"]]:
    """Each picture and the name of its file.

    Parameters
    ----------
    tables
        `customers` with risks and segments, `reasons` in the same order, `moved`, `curve`.
    figures
        `explain`, `segment` and `plan`, as these stages write them.
    """
    customers, reasons = tables["customers"], tables["reasons"]
    explain, segment, plan = figures["explain"], figures["segment"], figures["plan"]
    yield "risk_by_profit", draw_risk_by_profit(customers, segment, words)
    yield "profiles", draw_profiles(segment, marks.profiles, words)
    yield "moved_cuts", draw_moved_cuts(tables["moved"], words)
    yield "importance", draw_importance(explain, marks.importance, words)
    yield "beeswarm", draw_beeswarm(reasons, customers, explain, words)
    yield "dependence", draw_dependence(reasons, customers, explain, words)
    yield "assumptions", draw_assumptions(plan, words)
    yield "power", draw_power(plan["power"], words)
    yield "budget", draw_budget_curve(tables["curve"], marks.budget, words)
