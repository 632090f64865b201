"""Customers of a new month that the model has learned from, told by their values.

The final model knows their rows by heart, so its score of them is no forecast: they keep the risk
and the reasons that the stages gave them by models that had not seen them. An id that comes back
with other values is a new row: nobody has learned it, and the final model scores it.
"""

import pandas as pd

from one_click.columns import FEATURES, ID
from one_click.risk.origins import NEW

SAME = [ID, *FEATURES]


def is_known(customers: pd.DataFrame, everyone: pd.DataFrame) -> pd.Series:
    """Whether each customer was learned from with these very values, missing ones included.

    Parameters
    ----------
    everyone
        The customers of `prepare` with the `origin` of their risk: whom the model for new customers
        scored, it had not seen.
    """
    learned = everyone.loc[everyone["origin"] != NEW, SAME]
    both = customers[SAME].merge(learned, on=SAME, how="left", indicator=True, validate="1:1")
    return pd.Series((both["_merge"] == "both").to_numpy(), index=customers.index)


def with_earlier(table: pd.DataFrame, earlier: pd.DataFrame, known: pd.Series) -> pd.DataFrame:
    """The table with the rows of known customers as the stages wrote them.

    Parameters
    ----------
    table, earlier
        The same columns and more, a row a customer: of the new month, of the stages.
    known
        By row of the table.
    """
    rows = table[[ID]].merge(earlier, on=ID, how="left", validate="1:1").set_index(table.index)
    mixed = table.copy()
    mixed.loc[known] = rows.loc[known, table.columns]
    return mixed


def scored_by_one(customers: pd.DataFrame) -> pd.DataFrame:
    """The customers with single models' scores: a mean over models is less spread than they are."""
    return customers.assign(score=customers["score_by_one"])
