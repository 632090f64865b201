"""A real PostgreSQL: one moment of it, as it holds it; what it refuses is a line."""

import threading
from pathlib import Path

import psycopg
import pytest
from helpers.databases import (
    FILES,
    WAVE,
    Command,
    bytes_of,
    consents,
    hash_of,
    keep_wave,
    queries,
    store,
    write,
)
from helpers.generated import write_tables
from helpers.postgres import postgresql

from one_click.columns import RAW_ID
from one_click.commands import deliver, fetch
from one_click.databases import postgresql as module
from one_click.databases.queries import KINDS

OUTPUT = Path("data/raw/2026-12-01")
SOURCE, TARGET = Path("conf/source/shop.yaml"), Path("conf/target/shop.yaml")
READER, PASSWORD = "one_click_reader", "hunter2"
LONG = "Средний_просмотр_категорий_за_визит"


@pytest.fixture(scope="module")
def server():
    """A database with the store's tables, and a role that may read them."""
    with postgresql() as place, psycopg.connect(**place, autocommit=True) as owner:
        put(owner, store())
        owner.execute(f"create role {READER} login password '{PASSWORD}'")
        owner.execute(f"grant select on all tables in schema public to {READER}")
        try:
            yield place, owner
        finally:
            owner.execute(f"drop owned by {READER}")
            owner.execute(f"drop role {READER}")


def put(owner, tables) -> None:
    """Make tables anew, under raw headers: the server cuts the longest one."""
    for name, frame in tables.items():
        types = {"number": "double precision"}
        columns = ", ".join(f'"{h}" {types.get(KINDS.get(h), "text")}' for h in frame)
        owner.execute(f"drop table if exists {name}")
        owner.execute(f"create table {name} ({columns})")
        with owner.cursor().copy(f"copy {name} from stdin") as copy:
            for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
                copy.write_row(row)


@pytest.fixture
def source_of(server):
    def written(asked: dict | None = None, **database: object) -> None:
        known = {name: server[0][name] for name in ("host", "port", "dbname")}
        entered = known | {"user": READER} | database
        write(SOURCE, {"database": entered, "queries": asked or queries()})

    return written


@pytest.fixture
def fetched(server, source_of, tmp_path, monkeypatch, capsys):
    """The command, in a folder with a source that the reader enters."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    source_of()
    return Command(fetch, monkeypatch, capsys)


@pytest.fixture
def owner(server):
    return server[1]


def test_a_reader_who_may_only_read_gets_the_tables_that_were_put_in(fetched):
    """The name that the server cut among them; the same bytes again."""
    assert len(LONG.encode()) > 63
    out, complaints = fetched(SOURCE, "--output", OUTPUT)
    assert complaints == []
    assert "market_file.csv: 260 rows, market_money.csv: 780 rows" in out
    assert LONG in (OUTPUT / FILES[0]).read_text(encoding="utf-8").partition("\n")[0]
    assert hash_of(OUTPUT) == hash_of(write_tables(Path("sample"), store()))
    before = bytes_of(OUTPUT)
    fetched(SOURCE, "--output", OUTPUT)
    assert bytes_of(OUTPUT) == before


def test_the_bytes_do_not_depend_on_the_order_of_rows_or_on_a_role_s_settings(
    fetched, owner, source_of
):
    source_of(queries(profit={"Прибыль": '"Прибыль" / 3'}))  # of seventeen digits
    fetched(SOURCE, "--output", OUTPUT)
    before = bytes_of(OUTPUT)
    put(owner, {name: frame[::-1] for name, frame in store().items()})
    owner.execute(f"grant select on all tables in schema public to {READER}")
    for setting in (
        "extra_float_digits = 0",
        "datestyle = 'German'",
        "client_encoding = 'WIN1251'",
    ):
        owner.execute(f"alter role {READER} set {setting}")
    fetched(SOURCE, "--output", OUTPUT)
    owner.execute(f"alter role {READER} reset all")
    assert bytes_of(OUTPUT) == before


def test_a_dry_run_shows_queries_and_counts_and_writes_nothing(fetched):
    before = bytes_of(Path())
    out, _ = fetched(SOURCE, "--dry-run")
    assert "money.csv: 260 rows" in out
    assert "from profit order by 1, 2" in out
    assert bytes_of(Path()) == before


VALUES = [
    ("numeric(10,3) '298.000'", "Прибыль", "298.0000"),
    ("5.298::float8", "Прибыль", "5.2980"),
    ("0.1::float4", "Прибыль", "0.1"),
    ("0.1::float8 + 0.2", "Прибыль", "0.30000000000000004"),
    ("1e-7::float8", "Прибыль", "1e-07"),
    ("7", "Прибыль", "7"),
    ("null", "Прибыль", ""),
    ("true", "Разрешить сообщать", "да"),
    ("1 > 2", "Разрешить сообщать", "нет"),
    ("'да'", "Разрешить сообщать", "да"),
    ("date '2026-12-01'", "id", "2026-12-01"),
    ("'00215387'", "id", "00215387"),
]


@pytest.mark.parametrize(("expression", "header", "cell"), VALUES)
def test_a_value_is_written_as_elsewhere(expression, header, cell, server):
    query = module.TableQuery(
        "t", (header,), (KINDS.get(header, "text"),), f"select {expression} as c1"
    )
    row = server[1].execute(module.exported(query)).fetchone()
    assert (row[0] or "") == cell


def test_a_write_between_the_queries_is_not_seen(fetched, owner, monkeypatch):
    lines, written = module.PostgresqlSnapshot.lines, []

    def interrupted(self, query):
        yield from lines(self, query)
        if not written:
            written.append(owner.execute('update profit set "Прибыль" = "Прибыль" + 1').rowcount)

    monkeypatch.setattr(module.PostgresqlSnapshot, "lines", interrupted)
    fetched(SOURCE, "--output", OUTPUT)
    owner.execute('update profit set "Прибыль" = "Прибыль" - 1')
    assert written == [260]
    put(owner, {"profit": store()["profit"]})
    owner.execute(f"grant select on profit to {READER}")
    assert hash_of(OUTPUT) == hash_of(write_tables(Path("sample"), store()))


def test_a_query_can_write_nothing(fetched, source_of, owner):
    """Even of a role that may: the transaction reads only."""
    owner.execute("create table if not exists hits (n int)")
    owner.execute(
        "create or replace function hit() returns int language sql as "
        "'insert into hits values (1) returning n'"
    )
    owner.execute(f"grant all on hits to {READER}")
    source_of(queries(profit={"Прибыль": "hit()"}))
    line = fetched.fault(SOURCE, "--output", OUTPUT)
    assert "profit: cannot execute INSERT in a read-only transaction" in line
    assert owner.execute("select count(*) from hits").fetchone() == (0,)
    assert not OUTPUT.exists()


def test_a_connection_that_is_lost_in_the_middle_leaves_what_was_there(fetched, owner, source_of):
    """Ended by the server while rows are copied."""
    fetched(SOURCE, "--output", OUTPUT)
    before = bytes_of(Path("data"))
    many = {
        "relation": "generate_series(1, 100000000) number",
        "columns": {"id": "number", "Прибыль": "number"},
    }
    source_of(queries() | {"profit": many})
    ended = threading.Thread(target=end_copying, args=(owner,))
    ended.start()
    line = fetched.fault(SOURCE, "--output", OUTPUT)
    ended.join()
    assert line.startswith(f"{SOURCE}: profit: ")
    assert line.endswith("run this again")
    assert bytes_of(Path("data")) == before


def end_copying(owner) -> None:
    """End whoever copies a series, as soon as there is one."""
    ending = (
        "select count(pg_terminate_backend(pid)) from pg_stat_activity "
        "where usename = %s and query like 'copy%%generate_series%%'"
    )
    for _ in range(1_000):
        if owner.execute(ending + " and pg_sleep(0.01) is not null", (READER,)).fetchone()[0]:
            return


@pytest.mark.parametrize(
    ("database", "asked", "told"),
    [
        ({"user": "nobody_of_that_name"}, {}, "password authentication failed for user"),
        ({"dbname": "none_of_that_name"}, {}, 'database "none_of_that_name" does not exist'),
        ({"port": 1}, {}, "Connection refused"),
        ({"seconds": 0.05}, {"relation": "profit, pg_sleep(5)"}, "it took too long"),
        ({}, {"relation": "secrets"}, 'profit: relation "secrets" does not exist'),
        ({}, {"columns": {"id": "id", "Прибыль": "gain"}}, 'column "gain" does not exist'),
        ({}, {"columns": {"id": "id", "Прибыль": "1 / 0"}}, "profit: division by zero"),
        ({}, {"relation": "pg_authid"}, "permission denied for table pg_authid: ask"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value[:20],
)
def test_what_the_server_refuses_is_a_line(database, asked, told, fetched, source_of):
    columns = {"id": "1", "Прибыль": "1"} if "relation" in asked else {}
    query = {"relation": "profit", "columns": columns} | asked
    source_of(queries() | ({"profit": query} if asked else {}), **database)
    line = fetched.fault(SOURCE, "--output", OUTPUT)
    assert line.startswith(f"{SOURCE}: ")
    assert told in line
    assert PASSWORD not in line
    assert not OUTPUT.exists()


def test_a_wrong_password_is_a_line_without_it(fetched, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "swordfish")
    line = fetched.fault(SOURCE, "--dry-run")
    assert "password authentication failed" in line
    assert "PGPASSWORD, ~/.pgpass or a service file" in line
    assert "swordfish" not in line


def test_a_locked_table_is_a_line(fetched, source_of, server):
    source_of(lock_seconds=0.05)
    with psycopg.connect(**server[0]) as other:
        other.execute("lock table minutes in access exclusive mode")
        line = fetched.fault(SOURCE, "--output", OUTPUT)
    assert "minutes: canceling statement due to lock timeout: another one holds it" in line
    assert not OUTPUT.exists()


def test_a_service_file_names_the_database_and_holds_the_password(fetched, server, monkeypatch):
    monkeypatch.delenv("PGPASSWORD")
    known = {name: server[0][name] for name in ("host", "port", "dbname")}
    words = known | {"user": READER, "password": PASSWORD}
    text = "".join(f"{name}={value}\n" for name, value in words.items())
    Path("services").write_text(f"[shop]\n{text}")
    monkeypatch.setenv("PGSERVICEFILE", "services")
    write(SOURCE, {"database": {"service": "shop"}, "queries": queries()})
    assert "money.csv: 260 rows" in fetched(SOURCE, "--dry-run")[0]


@pytest.mark.slow  # a million customers
def test_a_million_rows_come_whole(fetched, source_of, server):
    number = "generate_series(1, 1000000) number"
    columns = {RAW_ID: "1000000 + number", "Прибыль": "number % 700 / 100.0"}
    source_of(queries() | {"profit": {"relation": number, "columns": columns}})
    out, _ = fetched(SOURCE, "--output", OUTPUT)
    assert "money.csv: 1000000 rows" in out
    content = (OUTPUT / "money.csv").read_bytes()
    assert content.count(b"\n") == 1_000_001
    assert content.startswith("id,Прибыль\n1000001,0.01".encode())


@pytest.fixture
def delivered(server, source_of, tmp_path, monkeypatch, capsys):
    """The command, with a wave, and a database of who allows messages that its owner enters."""
    monkeypatch.chdir(tmp_path)
    known = {name: server[0][name] for name in ("host", "port", "dbname", "user")}
    server[1].execute("create schema shop")
    server[1].execute("set search_path = shop")
    put(server[1], {"customers": consents()})
    source_of({**queries(), "customers": queries()["customers"] | {"relation": "shop.customers"}},
              user=known["user"])  # fmt: skip
    database = known | {"lock_seconds": 0.1}
    table = {"database": database, "table": "offers", "schema": "shop", "source": str(SOURCE)}
    write(TARGET, table)
    yield Command(deliver, monkeypatch, capsys), keep_wave()
    server[1].execute("drop schema shop cascade")
    server[1].execute("set search_path = public")


WORDS = ("--wave", WAVE, "--target", TARGET)


def test_offers_are_delivered_once(delivered, owner):
    command, plan = delivered
    assert "CREATE TABLE shop.offers (" in command(*WORDS, "--dry-run")[0]
    assert owner.execute("select to_regclass('shop.offers')").fetchone() == (None,)
    command(*WORDS)
    rows = owner.execute("select customer_id, offer, channel, cost from shop.offers").fetchall()
    offers = plan[plan["group"] == "treatment"]
    assert sorted(rows) == sorted(offers[["offer", "channel", "cost"]].itertuples(name=None))
    assert "stand there already" in command(*WORDS)[0]
    assert owner.execute("select count(*) from shop.offers").fetchone() == (len(rows),)


def test_a_connection_that_is_lost_while_rows_are_written_leaves_none(delivered, owner):
    command, plan = delivered
    command(*WORDS)
    owner.execute("delete from shop.offers")
    owner.execute(
        "create function shop.ended() returns trigger language plpgsql as "
        "'begin perform pg_terminate_backend(pg_backend_pid()); return new; end'"
    )
    owner.execute(
        "create trigger ended before insert on shop.offers for each row when (new.rank = 3) "
        "execute function shop.ended()"
    )
    line = command.fault(*WORDS)
    assert line.startswith(f"{TARGET}: ")
    assert line.endswith("connection was lost: run this again") or "ended the connection" in line
    owner.execute("drop trigger ended on shop.offers")
    assert owner.execute("select count(*) from shop.offers").fetchone() == (0,)
    command(*WORDS)
    written = owner.execute("select count(*) from shop.offers").fetchone()
    assert written == ((plan["group"] == "treatment").sum(),)


def test_two_deliveries_at_once_write_one(delivered, owner):
    """Another has written the wave and not said so yet."""
    command, _ = delivered
    command(*WORDS)
    owner.execute("create table shop.copy as select * from shop.offers")
    owner.execute("delete from shop.offers")
    with owner.transaction():
        owner.execute("insert into shop.offers select * from shop.copy")
        line = command.fault(*WORDS)
    assert "canceling statement due to lock timeout: another one holds it" in line
    assert "stand there already" in command(*WORDS)[0]


def test_who_may_not_write_is_told_so(delivered, owner, server, monkeypatch):
    command, _ = delivered
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    known = {name: server[0][name] for name in ("host", "port", "dbname")}
    table = {"database": known | {"user": READER}, "table": "offers", "source": str(SOURCE)}
    write(TARGET, table | {"schema": "shop"})
    line = command.fault(*WORDS)
    assert "permission denied for schema shop: ask the database's owner for this right" in line
    assert PASSWORD not in line
