"""A store's tables in a database under their raw headers, and the files that name it."""

import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from helpers.campaigns import TYPICAL, campaign, customer, frame, one_offer
from helpers.crm import kept_files
from one_click.columns import ID, RAW_ID, TABLES
from one_click.customers.generated import draw_store
from one_click.customers.header import headers_of
from one_click.customers.joining import joined
from one_click.customers.preparation import content_hash
from one_click.customers.reading import read_tables
from one_click.offers.kept_wave import PROMISES
from one_click.offers.table import offers_table
from one_click.offers.wave import wave_of
from one_click.running import stage
from one_click.settings.offers import Campaign, HoldOut

FILES = [table.file for table in TABLES.values()]


def store() -> dict[str, pd.DataFrame]:
    """Raw tables of a generated store, some cells of them empty; by name of the table."""
    tables = draw_store(260, seed=4)[0]
    tables["customers"].loc[::7, "Длительность"] = None
    tables["customers"].loc[::9, "Популярная_категория"] = None
    return tables


def queries(**changes: dict) -> dict:
    """Queries of `store`: a column is called by its header.

    Parameters
    ----------
    changes
        By name of the table: headers and what they are in its place; None takes one out.
    """
    columns = {name: {h: f'"{h}"' for h in headers_of(name)} for name in TABLES}
    for name, change in changes.items():
        columns[name] |= change
    return {
        name: {"relation": name, "columns": {h: c for h, c in each.items() if c is not None}}
        for name, each in columns.items()
    }


def write(path: Path, content: dict) -> Path:
    """Write a file of conf/source/ or conf/target/."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def in_sqlite(path: Path, tables: dict[str, pd.DataFrame]) -> dict:
    """Put tables into a file of SQLite; what names it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database:
        for name, frame in tables.items():
            frame.to_sql(name, database, index=False, if_exists="replace")
    return {"url": f"sqlite:///{path}"}


def hash_of(folder: Path) -> str:
    """The `data_hash` of the tables of a folder."""
    return content_hash(joined(read_tables(folder).frames))


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Files of a folder, those of folders in it too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


class Command:
    """A command as a person calls it, in a process that is there already."""

    def __init__(self, module, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
        self.module, self.monkeypatch, self.capsys = module, monkeypatch, capsys

    def __call__(self, *words: object) -> tuple[str, list[str]]:
        """Run it; what it prints, and the lines that it complains of."""
        self.monkeypatch.setattr(sys, "argv", ["one-click", *map(str, words)])
        stage.run(self.module.main)
        out, err = self.capsys.readouterr()
        return out, err.splitlines()

    def fault(self, *words: object) -> str:
        """Run it; the one line that it fails with."""
        with pytest.raises(SystemExit) as end:
            self(*words)
        assert end.value.code == 1
        (line,) = self.capsys.readouterr().err.splitlines()
        assert line.startswith("error: ")
        return line.removeprefix("error: ")


WAVE = Path("kept")
CONSENTING = [f"{number}" for number in range(100, 110)]
CAMPAIGN = campaign(
    {"letter": one_offer(effect=0.2), "page": one_offer("site", cost=0.0)},
    hold_out=HoldOut(0.3, "salt", 0.05, 0.8),
)


def keep_wave(folder: Path = WAVE, **terms: object) -> pd.DataFrame:
    """Keep a wave of twelve customers, the last two without consent; its plan by id."""
    return kept(folder, replace(CAMPAIGN, **terms), len(CONSENTING))


def kept(folder: Path, plan: Campaign, consenting: int) -> pd.DataFrame:
    """Keep a wave of so many customers with consent, and two without; its plan by id."""
    rows = [customer()] * consenting + [customer(contact_allowed=False)] * 2
    wave = wave_of(frame(rows), plan, TYPICAL)
    offers = offers_table(wave, wave.plan(plan.budget), "model", "hash")
    promised = dict.fromkeys(PROMISES, 0.25)
    folder.mkdir(exist_ok=True)
    for name, content in kept_files(offers, plan, promised).items():
        (folder / name).write_bytes(content)
    return offers.set_index(ID)


def consents(refusing: tuple[str, ...] = ()) -> pd.DataFrame:
    """The customers' table of that store: who allows messages now."""
    ids = [*CONSENTING, "110", "111"]
    agree = [one in CONSENTING and one not in refusing for one in ids]
    return pd.DataFrame(
        {RAW_ID: ids, "Разрешить сообщать": ["да" if yes else "нет" for yes in agree]}
    )
