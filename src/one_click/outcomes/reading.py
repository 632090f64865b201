"""What became of a wave comes in here: the outcome three months later, and the CRM's log.

Both are read as the raw tables are, in any dialect, and each fault is a line.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pandas as pd

from one_click.columns import BY_NAME, DECLINED, ID, PROFIT, RAW_ID, TARGET, Column, Value
from one_click.customers.ids import almost
from one_click.customers.reading import read_table, read_tables
from one_click.customers.rows import rows_text
from one_click.offers.kept_wave import KeptWave
from one_click.running.errors import InputError

SENT, FAILED = "sent", "failed"
DATE = "date"
VALUES_SHOWN = 3
STATUS = Column(  # of a label, as of the target, no cell may be empty
    "status", "log", "status", "label", "Статус", "Status", "target",
    values=(
        Value("sent", SENT, "sent", ("Sent", "SENT")),
        Value("failed", FAILED, "failed", ("Failed", "FAILED")),
        Value("отправлено", SENT, "sent", ("Отправлено", "ОТПРАВЛЕНО")),
        Value("ошибка", FAILED, "failed", ("Ошибка", "ОШИБКА")),
    ),
)  # fmt: skip


def offer_column(codes: Iterable[str]) -> Column:
    """The column of the log that says which offer was sent."""
    values = tuple(Value(code, code, code) for code in codes)
    return Column(
        "offer", "log", "offer", "category", "Предложение", "Offer", "communication", values=values
    )


def read_outcome(path: Path, wave: KeptWave) -> pd.DataFrame:
    """The outcome of a wave.

    Parameters
    ----------
    path
        A CSV with the id and the target, and the profit after where it is known; or a folder of
        the four raw tables.

    Returns
    -------
    `customer_id`, `declined` (0 or 1), and `profit_after` where it is known.

    Raises
    ------
    InputError
        A line a fault of the tables; where nobody of the wave has an outcome, or the tables are
        those that the wave was planned from.
    """
    target, profit = BY_NAME[TARGET], BY_NAME[PROFIT]
    if path.is_dir():
        frames = read_tables(path, option="--outcome").frames
        rows = frames[target.table].merge(frames[profit.table], on=RAW_ID, validate="1:1")
    else:
        rows, _ = read_table(path, [target], "--outcome", (profit,))
    declined = (rows[target.raw] == DECLINED.code).astype("int64").to_numpy()
    outcome = pd.DataFrame({ID: rows[RAW_ID].to_numpy(), TARGET: declined})
    if profit.raw in rows:
        outcome["profit_after"] = rows[profit.raw].to_numpy()
    _check_customers(path, outcome[ID], wave)
    _check_later(path, outcome, wave)
    return outcome


def read_log(path: Path, wave: KeptWave) -> tuple[pd.DataFrame, list[str]]:
    """What the CRM says of each customer of a wave.

    Returns
    -------
    log, warnings
        `customer_id` and whether something was `sent`; a line for what looks wrong and is not
        looked at.

    Raises
    ------
    InputError
        A line a fault of the log, a day before the wave and an offer of another campaign among
        them; where nobody of the wave stands in it.
    """
    column = offer_column(wave.campaign.offers)
    rows, cells = read_table(path, [STATUS], "--sent", (column,))
    if DATE in cells:
        _check_days(path, cells[DATE], wave.campaign.wave_date)
    _check_customers(path, rows[RAW_ID], wave)
    known = rows[RAW_ID].isin(wave.plan[ID])
    rows = rows[known]
    sent = rows[STATUS.raw] == SENT
    warnings = []
    if count := int((~known).sum()):
        warnings.append(f"warning: {path}: {count} customers are not in the wave: not looked at")
    if column.raw in rows:
        planned = rows[RAW_ID].map(wave.plan.set_index(ID)["offer"])
        other = sent & planned.notna() & rows[column.raw].notna() & (rows[column.raw] != planned)
        if other.any():
            warnings.append(
                f"warning: {path}: column «{column.raw}», {rows_text(other.index[other])}: another "
                "offer than was planned: counted as planned, so that groups stay as they were drawn"
            )
    log = pd.DataFrame({ID: rows[RAW_ID].to_numpy(), "sent": sent.to_numpy(dtype=bool)})
    return log, warnings


def _check_customers(path: Path, ids: pd.Series, wave: KeptWave) -> None:
    planned = wave.plan[ID]
    if not ids.isin(planned).any():
        advice = almost(planned, ids) or "give the file of this wave's store"
        raise InputError(
            f"{path}: column «{RAW_ID}»: none of the {len(planned)} customers of wave "
            f"{wave.campaign.wave}: {advice}"
        )


def _check_later(path: Path, outcome: pd.DataFrame, wave: KeptWave) -> None:
    """Refuse what was exported before the wave: nobody's profit has moved since."""
    if "profit_after" not in outcome:
        return
    both = outcome.merge(wave.plan[[ID, PROFIT]], on=ID, validate="1:1")
    if both[PROFIT].nunique() > 1 and (both["profit_after"] == both[PROFIT]).all():
        raise InputError(
            f"{path}: column «{BY_NAME[PROFIT].raw}»: of every customer as it was when wave "
            f"{wave.campaign.wave} was planned: this was exported before it; give the outcome "
            "three months later"
        )


def _check_days(path: Path, cells: pd.Series, wave_date: str) -> None:
    """Refuse what is no day, and days before the wave."""
    days = cells[cells != ""].str.replace(r"^(\d{2})\.(\d{2})\.(\d{4})", r"\3-\2-\1", regex=True)
    days = days.str.replace(r"[T ]\d{2}:\d{2}.*$", "", regex=True)
    sound = days.map(_is_day).astype(bool)
    for rows, problem in (
        (days[~sound], "is no day such as 2026-12-05; write it so"),
        (
            days[sound & (days < wave_date)],
            f"lies before the wave, {wave_date}: give the log of this wave",
        ),
    ):
        if len(rows):
            shown = ", ".join(f"«{value}»" for value in sorted(set(rows))[:VALUES_SHOWN])
            raise InputError(f"{path}: column «{DATE}», {rows_text(rows.index)}: {shown} {problem}")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
