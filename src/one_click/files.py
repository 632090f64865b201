"""THE file table: one named path an artefact, and how an artefact is written.

Every writer writes beside the target and then replaces it, so that a killed stage leaves no half
of a file; and writes the same bytes for the same content, so that DVC sees what has not changed.
"""

import csv
import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

MENU = Path("params.yaml")
CONF = Path("conf")
CONF_LOCK = Path("conf.lock.yaml")

SAMPLE = Path("data/sample")
SAMPLE_TRUTH = Path("data/sample_truth.parquet")
CUSTOMERS = Path("data/customers.parquet")
OUT_OF_FOLD = Path("data/out_of_fold.parquet")
RISKS = Path("data/risks.parquet")
REASONS = Path("data/reasons.parquet")
SEGMENTS = Path("data/segments.parquet")
OFFERS = Path("data/offers.parquet")
PLANS = Path("data/plans.parquet")

TUNED = Path("models/tuned")
CHOSEN = Path("models/chosen.skops")
CHOICE = Path("models/choice.json")
FOLD_MODELS = Path("models/fold_models.skops")
MODEL = Path("models/model.skops")
MODEL_CARD = Path("models/model.json")
CALIBRATION = Path("models/calibration.parquet")
REFERENCE = Path("models/reference.parquet")
TYPICAL = Path("models/typical.json")

PREPARE_METRICS = Path("metrics/prepare.json")
QUALITY_METRICS = Path("metrics/describe/quality.json")
SUMMARY_METRICS = Path("metrics/describe/summary.json")
TESTS_METRICS = Path("metrics/describe/tests.json")
ASSOCIATION_METRICS = Path("metrics/describe/association.json")
MONTHS_METRICS = Path("metrics/describe/months.json")
FAVOURITES_METRICS = Path("metrics/describe/favourites.json")
FINDINGS_METRICS = Path("metrics/describe/findings.json")
TUNE_METRICS = Path("metrics/tune")
CHOOSE_METRICS = Path("metrics/choose.json")
EVALUATE_METRICS = Path("metrics/evaluate.json")
PREDICT_METRICS = Path("metrics/predict.json")
EXPLAIN_METRICS = Path("metrics/explain.json")
SEGMENT_METRICS = Path("metrics/segment.json")
OFFER_METRICS = Path("metrics/offer.json")

QUALITY_TABLE = Path("plots/quality/columns.csv")
PAIRS_TABLE = Path("plots/association/pairs.csv")
DESCRIBE_PLOTS = Path("plots/describe")
TUNE_PLOTS = Path("plots/tune")
CHOOSE_PLOT = Path("plots/choose/candidates.csv")
ROC_PLOT = Path("plots/evaluate/roc.csv")
PRECISION_RECALL_PLOT = Path("plots/evaluate/precision_recall.csv")
CALIBRATION_PLOT = Path("plots/evaluate/calibration.csv")
CONFUSION_PLOT = Path("plots/evaluate/confusion.csv")
GAIN_PLOT = Path("plots/evaluate/gain.csv")
SENSITIVITY_PLOT = Path("plots/segment/sensitivity.csv")
BUDGET_CURVE = Path("plots/offer/budget.csv")
REPORT_PLOTS = Path("plots/report")

OFFERS_CSV = Path("reports/offers.csv")
OFFERS_XLSX = Path("reports/offers.xlsx")
REPORT = Path("reports/report.html")

SWEEP = Path("reports/sweep.csv")
SWEEP_PLOT = Path("reports/sweep.png")
PLOTS_PAGE = Path("reports/plots.html")
SECONDS = Path("logs/seconds.csv")


def tuned_model(candidate: str) -> Path:
    """Where the tuned pipeline of a candidate is kept."""
    return TUNED / f"{candidate}.skops"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; it takes the place of `path` when all went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}{path.suffix}")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write text as it is: no translation of line ends."""
    with replacing(path) as beside:
        beside.write_bytes(text.encode(encoding))


def rounded(value: Any, digits: int | None = 4) -> Any:
    """The same nested value, every NumPy scalar made plain, every float rounded (None: kept)."""
    if isinstance(value, dict):
        return {str(key): rounded(item, digits) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item, digits) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return round(value, digits) if isinstance(value, float) and digits is not None else value


def significant(value: Any, digits: int = 4) -> Any:
    """The same nested value, plain, floats with so many significant digits; NaN and inf: None.

    For p-values, of which so many decimals would leave nothing.
    """
    if isinstance(value, dict):
        return {str(key): significant(item, digits) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [significant(item, digits) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.{digits}g}") if math.isfinite(value) else None
    return value


def write_json(path: Path, content: dict, digits: int | None = 4) -> None:
    """Write figures: sorted keys, floats rounded to `digits`; None keeps them exactly."""
    text = json.dumps(
        rounded(content, digits), ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False
    )
    write_text(path, text + "\n")


def read_json(path: Path) -> dict:
    """Read what `write_json` wrote."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_parquet(path: Path, frame: "pd.DataFrame") -> None:
    """Write a table without its index."""
    with replacing(path) as beside:
        frame.to_parquet(beside, index=False)


def write_csv(path: Path, frame: "pd.DataFrame", digits: int = 6) -> None:
    """Write figures behind a plot: floats with at most `digits` significant digits."""
    write_text(path, frame.to_csv(index=False, float_format=f"%.{digits}g", lineterminator="\n"))


def append_row(path: Path, row: list) -> None:
    """Append a row to a log in CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(row)
