"""What a database costs: `PYTHONPATH=tests python benchmarks/database.py --customers 1000000`.

Fills a PostgreSQL with so many customers (seven rows a customer in all), fetches them, delivers a
wave that was planned for one in twenty, twice; prints what GNU time says of each command: seconds
of CPU (the server's own are not among them), of wall and peak memory. The server is the tests' own.
"""

import argparse
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import psycopg
from helpers.databases import CAMPAIGN, queries, write
from helpers.databases import kept as kept_in
from helpers.postgres import postgresql

ROOT = Path(__file__).parents[1]
FILL = """
create table customers as select (100 + n)::text as id,
    (array['Снизилась', 'Прежний уровень'])[1 + n % 2] as "Покупательская активность",
    'стандарт' as "Тип сервиса", n % 3 > 0 as "Разрешить сообщать",
    n % 90 / 10.0::float8 as "Маркет_актив_6_мес", n % 7 as "Маркет_актив_тек_мес",
    n % 1000 as "Длительность", n % 100 / 100.0::float8 as "Акционные_покупки",
    'Товары для детей' as "Популярная_категория", n % 5 as "Средний_просмотр_категорий_за_визит",
    n % 6 as "Неоплаченные_продукты_штук_квартал", n % 4 as "Ошибка_сервиса",
    n % 9 as "Страниц_за_визит"
    from generate_series(0, {customers} - 1) n;
create table revenue as select id, month as "Период", id::int % 9000 / 1.7::float8 as "Выручка"
    from customers, unnest(array['текущий_месяц', 'предыдущий_месяц', 'препредыдущий_месяц']) month;
create table minutes as select id, month as "Период", id::int % 40 as "минут"
    from customers, unnest(array['текущий_месяц', 'предыдущий_месяц']) month;
create table profit as
    select id, (id::int % 700 / 100.0)::numeric(9, 3) as "Прибыль" from customers;
"""


def measured(*words: str) -> str:
    """Run a command; what it costs."""
    with tempfile.NamedTemporaryFile("r") as file:
        timed = ("/usr/bin/time", "-o", file.name, "-f", "%U %S %e %M")
        subprocess.run([*timed, sys.executable, "-m", "one_click", *words], cwd=ROOT, check=True)
        user, system, wall, peak = map(float, file.read().split())
    return f"{words[0]}: {user + system:.1f} s of CPU, {wall:.1f} s, {peak / 1024:.0f} MB"


def main() -> None:
    """Print what a snapshot and a delivery cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    customers = parser.parse_args().customers
    with tempfile.TemporaryDirectory() as name, postgresql() as place:
        folder = Path(name)
        with psycopg.connect(**place) as connection:
            connection.execute(FILL.format(customers=customers))
        database = {key: place[key] for key in ("host", "port", "dbname", "user")}
        source = write(folder / "source.yaml", {"database": database, "queries": queries()})
        table = {"database": database, "table": "offers", "source": str(source)}
        target = write(folder / "target.yaml", table)
        kept_in(folder / "wave", replace(CAMPAIGN, budget=1e9), customers // 20)
        lines = [measured("fetch", str(source), "--output", str(folder / "tables"))]
        words = ("deliver", "--wave", str(folder / "wave"), "--target", str(target))
        lines += [measured(*words), measured(*words)]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
