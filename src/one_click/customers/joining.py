"""Four raw frames become one row a customer."""

import pandas as pd

from one_click.columns import (
    COLUMNS,
    CONSENT,
    DECLINED,
    FEATURES,
    ID,
    PROFIT,
    RAW_ID,
    TABLES,
    TARGET,
)

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
    return wide.rename_axis(ID).reset_index()


def in_order_of_content(customers: pd.DataFrame) -> pd.DataFrame:
    """Sort by features, target and profit; the id decides between equal rows alone."""
    return customers.sort_values([*CONTENT, PROFIT, ID], ignore_index=True, kind="stable")
