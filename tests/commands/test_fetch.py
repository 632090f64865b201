"""A snapshot of a database is what the database holds, the same bytes again, or nothing at all."""

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from helpers.databases import FILES, Command, bytes_of, hash_of, in_sqlite, queries, store, write
from helpers.generated import write_tables

from one_click.commands import fetch
from one_click.databases import others
from one_click.running import writing

OUTPUT = Path("data/raw/2026-12-01")
SOURCE = Path("conf/source/shop.yaml")
SHOP = Path("shop.db")
PROFIT_QUERY = 'select "id" as c1, "Прибыль" as c2 from profit order by 1, 2'


@pytest.fixture(scope="module")
def tables():
    return store()


@pytest.fixture
def fetched(tmp_path, monkeypatch, capsys, tables):
    """The command, in a folder with a database of the store."""
    monkeypatch.chdir(tmp_path)
    write(SOURCE, {"database": in_sqlite(SHOP, tables), "queries": queries()})
    return Command(fetch, monkeypatch, capsys)


def test_the_tables_are_those_that_were_put_in(fetched, tables):
    out, complaints = fetched(SOURCE, "--output", OUTPUT)
    assert complaints == []
    assert out.splitlines()[-1] == f"all in {OUTPUT}"
    assert hash_of(OUTPUT) == hash_of(write_tables(Path("sample"), tables))


def test_the_same_rows_give_the_same_bytes_in_whatever_order_they_lie(fetched, tables):
    fetched(SOURCE, "--output", OUTPUT)
    before = bytes_of(OUTPUT)
    assert set(before) == {*FILES, "fetched.json"}
    in_sqlite(SHOP, {name: frame[::-1] for name, frame in tables.items()})
    fetched(SOURCE, "--output", OUTPUT)
    assert bytes_of(OUTPUT) == before


def test_what_was_fetched_says_queries_counts_and_hashes(fetched):
    fetched(SOURCE, "--output", OUTPUT)
    card = json.loads((OUTPUT / "fetched.json").read_text(encoding="utf-8"))
    assert {file: card[file]["rows"] for file in FILES} == dict(
        zip(FILES, (260, 780, 520, 260), strict=True)
    )
    assert card["money.csv"]["query"] == PROFIT_QUERY
    assert len({card[file]["sha256"] for file in FILES}) == 4


def test_a_dry_run_shows_queries_and_counts_and_writes_nothing(fetched):
    before = bytes_of(Path())
    out, _ = fetched(SOURCE, "--dry-run")
    assert "market_file.csv: 260 rows" in out
    assert PROFIT_QUERY in out
    assert bytes_of(Path()) == before


def test_tables_to_score_have_no_target(fetched):
    write(SOURCE, {
        "database": {"url": f"sqlite:///{SHOP}"},
        "queries": queries(customers={"Покупательская активность": None}),
    })  # fmt: skip
    out, _ = fetched(SOURCE, "--output", OUTPUT)
    assert "no column «Покупательская активность»: tables to score, not to learn from" in out
    assert "активность" not in (OUTPUT / FILES[0]).read_text(encoding="utf-8")


def test_a_write_between_the_queries_is_not_seen(fetched, monkeypatch, tables):
    """A writer gets in while the first table is read; the last one is as it was before."""
    with closing(sqlite3.connect(SHOP)) as database:
        database.execute("pragma journal_mode = wal")
    lines, written = others.Snapshot.lines, []

    def interrupted(self, query):
        yield from lines(self, query)
        if not written:
            with closing(sqlite3.connect(SHOP)) as database:
                written.append(database.execute('update profit set "Прибыль" = 77777').rowcount)
                database.commit()

    monkeypatch.setattr(others.Snapshot, "lines", interrupted)
    fetched(SOURCE, "--output", OUTPUT)
    assert written == [260]
    assert b"77777" not in (OUTPUT / "money.csv").read_bytes()
    assert hash_of(OUTPUT) == hash_of(write_tables(Path("sample"), tables))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"profit": {"Прибыль": "gain"}}, "profit: no such column: gain: correct the query there"),
        ({"profit": {"Прибыль": None}}, "queries.profit.columns: nothing for «Прибыль»"),
    ],
)
def test_a_column_that_is_missing_is_a_line_and_leaves_what_was_there(changes, told, fetched):
    fetched(SOURCE, "--output", OUTPUT)
    before = bytes_of(Path("data"))
    database = {"url": f"sqlite:///{SHOP}"}
    write(SOURCE, {"database": database, "queries": queries(**changes)})
    for words in (("--output", OUTPUT), ("--dry-run",)):
        assert told in fetched.fault(SOURCE, *words)
    assert bytes_of(Path("data")) == before


def test_a_database_that_is_not_there_is_a_line_and_is_not_made(fetched):
    write(SOURCE, {"database": {"url": "sqlite:///none.db"}, "queries": queries()})
    assert "unable to open database file" in fetched.fault(SOURCE, "--output", OUTPUT)
    assert not Path("none.db").exists()
    assert not OUTPUT.exists()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite://", "no such table: customers"),
        ("sqlite:///conf", "error: see to host, database and user there"),
        ("sqlite:///conf/source/shop.yaml", "file is not a database"),
        ("sqlite://host/shop.db", "Invalid SQLite URL"),
        ("sqlite:///shop.db?timeout=long", "could not convert string to float"),
        ("nonesuch://host/shop", "Can't load plugin"),
        ("sqlite:///shop.db?vfs=none", "no such vfs: none"),
        ("://", "Could not parse SQLAlchemy URL"),
        ("oracle://host/shop", "oracledb is not installed"),
    ],
)
def test_a_url_of_no_use_is_a_line(url, told, fetched, monkeypatch):
    monkeypatch.setitem(sys.modules, "oracledb", None)
    write(SOURCE, {"database": {"url": url}, "queries": queries()})
    assert told in fetched.fault(SOURCE, "--dry-run")


def test_a_database_without_a_moment_is_refused(fetched, monkeypatch):
    monkeypatch.setattr(others, "STEADY", ("SNAPSHOT",))
    assert "no transaction of this database sees one moment alone" in (
        fetched.fault(SOURCE, "--dry-run")
    )


def test_percent_signs_and_colons_are_no_parameters(fetched):
    asked = queries()
    asked["profit"]["relation"] = "profit where id not like '%:x' and '%s' <> ':y'"
    write(SOURCE, {"database": {"url": f"sqlite:///{SHOP}"}, "queries": asked})
    assert "money.csv: 260 rows" in fetched(SOURCE, "--dry-run")[0]


def test_a_locked_database_is_a_line(fetched):
    database = {"url": f"sqlite:///{SHOP}", "lock_seconds": 0.01}
    write(SOURCE, {"database": database, "queries": queries()})
    with closing(sqlite3.connect(SHOP)) as other:
        other.execute("begin exclusive")
        line = fetched.fault(SOURCE, "--output", OUTPUT)
    assert "database is locked: another one holds it: run this again later" in line
    assert not OUTPUT.exists()


def test_a_fault_in_the_last_table_leaves_none_of_the_first(fetched, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(writing, "write_json", full)
    assert "make room on the disk" in fetched.fault(SOURCE, "--output", OUTPUT)
    assert not OUTPUT.exists()


@pytest.mark.parametrize("name", ["psycopg", "sqlalchemy"])
def test_a_library_that_is_not_installed_is_a_line(name, fetched, monkeypatch):
    for module in ("postgresql", "others"):
        monkeypatch.delitem(sys.modules, f"one_click.databases.{module}", raising=False)
    monkeypatch.setitem(sys.modules, name, None)
    database = {"dbname": "shop"} if name == "psycopg" else {"url": f"sqlite:///{SHOP}"}
    write(SOURCE, {"database": database, "queries": queries()})
    assert fetched.fault(SOURCE, "--dry-run").startswith(f"{name} is not installed: `make all`")


def test_outside_of_the_folder_of_snapshots_git_is_kept_from_the_rows(fetched):
    fetched(SOURCE, "--output", "elsewhere")
    assert Path("elsewhere/.gitignore").read_text() == "*\n"
    for folder in ("data", "data/raw", "data/sample", "conf/source", "."):
        assert "one of the project's own" in fetched.fault(SOURCE, "--output", folder)


@pytest.mark.parametrize(
    "address", ["postgresql://me:hunter2@host/shop", "postgresql://me:hun/ter2@host/shop"]
)
def test_an_address_in_the_place_of_a_file_is_refused_without_its_password(address, fetched):
    line = fetched.fault(address, "--dry-run")
    assert "an address, no path" in line
    assert "ter2" not in line
