"""How each column is distributed, over all rows and by class."""

import pandas as pd

from one_click.columns import CATEGORIES, DECLINED, NUMBERS, PROFIT, STAYED, TARGET, category_codes
from one_click.customers.codes import coded
from one_click.statistics import share_interval

MEASURED = (*NUMBERS, PROFIT)
CLASSES = {STAYED.code: 0, DECLINED.code: 1}
SMALLEST_GROUP = 8  # rows: below it D'Agostino's test is undefined, and no interval is worth giving


def described_numbers(values: pd.Series) -> dict[str, float]:
    """Mean, spread, quartiles, ends, skewness and excess kurtosis of the values there are."""
    numbers = values.dropna()
    lowest, lower, median, upper, highest = numbers.quantile([0, 0.25, 0.5, 0.75, 1])
    return {
        "rows": len(numbers),
        "mean": numbers.mean(),
        "std": numbers.std(),
        "skew": numbers.skew(),
        "kurtosis": numbers.kurt(),
        "min": lowest,
        "lower_quartile": lower,
        "median": median,
        "upper_quartile": upper,
        "max": highest,
    }


def numbers_by_class(rows: pd.DataFrame) -> dict[str, dict]:
    """`described_numbers` of each number, over `all` rows and of each class."""
    groups = {"all": rows} | {code: rows[rows[TARGET] == k] for code, k in CLASSES.items()}
    return {
        name: {code: described_numbers(group[name]) for code, group in groups.items()}
        for name in MEASURED
    }


def categories_by_class(rows: pd.DataFrame, confidence: float) -> dict[str, dict]:
    """Of each category and value: rows, its share of each class, the share of decliners in it."""
    figures: dict[str, dict] = {}
    for name in CATEGORIES:
        cells = rows[[name, TARGET]].dropna()
        codes = coded(cells[name])
        figures[name] = {}
        for code in category_codes(name):
            has = codes == code
            by_class = {
                of_class: share_interval(int((has & mine).sum()), int(mine.sum()), confidence)
                for of_class, mine in ((c, cells[TARGET] == k) for c, k in CLASSES.items())
                if mine.any()
            }
            figures[name][code] = {"rows": int(has.sum()), **by_class}
            if has.any():
                count = int(cells.loc[has, TARGET].sum())
                within = share_interval(count, int(has.sum()), confidence)
                figures[name][code]["decliners"] = within
    return figures


def summaries(rows: pd.DataFrame, confidence: float) -> dict:
    """All of the above, the number of rows, and the share of decliners."""
    declined = int(rows[TARGET].sum())
    return {
        "rows": len(rows),
        "declined": declined,
        "share_declined": share_interval(declined, len(rows), confidence),
        "numbers": numbers_by_class(rows),
        "categories": categories_by_class(rows, confidence),
    }
