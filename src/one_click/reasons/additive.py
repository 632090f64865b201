"""The terms of a score that is a sum over columns: one score a value, and no order matters."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from one_click.reasons.many_scores import ROWS_AT_ONCE, many_scores

if TYPE_CHECKING:
    from imblearn.pipeline import Pipeline


def terms(
    model: "Pipeline", customers: pd.DataFrame, anchor: pd.DataFrame, used: list[str]
) -> np.ndarray:
    """What each value adds to the score of the anchor, in the place of the anchor's own.

    The model itself is asked, once a value: customers share many.

    Parameters
    ----------
    customers
        Of whom the score is additive, n rows; see `structure.is_additive`.
    anchor
        One such customer, a row.
    used
        The columns that reach the model: the others add nothing.

    Returns
    -------
    terms
        Shape (n, features).
    """
    codes = {name: pd.factorize(customers[name], use_na_sentinel=False)[0] for name in used}
    first = {name: np.unique(code, return_index=True)[1] for name, code in codes.items()}
    rows = np.concatenate([[0], *first.values()])
    changed = np.repeat(["", *used], [1, *map(len, first.values())])
    score = np.empty(len(rows))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        row, column = (at[start : start + ROWS_AT_ONCE] for at in (rows, changed))
        hybrids = {
            name: np.where(column == name, values.to_numpy()[row], anchor[name].to_numpy())
            for name, values in customers.items()
        }
        score[start : start + ROWS_AT_ONCE] = many_scores(model, pd.DataFrame(hybrids))
    values = np.zeros(customers.shape)
    for name, code in codes.items():
        values[:, customers.columns.get_loc(name)] = (score[changed == name] - score[0])[code]
    return values
