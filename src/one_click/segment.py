"""Risk x profit: exactly one segment a customer.

Enters: risks and customers. Leaves: `data/segments.parquet`, the segments' profiles, a picture.
"""

import numpy as np
import pandas as pd

from one_click import files
from one_click.campaign import SEGMENTS
from one_click.columns import ID, PROFIT
from one_click.params import load
from one_click.stage import run


def segment_by_customer(
    risk: np.ndarray, profit: np.ndarray, risk_cut: float, profit_cut: float
) -> np.ndarray:
    """Name of the segment; a value on a cut belongs to the higher side. All of shape (n,)."""
    at_risk, profitable = risk >= risk_cut, profit >= profit_cut
    index = np.where(at_risk, np.where(profitable, 0, 1), np.where(profitable, 2, 3))
    return np.array(SEGMENTS, dtype=object)[index]


def profiles(customers: pd.DataFrame) -> dict[str, dict]:
    """Size, profit and exposure of each segment and of the whole base.

    Parameters
    ----------
    customers
        With `segment`, `risk`, `monthly_profit`, `promo_share`, `contact_allowed` and revenue.
    """
    exposed = customers["risk"] * customers[PROFIT].clip(lower=0)
    described = customers.assign(exposed=exposed)
    found = {}
    for name in ("all", *SEGMENTS):
        rows = described if name == "all" else described[described["segment"] == name]
        found[name] = {"customers": len(rows)} | (
            {
                "mean_risk": rows["risk"].mean(),
                "monthly_profit": rows[PROFIT].sum(),
                "monthly_profit_exposed": rows["exposed"].sum(),
                "revenue_this_month": rows["revenue_this_month"].sum(),
                "promo_share": rows["promo_share"].mean(),
                "contact_allowed": rows["contact_allowed"].mean(),
            }
            if len(rows)
            else {}
        )
    return found


def draw_picture(customers: pd.DataFrame, risk_cut: float, profit_cut: float) -> None:
    """Risk against profit, with the cuts."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.subplots()
    colours = ("#d55e00", "#e69f00", "#0072b2", "#999999")  # Okabe and Ito, colour-blind safe
    for name, colour in zip(SEGMENTS, colours, strict=True):
        rows = customers[customers["segment"] == name]
        shown = f"{name.replace('_', ' ')} ({len(rows)})"
        axes.scatter(rows[PROFIT], rows["risk"], s=9, color=colour, label=shown, linewidths=0)
    axes.axhline(risk_cut, color="black", linewidth=0.8)
    axes.axvline(profit_cut, color="black", linewidth=0.8)
    axes.set(xlabel="Profit a month", ylabel="Risk of a drop", ylim=(-0.02, 1.02))
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    with files.replacing(files.SEGMENT_PLOT) as beside:
        figure.savefig(beside, dpi=90, metadata={"Software": None})


def main() -> None:
    params = load("segments").segments
    choice = files.read_json(files.CHOICE)
    risks = pd.read_parquet(files.RISKS)[[ID, "risk"]]
    customers = pd.read_parquet(files.CUSTOMERS).merge(risks, on=ID, validate="1:1")
    risk_cut = choice["threshold"] if params.risk_cut is None else params.risk_cut
    profit_cut = float(customers[PROFIT].quantile(params.profit_quantile))
    customers["segment"] = segment_by_customer(
        customers["risk"].to_numpy(), customers[PROFIT].to_numpy(), risk_cut, profit_cut
    )
    draw_picture(customers, risk_cut, profit_cut)
    files.write_parquet(files.SEGMENTS, customers[[ID, "segment"]])
    files.write_json(
        files.SEGMENT_METRICS,
        {"risk_cut": risk_cut, "profit_cut": profit_cut, "segments": profiles(customers)},
    )


if __name__ == "__main__":
    run(main)
