"""A query has a column for each header of its table, in its order; the rest is refused."""

import pytest
from helpers.databases import queries
from helpers.imports import SOURCE

from one_click.columns import BY_NAME, TABLES, TARGET
from one_click.customers.header import headers_of
from one_click.databases.files import read_source, read_target
from one_click.databases.queries import consent_query, table_queries
from one_click.running.errors import InputError
from one_click.running.lock import typed
from one_click.settings.databases import Source

ROOT = SOURCE.parent
SHOP = {"url": "sqlite:///shop.db"}


def source(content: dict) -> Source:
    return typed(Source, {"database": SHOP, "queries": content}, "f.yaml")


def test_each_table_has_a_query_of_its_headers_in_a_whole_order():
    asked = table_queries(source(queries()), "f.yaml")
    assert [query.name for query in asked] == list(TABLES)
    for query in asked:
        assert list(query.headers) == headers_of(query.name)
    assert asked[1].ordered == (
        'select "id" as c1, "Период" as c2, "Выручка" as c3 from revenue order by 1, 2, 3'
    )
    assert asked[1].kinds == ("text", "text", "number")


def test_the_target_may_be_absent_and_nothing_else():
    target = BY_NAME[TARGET].raw
    without = table_queries(source(queries(customers={target: None})), "f.yaml")[0]
    assert list(without.headers) == [h for h in headers_of("customers") if h != target]
    for name in TABLES:
        for header in headers_of(name):
            if header == target:
                continue
            with pytest.raises(InputError) as error:
                table_queries(source(queries(**{name: {header: None}})), "f.yaml")
            told = f"f.yaml: queries.{name}.columns: nothing for «{header}»; say what it is"
            assert str(error.value) == f"{told} in the database"


def test_every_fault_is_told_at_once():
    bad = queries(
        customers={"Длительность": None, "Возраст": "age"}, profit={"Прибыль": "p; drop table x"}
    )
    with pytest.raises(InputError) as error:
        table_queries(source(bad), "f.yaml")
    first, second, third = str(error.value).splitlines()
    assert "nothing for «Длительность»" in first
    assert "«Возраст»: no header of this table" in second
    assert third.startswith("f.yaml: queries.profit: Прибыль: ; and comments have no place")


def test_consent_is_asked_by_the_same_columns():
    query = consent_query(source(queries(customers={"id": "customers.number"})), "f.yaml")
    assert query.select == (
        'select customers.number as c1, "Разрешить сообщать" as c2 from customers'
    )


@pytest.mark.parametrize(
    ("database", "told"),
    [
        ({}, "a service or dbname (PostgreSQL) or a url"),
        ({"user": "me"}, "a service or dbname (PostgreSQL) or a url"),
        (SHOP | {"dbname": "shop"}, "a url, or what PostgreSQL needs"),
        ({"url": "postgresql://host/shop"}, "database.url: none of PostgreSQL"),
        ({"url": "shop.db"}, "as sqlite:///data/shop.db"),
        ({"dbname": "shop", "seconds": 0}, "database.seconds: 0.0 is not allowed"),
        ({"dbname": "shop", "lock_seconds": 1e6}, "database.lock_seconds: 1000000.0"),
        ({"dbname": "shop", "port": "x"}, "database.port: Value 'x'"),
        ({"url": "mysql://me:hunter2@host/shop"}, "a secret is no setting"),
        ({"url": "mysql://host/shop?password=hunter2"}, "a secret is no setting"),
        ({"dbname": "password=hunter2"}, "a secret is no setting"),
        ({"dbname": "shop", "password": "hunter2"}, "Key 'password' not in"),
    ],
)
def test_a_database_is_named_without_a_secret(database, told):
    with pytest.raises(InputError) as error:
        typed(Source, {"database": database, "queries": queries()}, "f.yaml")
    assert told in str(error.value)
    assert "hunter2" not in str(error.value)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize("path", sorted((ROOT / "conf/source").glob("*.yaml")), ids=str)
def test_the_sources_of_the_project_have_what_the_column_table_has(path):
    assert len(table_queries(read_source(path), str(path))) == 4


@pytest.mark.parametrize("path", sorted((ROOT / "conf/target").glob("*.yaml")), ids=str)
def test_the_targets_of_the_project_ask_a_source_for_consent(path):
    assert consent_query(read_source(ROOT / read_target(path).source), str(path))


def test_four_tables_are_asked_for():
    with pytest.raises(InputError, match="queries: revenue, minutes, profit; name customers, "):
        source({name: query for name, query in queries().items() if name != "customers"})
