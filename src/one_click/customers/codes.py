"""Categories as codes."""

import pandas as pd

from one_click.columns import category_codes


def coded(values: pd.Series) -> pd.Series:
    """Codes of a category; consent is stored as a boolean, its codes are those of the table."""
    if values.dtype == bool:
        refusal, consent = category_codes(str(values.name))
        return values.map({False: refusal, True: consent})
    return values
