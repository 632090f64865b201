"""THE path table: one named path an artefact. dvc.yaml states the same paths; a test compares."""

from pathlib import Path

MENU = Path("params.yaml")
CONF = Path("conf")
CONF_LOCK = Path("conf.lock.yaml")
SAMPLE = Path("data/sample")
SAMPLE_TRUTH = Path("data/sample_truth.parquet")
CUSTOMERS = Path("data/customers.parquet")
OUT_OF_FOLD = Path("data/out_of_fold.parquet")
RISKS = Path("data/risks.parquet")
CONTRIBUTIONS = Path("data/contributions.parquet")
AUC_LOST = Path("data/auc_lost.parquet")
REASONS = Path("data/reasons.parquet")
SEGMENTS = Path("data/segments.parquet")
OFFERS = Path("data/offers.parquet")
PLANS = Path("data/plans.parquet")
TUNED = Path("models/tuned")
CHOSEN = Path("models/chosen.skops")
CHOICE = Path("models/choice.json")
MODEL = Path("models/model.skops")
SECOND_OPINIONS = Path("models/second_opinions")
MODEL_CARD = Path("models/model.json")
CALIBRATION = Path("models/calibration.parquet")
EXPLAINERS = Path("models/explainers.parquet")
TYPICAL = Path("models/typical.json")
PREPARE_METRICS = Path("metrics/prepare.json")
QUALITY_METRICS = Path("metrics/quality.json")
SUMMARY_METRICS = Path("metrics/describe/summary.json")
TESTS_METRICS = Path("metrics/describe/tests.json")
ASSOCIATION_METRICS = Path("metrics/describe/association.json")
MONTHS_METRICS = Path("metrics/describe/months.json")
FAVOURITES_METRICS = Path("metrics/describe/favourites.json")
FINDINGS_METRICS = Path("metrics/describe/findings.json")
TUNE_METRICS = Path("metrics/tune")
CHOOSE_METRICS = Path("metrics/choose.json")
CHOSEN_METRICS = Path("metrics/chosen.json")
EVALUATE_METRICS = Path("metrics/evaluate.json")
PREDICT_METRICS = Path("metrics/predict.json")
EXPLAIN_METRICS = Path("metrics/explain.json")
SEGMENT_METRICS = Path("metrics/segment.json")
OFFER_METRICS = Path("metrics/offer.json")
HEADLINE_METRICS = Path("metrics/headline.json")
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


def second_opinion(name: str) -> Path:
    """Where a model that has not seen some customers is kept, to be asked about new ones."""
    return SECOND_OPINIONS / f"{name}.skops"
