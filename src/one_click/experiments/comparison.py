"""Two branches compared customer by customer."""

from pathlib import Path

import numpy as np
import pandas as pd

from one_click import artefacts
from one_click.columns import ID, TARGET
from one_click.experiments.markdown import grid, row, with_interval
from one_click.experiments.revisions import Revision
from one_click.experiments.stage_differences import stage_differences
from one_click.risk.origins import NEW
from one_click.running.errors import InputError
from one_click.settings.segments import SEGMENTS
from one_click.statistics import bootstrapped, delong


def table_of(branch: Revision, path: Path) -> pd.DataFrame:
    """A branch's table of customers; ids as text, which were whole numbers up to version 0.1."""
    return pd.read_parquet(branch.output(path)).astype({ID: "str"})


def paired_risks(one: Revision, other: Revision) -> tuple[pd.DataFrame, int, int]:
    """Customers whom both have learned from or tested, each scored by a model that has not seen it.

    Returns
    -------
    pairs, only_one, only_other
        Columns `declined`, `score_x`, `risk_x`, `score_y`, `risk_y`; how many the other lacks.

    Raises
    ------
    InputError
        Where none is in both, or the outcome of one differs.
    """
    tables = []
    for branch in (one, other):
        risks = table_of(branch, artefacts.RISKS)
        customers = table_of(branch, artefacts.CUSTOMERS)[[ID, TARGET]]
        risks = risks[risks["origin"] != NEW].merge(customers, on=ID, validate="1:1")
        tables.append(risks[[ID, TARGET, "score", "risk"]])
    pairs = tables[0].merge(tables[1], on=ID, validate="1:1")
    if pairs.empty:
        raise InputError(f"{one.name}, {other.name}: no customer is in both: nothing to pair")
    differing = pairs.loc[pairs[f"{TARGET}_x"] != pairs[f"{TARGET}_y"], ID]
    if len(differing):
        raise InputError(
            f"{one.name}, {other.name}: the outcome of {len(differing)} customers differs, "
            f"the first is {differing.iloc[0]}: they are of other tables, nothing to compare"
        )
    pairs = pairs.rename(columns={f"{TARGET}_x": "declined"})
    return pairs, len(tables[0]) - len(pairs), len(tables[1]) - len(pairs)


def leaves(node: object, key: str = "") -> dict[str, float]:
    """Numbers of nested figures by dotted key."""
    if isinstance(node, dict):
        parts = [leaves(value, f"{key}.{name}" if key else name) for name, value in node.items()]
        return {name: value for part in parts for name, value in part.items()}
    return {key: node} if isinstance(node, int | float) and not isinstance(node, bool) else {}


def prediction(pairs: pd.DataFrame) -> list[list[str]]:
    """ROC-AUC by DeLong's method; Brier score and log-loss by bootstrap, customer by customer."""
    declined = pairs["declined"].to_numpy()
    one, other = pairs["score_x"].to_numpy(), pairs["score_y"].to_numpy()
    rows = [row("ROC-AUC", delong(declined, one, other), 4)]
    risks = [np.clip(pairs[name].to_numpy(), 1e-15, 1 - 1e-15) for name in ("risk_x", "risk_y")]
    squares = [(risk - declined) ** 2 for risk in risks]
    logarithms = [-np.log(np.where(declined == 1, risk, 1 - risk)) for risk in risks]
    for name, losses in (("Brier", squares), ("log-loss", logarithms)):
        rows.append(row(name, bootstrapped(losses[0], losses[1], mean=True), 4, False))
    return rows


def gains(offers: pd.DataFrame, declined: pd.Series) -> pd.DataFrame:
    """Net gain of each customer's offer, as planned, and with the outcome in the risk's place.

    The plan's own figure grows with risks that are too high; the outcome does not. Both rest on
    the campaign's assumed effects.
    """
    table = offers.set_index(ID)
    net_gain = table["net_gain"].where(table["offer"].notna(), 0.0).astype(float)
    gross = net_gain + table["cost"].where(table["offer"].notna(), 0.0)
    share = gross / table["risk"].where(table["risk"] > 0)
    outcome = declined.reindex(table.index)
    by_outcome = share.fillna(0.0) * outcome - table["cost"].where(table["offer"].notna(), 0.0)
    return pd.DataFrame({"planned": net_gain, "known": by_outcome.where(outcome.notna())})


def plan(one: Revision, other: Revision, pairs: pd.DataFrame) -> list[list[str]]:
    """The plan's net gain, by the risks of each branch and by what happened."""
    declined = pairs.set_index(ID)["declined"]
    tables = [gains(table_of(r, artefacts.OFFERS), declined) for r in (one, other)]
    both = tables[0].merge(tables[1], left_index=True, right_index=True, validate="1:1")
    rows = []
    for name, words in (("planned", "net gain, as planned"), ("known", "net gain, by outcomes")):
        first, second = both[f"{name}_x"], both[f"{name}_y"]
        usable = first.notna() & second.notna()
        difference = bootstrapped(first[usable].to_numpy(), second[usable].to_numpy())
        rows.append(row(words, difference, 2))
    return rows


def moves(one: Revision, other: Revision) -> tuple[pd.DataFrame, int]:
    """Customers by segment in the first (rows) and in the second branch; how many moved."""
    first, second = (table_of(r, artefacts.SEGMENTS) for r in (one, other))
    both = first.merge(second, on=ID, validate="1:1")
    table = pd.crosstab(both["segment_x"], both["segment_y"])
    table = table.reindex(index=SEGMENTS, columns=SEGMENTS, fill_value=0)
    return table, int((both["segment_x"] != both["segment_y"]).sum())


def figures(one: Revision, other: Revision) -> list[list[str]]:
    """Figures of the test rows, which differ: each branch's own, with its interval.

    None where one has not met them, as an experiment of a sweep.
    """
    if not all(branch.has(artefacts.EVALUATE_METRICS) for branch in (one, other)):
        return []
    first, second = (leaves(r.figures(artefacts.EVALUATE_METRICS)) for r in (one, other))
    rows = []
    for name in (key.removesuffix(".value") for key in first if key.endswith(".value")):
        cell, other_cell = (with_interval(numbers, name) for numbers in (first, second))
        if cell is not None and other_cell is not None and cell != other_cell:
            rows.append([name, cell, other_cell])
    return rows


def compared(one: Revision, other: Revision) -> str:
    """The whole comparison as markdown."""
    lines = [
        f"## {other.name} against {one.name}",
        "",
        f"`{one.commit[:7]}` → `{other.commit[:7]}`",
        "",
    ]
    differing = stage_differences(one, other)
    if not differing:
        return "\n".join([*lines, "No stage differs: the results are the same bytes.", ""])
    pairs, only_one, only_other = paired_risks(one, other)
    header = ["", one.name, other.name, "difference (95 %)", ""]
    lines += [
        f"**Prediction**, {len(pairs)} customers, each scored by models that have not seen it:",
        "",
    ]
    lines += grid(header, prediction(pairs))
    if only_one or only_other:
        lines += [
            f"{only_one} customers are only in {one.name}, {only_other} only in {other.name}.",
            "",
        ]
    lines += ["**Plan**, by the effects that its campaign assumes:", ""]
    lines += grid(header, plan(one, other, pairs))
    table, count = moves(one, other)
    lines += [f"**Segments**: {count} of {int(table.to_numpy().sum())} customers moved.", ""]
    if count:
        rows = [[name, *counts] for name, counts in zip(table.index, table.to_numpy(), strict=True)]
        lines += grid([f"{one.name} ↓, {other.name} →", *table.columns], rows)
    if rows := figures(one, other):
        lines += ["**Test rows** (one split, its noise is in the intervals):", ""]
        lines += grid(["", one.name, other.name], rows)
    lines += ["**Stages that differ**:", ""]
    lines += grid(["stage", "differs in", "outputs"], [list(entry) for entry in differing])
    return "\n".join(lines)
