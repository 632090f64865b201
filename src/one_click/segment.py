"""Risk x profit: exactly one segment a customer.

Enters: out-of-fold risks and customers. Leaves: `data/segments.parquet`, the segments' profiles
beside the whole base, and how many would change segment if a cut moved.
"""

import numpy as np
import pandas as pd

from one_click import files
from one_click.campaign import SEGMENTS
from one_click.columns import CATEGORIES, ID, PROFIT, REVENUES, TARGET, category_codes
from one_click.expected_profit import expected_maximum_profit
from one_click.exploration.summaries import coded, mean_interval, share_interval
from one_click.params import Segments, load
from one_click.stage import run

MEANS = (
    "promo_share", "contacts_six_months", "unpaid_items", "pages_per_visit", "minutes_this_month",
)  # fmt: skip


def segment_by_customer(
    risk: np.ndarray, profit: np.ndarray, risk_cut: float, profit_cut: float
) -> np.ndarray:
    """Name of the segment; a value on a cut belongs to the higher side. All of shape (n,)."""
    at_risk, profitable = risk >= risk_cut, profit >= profit_cut
    index = np.where(at_risk, np.where(profitable, 0, 1), np.where(profitable, 2, 3))
    return np.array(SEGMENTS, dtype=object)[index]


def risk_cut_of(customers: pd.DataFrame, threshold: float, params: Segments) -> dict:
    """The cut of risk, and what its rule says of it.

    Parameters
    ----------
    customers
        With `risk`, `part` and the target; outcomes are read by the rule `expected_profit` alone.
    threshold
        That `choose` set.
    """
    if params.risk_by == "threshold":
        return {"risk_cut": threshold}
    if params.risk_by == "value":
        return {"risk_cut": params.risk_cut}
    if params.risk_by == "quantile":
        return {"risk_cut": float(customers["risk"].quantile(params.risk_cut))}
    known = customers[customers["part"] != "aside"]
    profit, share, cut = expected_maximum_profit(
        known[TARGET].to_numpy(), known["risk"].to_numpy(), params.expected_profit
    )
    return {"risk_cut": min(cut, 1.0), "expected_profit": {"a_customer": profit, "share": share}}


def profit_cut_of(profit: pd.Series, params: Segments) -> float:
    """The cut of profit; shape of `profit` (n,)."""
    by_value = params.profit_by == "value"
    return float(params.profit_cut if by_value else profit.quantile(params.profit_cut))


def profile(rows: pd.DataFrame, whole: int, confidence: float) -> dict:
    """Size, money, means and shares of some customers, with intervals.

    Parameters
    ----------
    rows
        With `risk` and the columns of the customers' table.
    whole
        Customers of the base.
    """
    if not len(rows):
        return {"customers": 0, "share": share_interval(0, whole, confidence)}
    exposed = rows["risk"] * rows[PROFIT].clip(lower=0)
    return {
        "customers": len(rows),
        "share": share_interval(len(rows), whole, confidence),
        "mean_risk": rows["risk"].mean(),
        "monthly_profit": rows[PROFIT].sum(),
        "monthly_profit_exposed": exposed.sum(),
        "revenue": {name: rows[name].sum() for name in REVENUES},
        "means": {name: mean_interval(rows[name], confidence) for name in (PROFIT, *MEANS)},
        "shares": {name: _shares(rows[name], confidence) for name in CATEGORIES},
    }


def _shares(values: pd.Series, confidence: float) -> dict[str, dict]:
    known = coded(values.dropna())
    return {
        code: share_interval(int((known == code).sum()), len(known), confidence)
        for code in category_codes(str(values.name))
        if len(known)
    }


def profiles(customers: pd.DataFrame, confidence: float) -> dict[str, dict]:
    """`profile` of each segment and of the whole base, which is `all`."""
    return {
        name: profile(
            customers if name == "all" else customers[customers["segment"] == name],
            len(customers),
            confidence,
        )
        for name in ("all", *SEGMENTS)
    }


def sensitivity(
    customers: pd.DataFrame, risk_cut: float, profit_cut: float, moves: list[float]
) -> pd.DataFrame:
    """How many customers change segment when a cut moves: a row a cut and move.

    The cut of risk moves by so much risk, that of profit by such a share of the customers.
    """
    risk, profit = customers["risk"].to_numpy(), customers[PROFIT].to_numpy()
    now = segment_by_customer(risk, profit, risk_cut, profit_cut)
    below = float(np.mean(profit < profit_cut))
    rows = []
    for move in moves:
        moved = {
            "risk": (float(np.clip(risk_cut + move, 0, 1)), profit_cut),
            "profit": (risk_cut, float(np.quantile(profit, np.clip(below + move, 0, 1)))),
        }
        for place, (cut, cuts) in enumerate(moved.items()):
            then = segment_by_customer(risk, profit, *cuts)
            changed = int((then != now).sum())
            rows.append(
                {
                    "cut": cut, "move": move, "at": cuts[place], "changed": changed,
                    "share": changed / len(customers),
                }
            )  # fmt: skip
    return pd.DataFrame(rows).sort_values(["cut", "move"], ascending=[False, True])


def main() -> None:
    params = load("segments").segments
    choice = files.read_json(files.CHOICE)
    risks = pd.read_parquet(files.RISKS)[[ID, "risk", "risk_low", "risk_high"]]
    customers = pd.read_parquet(files.CUSTOMERS).merge(risks, on=ID, validate="1:1")
    if losses := int((customers[PROFIT] < 0).sum()):
        print(f"warning: {losses} customers have a profit below zero: it counts as none at risk")
    cut = risk_cut_of(customers, choice["threshold"], params)
    risk_cut, profit_cut = cut["risk_cut"], profit_cut_of(customers[PROFIT], params)
    customers["segment"] = segment_by_customer(
        customers["risk"].to_numpy(), customers[PROFIT].to_numpy(), risk_cut, profit_cut
    )
    moved = sensitivity(customers, risk_cut, profit_cut, params.moves)
    unsure = (customers["risk_low"] < risk_cut) & (customers["risk_high"] >= risk_cut)
    files.write_parquet(files.SEGMENTS, customers[[ID, "segment"]])
    files.write_text(files.SENSITIVITY_PLOT, moved.round(4).to_csv(index=False))
    figures = files.rounded(
        {
            **cut,
            "profit_below_zero": losses,
            "unsure": int(unsure.sum()),
            "changed_at_most": {
                name: int(rows["changed"].max()) for name, rows in moved.groupby("cut")
            },
            "segments": profiles(customers, params.confidence),
        }
    )
    cuts = {"risk_cut": risk_cut, "profit_cut": profit_cut}  # as they are: new customers meet them
    files.write_json(files.SEGMENT_METRICS, figures | cuts, digits=None)


if __name__ == "__main__":
    run(main)
