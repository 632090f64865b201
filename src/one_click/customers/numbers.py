"""Numbers of a column of text; what can be read in two ways is no number."""

import numpy as np
import pandas as pd

NUMBER = r"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?"
WHOLE = r"[+-]?[0-9]+(?:[.,]0{1,2})?"  # 5298, and 5298.0 as pandas writes it
THOUSANDS = r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}"  # 5,298: five and a bit, or five thousand
THREE_DECIMALS = r"[+-]?[0-9]*[.,][0-9]{3}"
MONTHS = (
    "янв|фев|мар|апр|май|мая|июн|июл|авг|сен|окт|ноя|дек"
    "|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
)
TWOFOLD = (
    "can be read in two ways, {decimal} or {whole}; write thousands without a mark ({whole}), or "
    "decimals with another number of digits ({decimal}0)"
)
OTHER_MARK = "has a decimal comma, others of the column a point; use one of them"
CURRENCY = r"(?:[$€£¥₽₴₸]|руб\.?|рублей|р\.?|rub|usd|eur|kzt)"
AMOUNT = r"[+-]?\d[\d.,\s]*"
PERCENT = r"[+-]?[\d.,\s]+%"
MONEY = rf"{CURRENCY}\s*{AMOUNT}|{AMOUNT}{CURRENCY}"
DATE = "|".join(
    [
        rf"\d{{1,4}}[./ -](?:{MONTHS})[a-zа-я]*\.?(?:[./ -]\d+)?",  # 04.апр
        rf"(?:{MONTHS})[a-zа-я]*[./ -]+\d{{1,4}}",  # апр.25
        r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?: .*)?",  # 04.05.2026
        r"\d{4}-\d{1,2}-\d{1,2}.*",
    ]
)
SHEET_ERROR = r"#+|#[a-zа-я/]+\d*[!?]?"
EXPORT = "export the table again"
MISTAKES = {
    PERCENT: "is written in per cent; write a plain number, a share as 0.27",
    MONEY: "has a currency sign; write digits only",
    DATE: f"is a date that a spreadsheet made of a number; format the column as numbers, {EXPORT}",
    SHEET_ERROR: f"is an error of the spreadsheet; mend the cell there and {EXPORT}",
}
NO_NUMBER = "is no finite number; write digits only"


def numbers_of(
    cells: pd.Series, high: float | None = None
) -> tuple[pd.Series, list[tuple[pd.Index, str]]]:
    """Numbers of a column of text, empty as missing; or of numbers, as they are.

    Parameters
    ----------
    high
        What the column may hold at most: a reading beyond it is none.

    Returns
    -------
    numbers, faults
        A faulty cell is missing; a fault is the index of its cells and what is wrong with them.
    """
    if pd.api.types.is_numeric_dtype(cells):
        infinite = cells.index[np.isinf(cells)]
        numbers = cells.drop(infinite).reindex(cells.index) + 0.0
        return numbers, [(infinite, NO_NUMBER)] if len(infinite) else []
    texts = cells[cells != ""].str.replace("\u2212", "-", regex=False)  # the typographic minus
    plain = texts[texts.str.fullmatch(NUMBER)]
    texts_with_point = plain.str.replace(",", ".", regex=False).astype(object)
    numbers = texts_with_point.astype("float64") + 0.0  # the nearest float; zero has no sign
    numbers = numbers[np.isfinite(numbers)]
    others = texts.drop(numbers.index)
    faults = []
    for pattern, problem in MISTAKES.items():
        mistaken = others.str.fullmatch(pattern, case=False)
        faults.append((others.index[mistaken], problem))
        others = others[~mistaken]
    faults.append((others.index, NO_NUMBER))
    plain = plain[numbers.index]
    for mark in ",.":
        rows = _twofold(plain, numbers, mark, np.inf if high is None else high)
        if len(rows):
            whole, decimal = (plain[rows].min().replace(mark, new) for new in ("", "."))
            faults.append((rows, TWOFOLD.format(whole=whole, decimal=decimal)))
            plain = plain.drop(rows)
    comma, point = (plain.str.contains(mark, regex=False) for mark in ",.")
    if point.any():
        faults.append((plain.index[comma], OTHER_MARK))
        plain = plain[~comma]
    numbers = numbers[plain.index]
    return numbers.reindex(cells.index), [(index, text) for index, text in faults if len(index)]


def _twofold(plain: pd.Series, numbers: pd.Series, mark: str, high: float) -> pd.Index:
    """Cells whose mark may part thousands: nothing else of the column shows that it is a decimal.

    Nothing shows it where each such mark is followed by exactly three digits, whole numbers as
    5298.0 apart; nor where a few are, no other has three decimals, and a thousand times as much
    lies nearer to the middle of the others than the number itself.
    """
    marked = plain[plain.str.contains(mark, regex=False) & ~plain.str.fullmatch(WHOLE)]
    alike = marked.str.fullmatch(THOUSANDS)
    rows = marked.index[alike]
    values = numbers[rows].abs()
    rows = rows[1_000 * values <= high]
    others = marked.drop(rows)  # a thousand times of some would be beyond what there can be
    if not len(others):
        return rows
    if len(rows) >= len(others) or others.str.fullmatch(THREE_DECIMALS).any():
        return rows[:0]
    middle = numbers.drop(rows).abs().median()
    values = values[rows]
    return rows[(1_000 * values - middle).abs() < (values - middle).abs()]
