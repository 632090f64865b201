"""Four raw tables in, one row a customer out: `data/customers.parquet`.

Enters: the folder `tables`. Leaves: customers with code names, months as columns, `declined` (1 =
decline), `contact_allowed`, `part` (train, test or aside) and `twin_of` (the learned copy of a
twin that stands aside). Rows stand in the order of their content, so that neither ids nor the
order of a file can reach a split or a model. Only customers who are not regular leave.
"""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

from one_click import files
from one_click.columns import (
    BY_NAME,
    COLUMNS,
    CONSENT,
    DECLINED,
    FEATURES,
    ID,
    PROFIT,
    RAW_ID,
    REVENUES,
    TABLES,
    TARGET,
)
from one_click.params import Cleaning, Split, load
from one_click.stage import InputError, run
from one_click.tables import read_tables

CONTENT = [*FEATURES, TARGET]


def joined(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Join the raw frames into one row a customer, months as columns, names from the table.

    Parameters
    ----------
    frames
        By table, as `read_tables` gives them: the same ids in each; without a target it is left
        out.
    """
    customers = frames["customers"].set_index(RAW_ID)
    wide = pd.DataFrame(index=customers.index)
    for column in COLUMNS:
        frame = frames[column.table]
        if column.raw not in frame:
            continue
        if column.month:
            months = frame.pivot(
                index=RAW_ID, columns=TABLES[column.table].period, values=column.raw
            )
            values = months[column.month.code]
        else:
            values = frame.set_index(RAW_ID)[column.raw]
        wide[column.name] = values.reindex(wide.index)
    if TARGET in wide:
        wide[TARGET] = (wide[TARGET] == DECLINED.code).astype("int64")
    wide["contact_allowed"] = wide["contact_allowed"] == CONSENT.code
    return wide.rename_axis(ID).reset_index().astype({ID: "int64"})


def in_order_of_content(customers: pd.DataFrame) -> pd.DataFrame:
    """Sort by features, target and profit; the id decides between equal rows alone."""
    return customers.sort_values([*CONTENT, PROFIT, ID], ignore_index=True, kind="stable")


def is_regular(customers: pd.DataFrame, rule: str) -> pd.Series:
    """Whether revenue is above zero in every month, or in any, by customer."""
    bought = customers[list(REVENUES)] > 0
    return bought.all(axis="columns") if rule == "revenue_every_month" else bought.any(axis=1)


def revenue_slips(
    customers: pd.DataFrame, times_median: float, medians: pd.Series | None = None
) -> pd.DataFrame:
    """Cells of revenue above so many medians of their month: booleans, (customers, months).

    `medians` are those of the customers themselves unless given.
    """
    revenue = customers[list(REVENUES)]
    return revenue > times_median * (revenue.median() if medians is None else medians)


def without_slips(revenue: pd.DataFrame, slips: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Revenue whose slips are kept, or missing ("aside"), or the mean of the other months."""
    if rule == "keep":
        return revenue
    clean = revenue.mask(slips)
    if rule == "repair":
        others = clean.mean(axis="columns")
        clean = clean.apply(lambda month: month.mask(slips[month.name], others))
    return clean


def twin_of(customers: pd.DataFrame) -> pd.Series:
    """For each further copy of equal features and target, the id of the first copy."""
    first = customers.groupby(CONTENT, dropna=False, sort=False)[ID].transform("min")
    return first.where(first != customers[ID]).astype("Int64")


def assigned_parts(target: pd.Series, share: float, seed: int) -> np.ndarray:
    """Mark rows "train" or "test", stratified by the target and shuffled.

    Raises
    ------
    InputError
        Where a class has too few rows to stand in both parts.
    """
    from sklearn.model_selection import train_test_split

    try:
        _, test = train_test_split(
            np.arange(len(target)), test_size=share, random_state=seed, stratify=target
        )
    except ValueError as error:
        raise InputError(
            f"tables: {len(target)} rows to learn from cannot be split by split.test_share {share}"
            f" ({error}): give more rows or another share"
        ) from None
    part = np.full(len(target), "train", dtype=object)
    part[test] = "test"
    return part


def cleaned(customers: pd.DataFrame, cleaning: Cleaning) -> tuple[pd.DataFrame, dict]:
    """Apply the rules of cleaning; mark who stands aside in the column `aside`.

    Returns
    -------
    customers, counts
        Customers who stay, with `twin_of` and `aside` (a reason, or missing); what each rule did.
    """
    regular = is_regular(customers, cleaning.regular)
    left = {cleaning.regular: sorted(customers.loc[~regular, ID].tolist())}
    customers = in_order_of_content(customers[regular])
    customers["twin_of"] = twin_of(customers)
    second = customers["twin_of"].notna()
    if cleaning.twins == "drop":
        left["twin"] = sorted(customers.loc[second, ID].tolist())
        customers = customers[~second].reset_index(drop=True)
        second = second[~second].reset_index(drop=True)
    slips = revenue_slips(customers, cleaning.revenue_slip_times_median)
    slipped = slips.any(axis="columns")
    customers["aside"] = pd.Series(None, index=customers.index, dtype=object)
    revenue = customers[list(REVENUES)]
    customers[list(REVENUES)] = without_slips(revenue, slips, cleaning.revenue_slip)
    if cleaning.revenue_slip == "aside":
        customers.loc[slipped, "aside"] = "revenue_slip"
    customers.loc[second, "aside"] = "twin"
    counts = {
        "left": {rule: len(ids) for rule, ids in left.items()},
        "left_ids": left,
        "revenue_slips": int(slipped.sum()),
        "aside": {
            reason: int((customers["aside"] == reason).sum()) for reason in ("revenue_slip", "twin")
        },
    }
    return customers, counts


def with_parts(customers: pd.DataFrame, split: Split) -> pd.DataFrame:
    """Replace `aside` by `part`: train, test or aside."""
    learned = customers["aside"].isna()
    target = customers.loc[learned, TARGET]
    if target.nunique() < 2:
        raise InputError("tables: after cleaning one class is left: see cleaning in params.yaml")
    part = pd.Series("aside", index=customers.index, dtype=object)
    part[learned] = assigned_parts(target, split.test_share, split.seed)
    ordered = [ID, TARGET, *FEATURES, PROFIT, "twin_of"]
    return customers[ordered].assign(part=part)


def content_hash(customers: pd.DataFrame) -> str:
    """SHA-256 of the rows' cells, the same for every dialect and order of the raw tables."""
    columns = [ID, *CONTENT, PROFIT]
    rows = customers.sort_values(ID)[columns].to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(rows.encode()).hexdigest()


def prepared(folder: Path, cleaning: Cleaning, split: Split) -> tuple[pd.DataFrame, dict]:
    """Read the tables of a folder and prepare the customers.

    Returns
    -------
    customers, metrics
        The customers' table; what was read, mended, left and set aside.
    """
    raw = read_tables(folder)
    everyone = joined(raw.frames)
    customers, counts = cleaned(everyone, cleaning)
    customers = with_parts(customers, split)
    learned = customers[customers["part"] != "aside"]
    missing = everyone[list(FEATURES)].isna().sum()
    consent = BY_NAME["contact_allowed"]
    missing[consent.name] = raw.frames[consent.table][consent.raw].isna().sum()  # read as a refusal
    metrics = {
        **counts,
        "customers": {
            "read": len(everyone),
            "kept": len(customers),
            "learned_or_tested": len(learned),
            **{part: int((customers["part"] == part).sum()) for part in ("train", "test")},
        },
        "declined": {"read": everyone[TARGET].sum(), "learned_or_tested": learned[TARGET].sum()},
        "missing": {name: int(count) for name, count in missing.items() if count},
        "spelling_mended": raw.mended,
        "encoding": raw.encodings,
        "data_hash": content_hash(everyone),
    }
    return customers, metrics


def main() -> None:
    params = load("tables", "cleaning", "split")
    customers, metrics = prepared(Path(params.tables), params.cleaning, params.split)
    files.write_parquet(files.CUSTOMERS, customers)
    files.write_json(files.PREPARE_METRICS, metrics)


if __name__ == "__main__":
    run(main)
