"""What is typical of a column, of those who stayed and of decliners."""

import pandas as pd

from one_click.columns import CATEGORIES, FEATURES, TARGET, category_codes


def typical_values(learned: pd.DataFrame) -> dict[str, dict]:
    """Median or commonest value of each feature: of those who stayed, and of decliners.

    None where a class has no value of it.
    """
    values_of = {}
    for name in FEATURES:
        category = name in CATEGORIES
        by_class = {}
        for key, declined in (("typical", 0), ("declined", 1)):
            values = learned.loc[learned[TARGET] == declined, name].dropna()
            if category:
                counts = _codes(values).value_counts().reindex(category_codes(name), fill_value=0)
                by_class[key] = counts.idxmax() if len(values) else None
            else:
                by_class[key] = float(values.median()) if len(values) else None
        values_of[name] = {"kind": "category" if category else "number"} | by_class
    return values_of


def _codes(values: pd.Series) -> pd.Series:
    return values.map({False: "no", True: "yes"}) if values.dtype == bool else values.astype(object)
