"""What the customers look like: training rows only.

Enters: the training rows. Leaves: `metrics/describe.json` (means by class, phik), figures and the
association matrix under `plots/describe/`.
"""

import numpy as np
import pandas as pd

from one_click import files
from one_click.columns import (
    BY_NAME,
    CATEGORIES,
    FEATURES,
    NUMBERS,
    PROFIT,
    TARGET,
    category_codes,
    label,
)
from one_click.stage import run

COLOURS = {0: "#0072b2", 1: "#d55e00"}  # Okabe and Ito, colour-blind safe
NAMES = {0: "stayed", 1: "declined"}


def by_class(rows: pd.DataFrame) -> dict[str, dict]:
    """Mean, median and spread of each number, and shares of each category, by class."""
    found: dict[str, dict] = {}
    for name in (*NUMBERS, PROFIT):
        groups = rows.groupby(TARGET)[name]
        found[name] = {
            NAMES[value]: {"mean": group.mean(), "median": group.median(), "std": group.std()}
            for value, group in groups
        }
    for name in CATEGORIES:
        shares = pd.crosstab(rows[name], rows[TARGET], normalize="columns")
        found[name] = {
            NAMES[value]: {str(code).lower(): share for code, share in shares[value].items()}
            for value in shares
        }
    return found


def phik_matrix(rows: pd.DataFrame) -> pd.DataFrame:
    """Phik of every pair of features, profit and the target; (columns, columns).

    Source: Baak et al. (2020), "A new correlation coefficient between categorical, ordinal and
    interval variables". Numbers are binned; which columns are numbers comes from the column table.
    """
    from phik.phik import phik_matrix as phik

    chosen = rows[[*FEATURES, PROFIT, TARGET]]
    intervals = [name for name in (*NUMBERS, PROFIT) if chosen[name].nunique() > 1]
    matrix = phik(chosen, interval_cols=intervals, njobs=1, verbose=False)
    order = [name for name in chosen if name in matrix]
    return matrix.loc[order, order]


def draw_distributions(rows: pd.DataFrame):
    """Histograms of numbers and bars of categories, by class, on one sheet."""
    from matplotlib.figure import Figure

    shown = [*NUMBERS, PROFIT, *CATEGORIES]
    figure = Figure(figsize=(13, 13), layout="constrained")
    for axes, name in zip(figure.subplots(5, 4).flat, shown, strict=False):
        groups = {value: rows.loc[rows[TARGET] == value, name] for value in COLOURS}
        if name in CATEGORIES:
            codes = [False, True] if rows[name].dtype == bool else category_codes(name)
            for place, (value, group) in enumerate(groups.items()):
                shares = group.value_counts(normalize=True).reindex(codes, fill_value=0)
                at = np.arange(len(codes)) + (place - 0.5) * 0.4
                axes.barh(at, shares, height=0.4, color=COLOURS[value], label=NAMES[value])
            labels = [str(v.en).partition(" and ")[0] for v in BY_NAME[name].values]
            axes.set_yticks(range(len(codes)), labels)
        else:
            edges = np.histogram_bin_edges(rows[name].dropna(), bins=20)
            for value, group in groups.items():
                axes.hist(
                    group.dropna(), bins=edges, density=True, alpha=0.6, color=COLOURS[value],
                    label=NAMES[value],
                )  # fmt: skip
            axes.set_yticks([])
        axes.set_title(label(name, "en"), fontsize=9)
    for axes in figure.axes[len(shown) :]:
        axes.set_visible(False)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", frameon=False, ncols=2)
    return figure


def draw_matrix(matrix: pd.DataFrame):
    """Heat map of an association matrix."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 9), layout="constrained")
    axes = figure.subplots()
    names = [label(name, "en") for name in matrix]
    picture = axes.imshow(matrix, vmin=0, vmax=1, cmap="cividis")
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    for row, values in enumerate(matrix.to_numpy()):
        for column, value in enumerate(values):
            colour = "black" if value > 0.5 else "white"
            axes.text(
                column, row, f"{value:.2f}", ha="center", va="center", fontsize=6, color=colour
            )
    figure.colorbar(picture, label="phik", shrink=0.7)
    return figure


def main() -> None:
    customers = pd.read_parquet(files.CUSTOMERS)
    rows = customers[customers["part"] == "train"]
    matrix = phik_matrix(rows)
    files.write_csv(
        files.DESCRIBE_PLOTS / "phik.csv", matrix.rename_axis("column").reset_index(), digits=4
    )
    figures = {"distributions": draw_distributions(rows), "phik": draw_matrix(matrix)}
    for name, figure in figures.items():
        with files.replacing(files.DESCRIBE_PLOTS / f"{name}.png") as beside:
            figure.savefig(beside, dpi=80, metadata={"Software": None})
    with_target = matrix[TARGET].drop(TARGET)
    files.write_json(
        files.DESCRIBE_METRICS,
        {
            "rows": len(rows),
            "declined": int(rows[TARGET].sum()),
            "by_class": by_class(rows),
            "phik_with_target": with_target.to_dict(),
        },
    )


if __name__ == "__main__":
    run(main)
