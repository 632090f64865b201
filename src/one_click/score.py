"""A new month: risks, reasons, segments and offers for customers whose outcome nobody knows yet.

    python -m one_click.score --tables FOLDER --output FOLDER [--campaign NAME] [--reasons WHOSE]

Enters: four tables as `prepare` takes them, without a target (one that is there is not looked at),
and what the last `dvc repro` left: model, calibration, reference, cuts. Leaves in the output folder
the files that the stages write, `flags.csv` (a row a value that was missing, unknown or set aside)
and `drift.html`: whether these customers look like those that the model has learned from.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, cpu_count, delayed
from omegaconf import OmegaConf
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from one_click import drift, files
from one_click.calibrate import calibrated
from one_click.campaign import Campaign
from one_click.card import check_card
from one_click.columns import COLUMNS, FEATURES, ID, PROFIT, RAW_ID, REVENUES
from one_click.drift_page import FLAGS, drift_page
from one_click.explain import reasons_table
from one_click.models import NEW, load_model
from one_click.offer import model_version, plan_figures
from one_click.params import Cleaning, Explain, checked, load
from one_click.pipeline import PARALLEL, scores
from one_click.prepare import is_regular, joined, revenue_slips, without_slips
from one_click.segment import segment_by_customer
from one_click.shapley import Explained, Explainer, prepared
from one_click.spreadsheet import as_told, write_csv, write_xlsx
from one_click.stage import InputError, run
from one_click.tables import RawTables, read_tables
from one_click.wave import offers_table, wave_of
from one_click.wording import report_speaker

ROWS_AT_ONCE = 20_000
EXPLAINED_AT_ONCE = 2_000
SAVED = (
    files.MODEL, files.MODEL_CARD, files.CALIBRATION, files.REFERENCE, files.TYPICAL,
    files.SEGMENT_METRICS, files.CUSTOMERS, files.RISKS,
)  # fmt: skip


def new_customers(
    raw: RawTables, cleaning: Cleaning, medians: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame, list[int]]:
    """One row a regular customer, what was amiss with it, and who is no regular customer.

    Parameters
    ----------
    medians
        Of the known customers' revenue, by month: a slip is so many times of them.

    Returns
    -------
    customers, flags, left
        `flags` has a row a cell: `customer_id`, `column`, `flag` (missing, unknown, slip).
    """
    customers = joined(raw.frames)
    regular = is_regular(customers, cleaning.regular)
    left = sorted(customers.loc[~regular, ID].tolist())
    customers = customers[regular].sort_values(ID, ignore_index=True)
    slips = revenue_slips(customers, cleaning.revenue_slip_times_median, medians)
    revenue = customers[list(REVENUES)]
    customers[list(REVENUES)] = without_slips(revenue, slips, cleaning.revenue_slip)
    ids = customers[ID]
    flagged = {(name, "slip"): ids[slips[name]] for name in REVENUES}
    for column in COLUMNS:
        if column.raw in raw.unknown and not column.month:
            flagged[column.name, "unknown"] = ids[ids.isin(raw.unknown[column.raw])]
    consent = next(column for column in COLUMNS if column.kind == "consent")
    answers = raw.frames[consent.table]
    unanswered = answers.loc[answers[consent.raw].isna(), RAW_ID]
    for name in FEATURES:
        absent = ids.isin(unanswered) if name == consent.name else customers[name].isna()
        told = [rows for (of, _), rows in flagged.items() if of == name]
        known = ids.isin(pd.concat(told)) if told else False
        flagged[name, "missing"] = ids[absent & ~known]
    flags = pd.concat(
        [pd.DataFrame({ID: rows, "column": n, "flag": f}) for (n, f), rows in flagged.items()]
    )
    return customers, flags.sort_values([ID, "column"], ignore_index=True), left


def risks_of(customers: pd.DataFrame, calibration: str) -> pd.DataFrame:
    """Score, risk and its interval, by the final model; in chunks, with progress."""
    model, known = load_model(files.MODEL), pd.read_parquet(files.CALIBRATION)
    parts = []
    for start in tqdm(range(0, len(customers), ROWS_AT_ONCE), "risk", disable=None):
        rows = customers.iloc[start : start + ROWS_AT_ONCE]
        score = scores(model, rows[list(FEATURES)])
        risk, low, high = calibrated(
            calibration, known["score"].to_numpy(), known["declined"].to_numpy(), score
        )
        parts.append(
            pd.DataFrame(
                {ID: rows[ID], "score": score, "risk": risk, "risk_low": low, "risk_high": high}
            )
        )
    return pd.concat(parts, ignore_index=True).assign(origin=NEW)


def explained(customers: pd.DataFrame, params: Explain) -> Explained:
    """Contributions to the final model's score, in chunks on all cores, with progress."""
    if not len(customers):
        return Explained(*np.empty((2, 0, len(FEATURES))), base_value=np.nan, evaluations=0)
    reference = pd.read_parquet(files.REFERENCE)[list(FEATURES)]
    explainer, _ = prepared(load_model(files.MODEL), reference, params.order_pairs, params.seed)
    starts = range(0, len(customers), EXPLAINED_AT_ONCE)
    parts = (customers[list(FEATURES)].iloc[at : at + EXPLAINED_AT_ONCE] for at in starts)
    with threadpool_limits(1):
        tasks = tqdm(
            [delayed(Explainer.explain)(explainer, p) for p in parts], "reasons", disable=None
        )
        found = Parallel(n_jobs=cpu_count(), backend=PARALLEL)(tasks)
    return Explained(
        np.concatenate([part.values for part in found]),
        np.concatenate([part.error for part in found]),
        explainer.base_value,
        sum(part.evaluations for part in found),
    )


def chosen_campaign(name: str | None) -> Campaign:
    """The campaign of the lock, or that of conf/campaign.

    Raises
    ------
    InputError
        Where there is none of that name.
    """
    if name is None:
        return load("campaign").campaign
    folder = files.CONF / "campaign"
    options = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in options:
        raise InputError(f"--campaign: no campaign {name!r}; choose one of {', '.join(options)}")
    lock = OmegaConf.load(files.CONF_LOCK)
    lock.campaign = OmegaConf.load(folder / f"{name}.yaml")
    return checked(lock, str(folder / f"{name}.yaml")).campaign


def check_saved() -> dict:
    """The model's card, where all that `dvc repro` leaves is there and fits these libraries.

    Raises
    ------
    InputError
        Where something is missing, or the model was made by other versions or for other columns.
    """
    for path in SAVED:
        if not path.exists():
            raise InputError(f"{path}: not found: run `dvc repro` to make the model, or `dvc pull`")
    card = files.read_json(files.MODEL_CARD)
    check_card(card)
    return card


def check_output(folder: Path, tables: Path) -> None:
    """Check where to write.

    Raises
    ------
    InputError
        Where it is a file, or the folder that is read.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--output: {folder} is a file; name a folder")
    if folder.resolve() == tables.resolve():
        raise InputError(f"--output: {folder} is the folder of the tables; name another one")


def reasons_of(customers: pd.DataFrame, asked: pd.Series, params: Explain) -> pd.DataFrame:
    """Reasons of the customers who are asked about; missing for the others."""
    found = explained(customers[asked], params)
    table = reasons_table(customers.loc[asked, ID], found, params.reasons)
    return customers[[ID]].merge(table, on=ID, how="left", validate="1:1")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m one_click.score", description=__doc__)
    parser.add_argument("--tables", type=Path, required=True, help="folder of the four new tables")
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    parser.add_argument("--campaign", help="of conf/campaign; the one of params.yaml if left out")
    parser.add_argument(
        "--reasons",
        choices=("all", "addressed"),
        default="all",
        help="whose reasons: of all, or of the segments that the campaign addresses (less to do)",
    )
    asked = parser.parse_args()
    params = load("cleaning", "explain", "drift", "report")
    check_output(asked.output, asked.tables)
    card, campaign = check_saved(), chosen_campaign(asked.campaign)
    cuts, typical = files.read_json(files.SEGMENT_METRICS), files.read_json(files.TYPICAL)
    everyone = pd.read_parquet(files.CUSTOMERS).merge(pd.read_parquet(files.RISKS), on=ID)
    known = everyone[everyone["part"] != "aside"]
    raw = read_tables(asked.tables, labelled=False)
    medians = everyone[list(REVENUES)].median()
    customers, flags, left = new_customers(raw, params.cleaning, medians)
    if not len(customers):
        raise InputError(
            f"{asked.tables}: none of the {len(left)} customers is regular by the rule "
            f"{params.cleaning.regular}: nobody to score"
        )
    risks = risks_of(customers, card["calibration"])
    customers = customers.merge(risks, on=ID, validate="1:1")
    profit = customers[PROFIT].to_numpy()
    customers["segment"] = segment_by_customer(
        customers["risk"].to_numpy(), profit, cuts["risk_cut"], cuts["profit_cut"]
    )
    addressed = customers["segment"].isin(campaign.segments) | (asked.reasons == "all")
    reasons = reasons_of(customers, addressed, params.explain)
    customers = customers.merge(reasons, on=ID, validate="1:1")
    wave = wave_of(customers, campaign, typical)
    plan = wave.plan(campaign.budget)
    offers = offers_table(wave, plan, model_version(), card["data_hash"])
    told = as_told(offers, customers, campaign, typical, report_speaker(params.report.language))
    unknown = flags[flags["flag"] == "unknown"].groupby("column").size().to_dict()
    found = drift.compared(known, customers, unknown, params.drift)
    counts = {flag: int(flags.loc[flags["flag"] == flag, ID].nunique()) for flag in FLAGS}
    page = drift_page(
        found, len(known), len(left), params.cleaning.regular, counts, params.drift,
        params.report.language,
    )  # fmt: skip
    into = asked.output
    files.write_parquet(into / files.RISKS.name, risks)
    files.write_parquet(into / files.REASONS.name, reasons)
    files.write_parquet(into / files.SEGMENTS.name, customers[[ID, "segment"]])
    files.write_parquet(into / files.OFFERS.name, offers)
    write_csv(into / files.OFFERS_CSV.name, told)
    write_xlsx(into / files.OFFERS_XLSX.name, told)
    files.write_text(into / "flags.csv", flags.to_csv(index=False))
    summary = found | {"left": left, "flags": counts, "plan": plan_figures(offers, campaign)}
    files.write_json(into / "drift.json", summary)
    files.write_text(into / "drift.html", page)
    print(
        f"{len(customers)} customers scored, {len(left)} left out; {len(flags)} values flagged; "
        f"drift: {found['verdict']}; all in {into}"
    )


if __name__ == "__main__":
    run(main)
