"""Earlier waves of offers, and how long ago a customer last got a message, or would have got one.

A customer of the control group for whom a wave had a message counts as if it had got it: else those
who did would stay out of the next wave, those held out would not, and its groups would differ.
"""

from pathlib import Path

import pandas as pd

from one_click import artefacts
from one_click.columns import ID
from one_click.customers.ids import as_ids, zeros_cut
from one_click.offers.kept_wave import read_kept_wave
from one_click.running.errors import InputError
from one_click.settings.offers import CHANNELS, GROUPS, ON_SITE

NEEDS = {  # columns of a wave's offers.csv, and what each must hold
    ID: "an id (has a spreadsheet cut it?)",
    "group": "one of " + ", ".join(GROUPS),
    "wave": "a name",
    "wave_date": "a day such as 2026-11-01",
    "channel_code": "one of " + ", ".join(CHANNELS),
}
COLUMNS = tuple(NEEDS)
ADVICE = "put a copy of an earlier wave's data/wave/ or reports/offers.csv there, or take it out"
NO_WAVE = "README.md"  # what the folder is for
SINCE = "waves_since_message"


def read_waves(folder: Path) -> pd.DataFrame:
    """Every customer of earlier waves, kept whole or as copies of their `offers.csv`.

    `channel_code` is that of the offer that a customer got or, held out, would have got; empty
    where there was none, and missing where a CSV does not say, of its control group.

    Raises
    ------
    InputError
        Names the file, the column and the lines, and what to do.
    """
    paths = sorted(path for path in folder.glob("[!.]*") if path.name != NO_WAVE)
    tables = [_kept(path) if path.is_dir() else _wave(path) for path in paths]
    return pd.concat([pd.DataFrame(columns=list(COLUMNS)), *tables], ignore_index=True)


def _kept(folder: Path) -> pd.DataFrame:
    wave = read_kept_wave(folder)
    channels = {name: offer.channel for name, offer in wave.campaign.offers.items()}
    return wave.plan[[ID, "group"]].assign(
        wave=wave.campaign.wave,
        wave_date=wave.campaign.wave_date,
        channel_code=wave.plan["planned_offer"].map(channels).fillna(""),
    )[list(COLUMNS)]


def _wave(path: Path) -> pd.DataFrame:
    if path.suffix != ".csv":
        raise InputError(f"{path}: no CSV: {ADVICE}")
    try:
        rows = pd.read_csv(
            path, dtype=str, encoding="utf-8-sig", keep_default_na=False, index_col=False
        )
    except (ValueError, OSError):  # no UTF-8, no header, ragged lines, a link to nowhere
        raise InputError(f"{path}: no table of offers in CSV: {ADVICE}") from None
    if missing := [name for name in COLUMNS if name not in rows]:
        saved = " (saved by a spreadsheet, with another separator?)" if len(missing) > 2 else ""
        raise InputError(f"{path}: no column {', '.join(missing)}{saved}: {ADVICE}")
    days = pd.to_datetime(rows["wave_date"], format="%Y-%m-%d", errors="coerce")
    ids, _ = as_ids(rows[ID])
    is_sound = {
        ID: ids.notna(),
        "group": rows["group"].isin(GROUPS),
        "wave": rows["wave"] != "",
        "wave_date": days.dt.strftime("%Y-%m-%d") == rows["wave_date"],  # two digits a month
        "channel_code": rows["channel_code"].isin(CHANNELS) | (rows["group"] != "treatment"),
    }
    for name, sound in is_sound.items():
        if not sound.all():
            lines = ", ".join(str(place + 2) for place in rows.index[~sound][:5])
            raise InputError(f"{path}: {name}: lines {lines}: not {NEEDS[name]}: {ADVICE}")
    said = rows["channel_code"].where(rows["group"] != "control")
    return rows[list(COLUMNS)].assign(**{ID: ids, "channel_code": said})


class Record:
    """Customers of earlier waves, and which of them the new plan was seen to hold.

    Parameters
    ----------
    waves
        As `read_waves` gives it; those of this day or later do not count.
    wave_date
        Of the wave that is planned, as ISO 8601 writes it: such days stand in the order of time.
    """

    def __init__(self, waves: pd.DataFrame, wave_date: str) -> None:
        self.waves, self.wave_date = waves, wave_date
        ids = waves.loc[waves["wave_date"] < wave_date, ID].drop_duplicates()
        self.ids = ids.sort_values(ignore_index=True)
        self.latest = _latest_messages(waves, wave_date)
        self.is_there = pd.Series(False, self.ids.index)
        self.is_cut = self.is_there.copy()
        self.has_zero = self.ids.astype("str").str.startswith("0")
        self.customers = 0

    def since_message(self, ids: pd.Series) -> pd.Series:
        """How many waves ago each last got a message: 1, the latest wave; missing, in none.

        Whoever of the control group would have got one counts as if it had. Customers may come in
        chunks; they count as seen.
        """
        if len(self.ids) and len(ids):
            first = int(self.ids.searchsorted(ids.min()))
            last = int(self.ids.searchsorted(ids.max(), "right"))
            self.is_there[first:last] |= self.ids[first:last].isin(ids)
            self._look_for_zeros(ids)
        self.customers += len(ids)
        return ids.map(self.latest).rename(SINCE)

    def _look_for_zeros(self, ids: pd.Series) -> None:
        """Mark whose id is one of these but for leading zeros: of either, few have any."""
        with_zero = ids[ids.str.startswith("0")]
        if len(with_zero):
            self.is_cut |= zeros_cut(self.ids, with_zero)
        if self.has_zero.any():
            self.is_cut[self.has_zero] |= self.ids[self.has_zero].str.lstrip("0").isin(ids)

    def warnings(self) -> list[str]:
        """What does not count of the earlier waves and looks as if it should: a line each."""
        lines, waves, wave_date = [], self.waves, self.wave_date
        earlier = waves["wave_date"] < wave_date
        if late := sorted(waves.loc[~earlier, "wave"].unique()):
            lines.append(
                f"warning: {artefacts.WAVES}: {', '.join(late)}: not before wave_date of the "
                f"campaign, {wave_date}, so not counted; a new wave needs another wave and "
                "wave_date"
            )
        controls = waves[earlier & (waves["group"] == "control")]
        unsaid = controls.groupby("wave")["channel_code"].count()
        if names := sorted(unsaid.index[unsaid == 0]):
            lines.append(
                f"warning: {artefacts.WAVES}: {', '.join(names)}: a CSV does not say which "
                "customers of the control group would have got a message, so that the groups of "
                "this wave may differ by it; keep the folder of the wave instead"
            )
        if count := (self.is_cut & ~self.is_there).sum():
            lines.append(
                f"warning: {artefacts.WAVES}: {count} customers stand in this plan with other "
                "leading zeros, so not counted: a spreadsheet has cut them; take the file as it "
                "was written"
            )
        elif len(self.ids) and not self.is_there.any():
            lines.append(
                f"warning: {artefacts.WAVES}: none of its customers is among the "
                f"{self.customers} of this plan; is it the record of this store?"
            )
        return lines


def _latest_messages(waves: pd.DataFrame, wave_date: str) -> pd.Series:
    """Waves since the last message, by customer."""
    earlier = waves[waves["wave_date"] < wave_date]
    order = earlier[["wave_date", "wave"]].drop_duplicates().sort_values(["wave_date", "wave"])
    since = dict(
        zip(order.itertuples(index=False, name=None), range(len(order), 0, -1), strict=True)
    )
    messages = earlier[earlier["channel_code"].isin(set(CHANNELS) - {ON_SITE})]
    ago = [since[wave] for wave in zip(messages["wave_date"], messages["wave"], strict=True)]
    return pd.Series(ago, index=messages[ID], dtype=float).groupby(level=0).min()
