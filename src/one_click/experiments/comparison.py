"""Two branches compared customer by customer; the comparison as markdown."""

import numpy as np
import pandas as pd

from one_click import artefacts
from one_click.columns import ID, TARGET
from one_click.experiments.revisions import Revision
from one_click.risk.origins import NEW
from one_click.running.errors import InputError
from one_click.settings.segments import SEGMENTS
from one_click.statistics import Difference, bootstrapped, delong


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
    for made in (one, other):
        risks = pd.read_parquet(made.output(artefacts.RISKS))
        customers = pd.read_parquet(made.output(artefacts.CUSTOMERS), columns=[ID, TARGET])
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


def stage_differences(one: Revision, other: Revision) -> list[tuple[str, str, str]]:
    """Stages that differ: what of them, and whether their outputs do."""

    def entries(stage: dict, kind: str) -> dict:
        return {entry["path"]: entry.get("md5") for entry in stage.get(kind, [])}

    every = [*one.stages.values(), *other.stages.values()]
    made = {out["path"] for stage in every for out in stage.get("outs", [])}
    found = []
    for name in dict.fromkeys([*one.stages, *other.stages]):
        first, second = one.stages.get(name), other.stages.get(name)
        if first is None or second is None:
            where = other.name if first is None else one.name
            found.append((name, f"only in {where}", ""))
            continue
        why = ["command"] if first["cmd"] != second["cmd"] else []
        deps = entries(first, "deps"), entries(second, "deps")
        params = first.get("params", {}), second.get("params", {})
        why += [
            f"{section}"
            for path in sorted(params[0].keys() | params[1].keys())
            for section in sorted(params[0].get(path, {}).keys() | params[1].get(path, {}).keys())
            if params[0].get(path, {}).get(section) != params[1].get(path, {}).get(section)
        ]
        changed = [p for p in deps[0] | deps[1] if deps[0].get(p) != deps[1].get(p)]
        why += sorted(path for path in changed if path not in made)
        if changed and not why:
            why = ["what it reads"]
        outs = entries(first, "outs") != entries(second, "outs")
        if why or outs:
            found.append((name, ", ".join(why), "differ" if outs else "the same"))
    return found


def leaves(node: object, key: str = "") -> dict[str, float]:
    """Numbers of nested figures by dotted key."""
    if isinstance(node, dict):
        parts = [leaves(value, f"{key}.{name}" if key else name) for name, value in node.items()]
        return {name: value for part in parts for name, value in part.items()}
    return {key: node} if isinstance(node, int | float) and not isinstance(node, bool) else {}


def grid(header: list[str], rows: list[list[object]]) -> list[str]:
    """A markdown table; numbers stand on the right."""

    def line(cells: list[object]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    lines = [line(header)]
    numbers = rows and any(character.isdigit() for character in str(rows[0][1]))
    lines.append("| --- |" + (" ---: |" if numbers else " --- |") * (len(header) - 1))
    return [*lines, *map(line, rows), ""]


def verdict(difference: Difference, more_is_better: bool = True) -> str:
    """What a difference says, in words."""
    if not difference.real:
        return "no difference beyond noise"
    return "better" if (difference.low > 0) == more_is_better else "worse"


def row(name: str, difference: Difference, digits: int, more_is_better: bool = True) -> list[str]:
    """A line of the table of differences."""
    gap = difference.other - difference.one
    return [
        name, f"{difference.one:.{digits}f}", f"{difference.other:.{digits}f}",
        f"{gap:+.{digits}f} ({difference.low:+.{digits}f} to {difference.high:+.{digits}f})",
        verdict(difference, more_is_better),
    ]  # fmt: skip


def prediction(pairs: pd.DataFrame) -> list[list[str]]:
    """ROC-AUC by DeLong's method; Brier score and log-loss by bootstrap, customer by customer."""
    declined = pairs["declined"].to_numpy()
    one, other = pairs["score_x"].to_numpy(), pairs["score_y"].to_numpy()
    rows = [row("ROC-AUC", delong(declined, one, other), 4)]
    risks = [np.clip(pairs[name].to_numpy(), 1e-15, 1 - 1e-15) for name in ("risk_x", "risk_y")]
    brier = bootstrapped(*((risk - declined) ** 2 for risk in risks), mean=True)
    log_loss = bootstrapped(
        *(-np.log(np.where(declined == 1, risk, 1 - risk)) for risk in risks), mean=True
    )
    return [*rows, row("Brier", brier, 4, False), row("log-loss", log_loss, 4, False)]


def gains(offers: pd.DataFrame, declined: pd.Series) -> pd.DataFrame:
    """Net gain of each customer's offer, as planned, and with the outcome in the risk's place.

    The plan's own figure grows with risks that are too high; the outcome does not. Both rest on
    the campaign's assumed effects.
    """
    table = offers.set_index(ID)
    planned = table["net_gain"].where(table["offer"].notna(), 0.0).astype(float)
    gross = planned + table["cost"].where(table["offer"].notna(), 0.0)
    share = gross / table["risk"].where(table["risk"] > 0)
    outcome = declined.reindex(table.index)
    known = share.fillna(0.0) * outcome - table["cost"].where(table["offer"].notna(), 0.0)
    return pd.DataFrame({"planned": planned, "known": known.where(outcome.notna())})


def plan(one: Revision, other: Revision, pairs: pd.DataFrame) -> list[list[str]]:
    """The plan's net gain, by the risks of each branch and by what happened."""
    declined = pairs.set_index(ID)["declined"]
    tables = [gains(pd.read_parquet(r.output(artefacts.OFFERS)), declined) for r in (one, other)]
    both = tables[0].merge(tables[1], left_index=True, right_index=True, validate="1:1")
    rows = []
    for name, words in (("planned", "net gain, as planned"), ("known", "net gain, by outcomes")):
        first, second = both[f"{name}_x"], both[f"{name}_y"]
        usable = first.notna() & second.notna()
        found = bootstrapped(first[usable].to_numpy(), second[usable].to_numpy())
        rows.append(row(words, found, 2))
    return rows


def moves(one: Revision, other: Revision) -> tuple[pd.DataFrame, int]:
    """Customers by segment in the first (rows) and in the second branch; how many moved."""
    first, second = (pd.read_parquet(r.output(artefacts.SEGMENTS)) for r in (one, other))
    both = first.merge(second, on=ID, validate="1:1")
    table = pd.crosstab(both["segment_x"], both["segment_y"])
    table = table.reindex(index=SEGMENTS, columns=SEGMENTS, fill_value=0)
    return table, int((both["segment_x"] != both["segment_y"]).sum())


def figures(one: Revision, other: Revision) -> list[list[str]]:
    """Figures of the test rows, which differ: each branch's own, with its interval.

    None where one has not met them, as an experiment of a sweep.
    """
    if not all(made.has(artefacts.EVALUATE_METRICS) for made in (one, other)):
        return []
    first, second = (leaves(r.figures(artefacts.EVALUATE_METRICS)) for r in (one, other))
    rows = []
    for name in (key.removesuffix(".value") for key in first if key.endswith(".value")):
        told = [with_interval(at, name) for at in (first, second)]
        if None not in told and told[0] != told[1]:
            rows.append([name, *told])
    return rows


def with_interval(figures: dict[str, float], name: str) -> str | None:
    """A figure with its interval, where it has one."""
    value, low, high = (figures.get(f"{name}.{end}") for end in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return None if value is None else f"{value:.4f}"
    return f"{value:.4f} ({low:.4f} to {high:.4f})"


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
    table, moved = moves(one, other)
    lines += [f"**Segments**: {moved} of {int(table.to_numpy().sum())} customers moved.", ""]
    if moved:
        rows = [[name, *counts] for name, counts in zip(table.index, table.to_numpy(), strict=True)]
        lines += grid([f"{one.name} ↓, {other.name} →", *table.columns], rows)
    if rows := figures(one, other):
        lines += ["**Test rows** (one split, its noise is in the intervals):", ""]
        lines += grid(["", one.name, other.name], rows)
    lines += ["**Stages that differ**:", ""]
    lines += grid(["stage", "differs in", "outputs"], [list(entry) for entry in differing])
    return "\n".join(lines)
