"""Earlier waves of offers, and how long ago a customer last got a message."""

from pathlib import Path

import pandas as pd

from one_click.columns import ID
from one_click.running.errors import InputError
from one_click.settings.offers import ON_SITE

COLUMNS = (ID, "group", "wave", "wave_date", "channel_code")  # of a wave's offers.csv
SINCE = "waves_since_message"


def read_waves(folder: Path) -> pd.DataFrame:
    """Every offer of earlier waves, from copies of their `offers.csv`; no row without a file.

    Raises
    ------
    InputError
        Names the file, the column and the lines, and what to do.
    """
    tables = [_wave(path) for path in sorted(folder.glob("*.csv"))]
    return pd.concat([pd.DataFrame(columns=list(COLUMNS)), *tables], ignore_index=True)


def _wave(path: Path) -> pd.DataFrame:
    advice = "put a copy of an earlier wave's reports/offers.csv there, or take the file out"
    try:
        rows = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    except (ValueError, pd.errors.ParserError) as error:  # no UTF-8, no header, ragged lines
        problem = " ".join(str(error).split())
        raise InputError(f"{path}: no table of offers ({problem}): {advice}") from None
    if missing := [name for name in COLUMNS if name not in rows]:
        raise InputError(f"{path}: no column {', '.join(missing)}: {advice}")
    days = pd.to_datetime(rows["wave_date"], format="%Y-%m-%d", errors="coerce")
    for name, is_bad in ((ID, rows[ID].isna()), ("wave_date", days.isna())):
        if is_bad.any():
            lines = ", ".join(str(place + 2) for place in rows.index[is_bad][:5])
            need = "an id" if name == ID else "a day such as 2026-11-01"
            raise InputError(f"{path}: {name}: lines {lines}: not {need}: {advice}")
    return rows[list(COLUMNS)]


def waves_since_message(ids: pd.Series, waves: pd.DataFrame, wave_date: str) -> pd.Series:
    """How many waves ago each customer last got a message: 1, the latest wave; missing, in none.

    Parameters
    ----------
    waves
        As `read_waves` gives it; those of this day or later do not count.
    wave_date
        Of the wave that is planned, as ISO 8601 writes it: such days stand in the order of time.
    """
    earlier = waves[waves["wave_date"] < wave_date]
    order = earlier[["wave_date", "wave"]].drop_duplicates().sort_values(["wave_date", "wave"])
    since = dict(
        zip(order.itertuples(index=False, name=None), range(len(order), 0, -1), strict=True)
    )
    is_message = (earlier["group"] == "treatment") & (earlier["channel_code"] != ON_SITE)
    messages = earlier[is_message]
    ago = [since[wave] for wave in zip(messages["wave_date"], messages["wave"], strict=True)]
    latest = pd.Series(ago, index=messages[ID], dtype=float).groupby(level=0).min()
    return ids.astype(str).map(latest).rename(SINCE)
