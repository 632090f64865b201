"""Which choices matter: samplers x scalers x encoders for two candidates, over the same folds.

    python benchmarks/choices.py --tables FOLDER [--repeats R] [--output FOLDER]

Leaves `choices.csv` (a row a combination: means over folds, and the differences from no sampler,
standard scaler, one-hot encoder with corrected intervals) and `choices.png` (each option beside its
baseline, the other parts at theirs). Probabilities are the models' own, not calibrated: what a
choice does to them is part of the question.
"""

import argparse
import itertools
import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from joblib import Parallel, cpu_count, delayed
from omegaconf import OmegaConf
from sklearn.model_selection import RepeatedStratifiedKFold
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from one_click import artefacts
from one_click.columns import FEATURES, TARGET
from one_click.customers.parts import is_learned
from one_click.customers.preparation import prepared
from one_click.risk.judging.measures import LOSSES, RANKING, expected_calibration_error
from one_click.risk.model.pipeline import build_pipeline
from one_click.running import writing
from one_click.running.lock import load
from one_click.running.parallel import BACKEND
from one_click.running.stage import run
from one_click.settings.risk import Features
from one_click.stages.prepare import Settings
from one_click.statistics import corrected_interval

BASELINE = {"sampler": "none", "scaler": "standard", "encoder": "onehot"}
CANDIDATES = {
    "logistic": {"C": 1.0},
    "extra_trees": {"max_features": 3, "n_estimators": 100},
}
METRICS = {"roc_auc": "ROC-AUC", "brier": "Brier", "ece": "ECE"}
SEED, SPLITS, CONFIDENCE = 7, 5, 0.95


def spec(group: str, choice: str) -> dict:
    """A file of conf/."""
    return OmegaConf.to_container(OmegaConf.load(artefacts.CONF / group / f"{choice}.yaml"))


def options(group: str) -> list[str]:
    """The choices of a group, the baseline first."""
    names = sorted(path.stem for path in (artefacts.CONF / group).glob("*.yaml"))
    return sorted(names, key=lambda name: name != BASELINE[group])


def measured(candidate: str, parts: dict, features, target, train, test) -> dict[str, float]:
    """Metrics of one fit on one fold."""
    specs = {group: spec(group, choice) for group, choice in parts.items()}
    made = SimpleNamespace(
        features=Features(**spec("features", "ratios")),
        selector=spec("selector", "none"),
        candidates={candidate: spec("model", candidate) | CANDIDATES[candidate]},
        **specs,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = build_pipeline(made, candidate).fit(features.iloc[train], target[train])
        risk = fitted.predict_proba(features.iloc[test])[:, 1]
    declined = target[test]
    found = {name: metric(declined, risk) for name, metric in (RANKING | LOSSES).items()}
    return found | {"ece": expected_calibration_error(declined, risk)}


def compared(results: pd.DataFrame, ratio: float) -> pd.DataFrame:
    """A row a combination: mean of each metric, difference from the baseline, interval."""
    rows = []
    for candidate, of_candidate in results.groupby("candidate", sort=False):
        by_parts = {
            key: rows.sort_values("fold")[list(METRICS)].to_numpy()
            for key, rows in of_candidate.groupby(list(BASELINE), sort=False)
        }
        base = by_parts[tuple(BASELINE.values())]
        for key, values in by_parts.items():
            row = {"candidate": candidate, **dict(zip(BASELINE, key, strict=True))}
            for column, metric in enumerate(METRICS):
                mean, low, high = corrected_interval(
                    values[:, column] - base[:, column], ratio, CONFIDENCE
                )
                row |= {
                    metric: values[:, column].mean(),
                    f"{metric}_difference": mean,
                    f"{metric}_low": low,
                    f"{metric}_high": high,
                }
            rows.append(row)
    return pd.DataFrame(rows)


def draw(table: pd.DataFrame, rows: int, path: Path) -> None:
    """Each option with the other parts at their baseline: difference and interval."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    labels = [
        (group, choice)
        for group in BASELINE
        for choice in options(group)
        if choice != BASELINE[group]
    ]
    figure, axes = plt.subplots(1, len(METRICS), figsize=(11, 6), sharey=True, layout="constrained")
    colours = {"logistic": "#0072b2", "extra_trees": "#d55e00"}
    for axis, (metric, title) in zip(axes, METRICS.items(), strict=True):
        for shift, (candidate, colour) in enumerate(colours.items()):
            for place, (group, choice) in enumerate(labels):
                parts = BASELINE | {group: choice}
                is_row = (table["candidate"] == candidate) & np.all(
                    [table[part] == value for part, value in parts.items()], axis=0
                )
                row = table[is_row].iloc[0]
                middle = row[f"{metric}_difference"]
                reach = [[middle - row[f"{metric}_low"]], [row[f"{metric}_high"] - middle]]
                axis.errorbar(
                    middle, place + 0.3 * shift - 0.15, xerr=reach, fmt="os"[shift], ms=4,
                    color=colour, elinewidth=1, label=candidate if place == 0 else None,
                )  # fmt: skip
        axis.axvline(0, color="0.4", linewidth=0.8)
        axis.set_title(f"{title}: {'higher' if metric == 'roc_auc' else 'lower'} is better")
        axis.set_xlabel("difference from the baseline")
    axes[0].set_yticks(range(len(labels)), [f"{group}: {choice}" for group, choice in labels])
    axes[0].invert_yaxis()
    axes[-1].legend(loc="lower right", fontsize=8)
    base = ", ".join(f"{group} {choice}" for group, choice in BASELINE.items())
    figure.suptitle(
        f"One choice changed at a time (baseline: {base}); {rows} customers, "
        f"95 % corrected intervals", fontsize=10,
    )  # fmt: skip
    with writing.replacing(path) as beside:
        figure.savefig(beside, dpi=90, metadata={"Software": None})


def main() -> None:
    """Run the study."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=2, help=f"of {SPLITS} folds")
    parser.add_argument("--output", type=Path, default=Path("benchmarks/results"))
    arguments = parser.parse_args()
    params = load(Settings)
    everyone = prepared(arguments.tables, params.cleaning, params.split)[0]
    customers = everyone[is_learned(everyone)].reset_index(drop=True)
    features, target = customers[list(FEATURES)], customers[TARGET].to_numpy()
    folds = list(
        RepeatedStratifiedKFold(
            n_splits=SPLITS, n_repeats=arguments.repeats, random_state=SEED
        ).split(features, target)
    )
    grid = [
        (candidate, dict(zip(BASELINE, choices, strict=True)))
        for candidate in CANDIDATES
        for choices in itertools.product(*map(options, BASELINE))
    ]
    jobs = [(candidate, parts, fold) for candidate, parts in grid for fold in range(len(folds))]
    with threadpool_limits(1):
        found = Parallel(cpu_count(), backend=BACKEND, batch_size=20)(
            delayed(measured)(candidate, parts, features, target, *folds[fold])
            for candidate, parts, fold in tqdm(jobs, unit=" fits", disable=None)
        )
    results = pd.DataFrame(
        [
            {"candidate": candidate, **parts, "fold": fold, **metrics}
            for (candidate, parts, fold), metrics in zip(jobs, found, strict=True)
        ]
    )
    table = compared(results, len(folds[0][1]) / len(folds[0][0]))
    writing.write_csv(arguments.output / "choices.csv", table, digits=4)
    draw(table, len(customers), arguments.output / "choices.png")
    best = table.sort_values("roc_auc", ascending=False).groupby("candidate", sort=False).head(3)
    print(f"{len(grid)} combinations, {len(folds)} folds each")
    print(best[["candidate", *BASELINE, *METRICS]].to_string(index=False, float_format="%.4f"))
    for metric in METRICS:
        sign = 1 if metric == "roc_auc" else -1
        ends = table[[f"{metric}_low", f"{metric}_high"]]
        better = int((sign * ends > 0).all(axis=1).sum())
        worse = int((sign * ends < 0).all(axis=1).sum())
        print(f"{metric}: {better} better than the baseline beyond noise, {worse} worse")


if __name__ == "__main__":
    run(main)
