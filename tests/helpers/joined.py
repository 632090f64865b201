"""Customers as `joined` gives them, by hand, and the usual rules of cleaning."""

import numpy as np
import pandas as pd

from one_click.columns import (
    COLUMNS,
    FEATURES,
    ID,
    REVENUES,
    TARGET,
)
from one_click.settings.customers import Cleaning, Split

STANDARD = Cleaning("revenue_every_month", "aside", 10, "aside")
SPLIT = Split(0.25, seed=1)
COLUMN_NAMES = [ID, *(column.name for column in COLUMNS)]


def cleaning(**rules) -> Cleaning:
    """The standard rules with some changed."""
    return Cleaning(**(vars(STANDARD) | rules))


def customers(count: int, **columns) -> pd.DataFrame:
    """As `joined` gives them: ids from "1", no twins, revenue 100 each month, classes in turn."""
    numbers = np.arange(1, count + 1)
    frame = pd.DataFrame({ID: numbers.astype(str)})
    for column in COLUMNS:
        if column.values:
            frame[column.name] = column.values[0].code
        else:
            frame[column.name] = 100.0 if column.name in REVENUES else numbers / (count + 1)
    frame = frame.assign(declined=numbers % 2, contact_allowed=True)
    return frame.assign(**columns)


def with_copies(everyone: pd.DataFrame, *pairs) -> pd.DataFrame:
    """Give the second customer of each pair the features and target of the first."""
    frame = everyone.set_index(ID)
    for first, second in ((str(one), str(other)) for one, other in pairs):
        frame.loc[second, [*FEATURES, TARGET]] = frame.loc[first, [*FEATURES, TARGET]]
    return frame.astype(everyone.set_index(ID).dtypes.to_dict()).reset_index()
