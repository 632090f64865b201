"""Every fault of a cell, a row, a column or a class has its line: file, column, rows, remedy."""

from dataclasses import replace

import pytest
from helpers.raw_tables import CUSTOMERS, PLAIN, RAW, column_of, faults, put, raw_tables, store

from one_click.columns import COLUMNS, TABLES
from one_click.customers.reading import read_tables


def test_numbers_may_lie_on_the_ends_of_their_range(tmp_path):
    """Both ends are allowed; profit has none."""
    tables = raw_tables()
    for column in COLUMNS:
        if column.kind == "number" and column.high is not None:
            put(tables, column.table, 2, column.name, str(column.low))
            put(tables, column.table, 3, column.name, str(column.high))
    put(tables, "profit", 2, "monthly_profit", "-1e6")
    frames = read_tables(store(tmp_path, tables)).frames
    assert frames["customers"][RAW["promo_share"]].loc[[2, 3]].tolist() == [0, 1]
    assert frames["profit"][RAW["monthly_profit"]].loc[2] == -1e6


def cells(table, *edits):
    """An edit of tables: (line, column, cell) written into one of them."""

    def edit(tables):
        for line, name, cell in edits:
            put(tables, table, line, name, cell)

    return edit


def all_cells(table, name, cell):
    """An edit of tables: a whole column gets one value."""
    return cells(table, *((line, name, cell) for line in range(2, CUSTOMERS + 2)))


def without_lines(table, *lines):
    """An edit of tables: lines of the file taken out."""

    def edit(tables):
        tables[table] = [row for at, row in enumerate(tables[table], 1) if at not in lines]

    return edit


def without_column(table, name):
    """An edit of tables: a column taken out, header and cells."""

    def edit(tables):
        place = column_of(tables, table, name)
        for row in tables[table]:
            del row[place]

    return edit


def first_id(new, *tables_of_it, others="1001"):
    """An edit of tables: customer 1001 under another id in some of them."""

    def edit(tables):
        for table, rows in tables.items():
            name = new if table in tables_of_it else others
            rows[:] = [[name if cell == "1001" else cell for cell in row] for row in rows]

    return edit


MONTH = TABLES["revenue"].period
ABSENT = "who stand in another table: add the rows or take them out everywhere"
MONTHS = "препредыдущий_месяц, предыдущий_месяц, текущий_месяц"
LAST_TWO = "предыдущий_месяц, текущий_месяц"
ZEROS = (
    "1 of them stand there with other leading zeros: a spreadsheet has cut the zeros of one file: "
    "format its column as text and export it again"
)
ALPHABET = "1 of them stand there in another alphabet or case: write ids alike"
EDITS = {
    "doubled id": (
        cells("profit", (4, "id", "1001")),
        [
            "money.csv: column «id», row 4: «1001» stands more than once; keep one row",
            f"money.csv: column «id»: no row for 1003, {ABSENT}",
        ],
    ),
    "doubled id, written as a float": (
        cells("profit", (4, "id", "1001.0"), (6, "id", "1001,0")),
        [
            "money.csv: column «id», rows 4, 6: «1001,0», «1001.0» stands more than once; keep one "
            "row",
            f"money.csv: column «id»: no row for 1003, 1005, {ABSENT}",
        ],
    ),
    "ids that a spreadsheet has cut are not also told as doubled or absent": (
        cells("profit", *((line, "id", "1.00E+03") for line in range(2, 12)), (12, "id", "1,011")),
        [
            "money.csv: column «id», rows 2, 3, 4, 5, 6 and 6 more: «1,011», «1.00E+03» is no id: "
            "the spreadsheet has cut these ids: format the column as text and export again"
        ],
    ),
    "an id without its leading zeros in one table": (
        first_id("0001001", "customers", "revenue", "minutes"),
        [
            f"market_file.csv: column «id»: no row for 1001, who stand in another table: {ZEROS}",
            *(
                f"{file}: column «id»: no row for «{month}» for 1001, who stand in another table: "
                f"{ZEROS}"
                for file, months in (("market_money.csv", MONTHS), ("market_time.csv", LAST_TWO))
                for month in months.split(", ")
            ),
            f"money.csv: column «id»: no row for 0001001, who stand in another table: {ZEROS}",
        ],
    ),
    "an id in another alphabet in one table": (
        first_id("А-1", "customers", "revenue", "minutes", others="A-1"),
        [
            f"market_file.csv: column «id»: no row for A-1, who stand in another table: {ALPHABET}",
            *(
                f"{file}: column «id»: no row for «{month}» for A-1, who stand in another table: "
                f"{ALPHABET}"
                for file, months in (("market_money.csv", MONTHS), ("market_time.csv", LAST_TWO))
                for month in months.split(", ")
            ),
            f"money.csv: column «id»: no row for А-1, who stand in another table: {ALPHABET}",
        ],
    ),
    "doubled id and month": (
        cells("revenue", (4, MONTH, "предыдущий_месяц")),
        [
            "market_money.csv: column «id», row 4: «1001» stands more than once for the same "
            "«Период»; keep one row",
            f"market_money.csv: column «id»: no row for «текущий_месяц» for 1001, {ABSENT}",
        ],
    ),
    "an id that one table lacks": (
        without_lines("customers", 3),
        [f"market_file.csv: column «id»: no row for 1002, {ABSENT}"],
    ),
    "an id that one table has alone": (
        cells("profit", (13, "id", "2000")),
        [
            f"market_file.csv: column «id»: no row for 2000, {ABSENT}",
            *(
                f"market_money.csv: column «id»: no row for «{month}» for 2000, {ABSENT}"
                for month in MONTHS.split(", ")
            ),
            f"market_time.csv: column «id»: no row for «предыдущий_месяц» for 2000, {ABSENT}",
            f"market_time.csv: column «id»: no row for «текущий_месяц» for 2000, {ABSENT}",
            f"money.csv: column «id»: no row for 1012, {ABSENT}",
        ],
    ),
    "many ids that one table lacks": (
        without_lines("profit", *range(2, 9)),
        [f"money.csv: column «id»: no row for 1001, 1002, 1003, 1004, 1005 and 2 more, {ABSENT}"],
    ),
    "a missing month": (
        without_lines("minutes", 2, 5),
        [
            f"market_time.csv: column «id»: no row for «предыдущий_месяц» for 1001, {ABSENT}",
            f"market_time.csv: column «id»: no row for «текущий_месяц» for 1002, {ABSENT}",
        ],
    ),
    "an unknown month": (
        cells("revenue", (3, MONTH, "май"), (4, MONTH, "май")),
        [
            "market_money.csv: column «Период», rows 3, 4: «май» is unknown; expected one of "
            f"{MONTHS}: correct it"
        ],
    ),
    "no month": (
        cells("revenue", (3, MONTH, "")),
        ["market_money.csv: column «Период», row 3: empty; fill it in"],
    ),
    "an unknown category": (
        cells("customers", (2, "service_type", "люкс"), (9, "service_type", "Стандарт")),
        [
            "market_file.csv: column «Тип сервиса», rows 2, 9: «Стандарт», «люкс» is unknown; "
            "expected one of стандарт, премиум: correct it"
        ],
    ),
    "an unknown consent": (
        cells("customers", (2, "contact_allowed", "1")),
        [
            "market_file.csv: column «Разрешить сообщать», row 2: «1» is unknown; expected one of "
            "нет, да: correct it"
        ],
    ),
    "an unknown label": (
        cells("customers", (2, "declined", "Выросла")),
        [
            "market_file.csv: column «Покупательская активность», row 2: «Выросла» is unknown; "
            "expected one of Прежний уровень, Снизилась: correct it"
        ],
    ),
    "a class under an unknown label is not also told as absent": (
        cells("customers", *((line, "declined", "Спад") for line in range(3, 14, 2))),
        [
            "market_file.csv: column «Покупательская активность», rows 3, 5, 7, 9, 11 and 1 more: "
            "«Спад» is unknown; expected one of Прежний уровень, Снизилась: correct it"
        ],
    ),
    "a code in a value's place": (
        cells("customers", (2, "declined", "declined")),
        [
            "market_file.csv: column «Покупательская активность», row 2: «declined» is unknown; "
            "expected one of Прежний уровень, Снизилась: correct it"
        ],
    ),
    "text in a number": (
        cells("customers", (2, "pages_per_visit", "five"), (5, "pages_per_visit", "1 000")),
        [
            "market_file.csv: column «Страниц_за_визит», rows 2, 5: «1 000», «five» is no finite "
            "number; write digits only"
        ],
    ),
    "a comma and a point in a number": (
        cells("revenue", (2, "revenue_this_month", "1,234.5")),
        [
            "market_money.csv: column «Выручка», row 2: «1,234.5» is no finite number; write "
            "digits only"
        ],
    ),
    "more kinds of wrong values than are shown": (
        cells("minutes", *((line, "minutes_this_month", f"v{line}") for line in range(2, 9))),
        [
            "market_time.csv: column «минут», rows 2, 3, 4, 5, 6 and 2 more: «v2», «v3», «v4» is "
            "no finite number; write digits only"
        ],
    ),
    "infinity": (
        cells(
            "profit",
            (2, "monthly_profit", "inf"),
            (3, "monthly_profit", "-Infinity"),
            (4, "monthly_profit", "1e999"),
        ),
        [
            "money.csv: column «Прибыль», rows 2, 3, 4: «-Infinity», «1e999», «inf» is no finite "
            "number; write digits only"
        ],
    ),
    "not a number, by name": (
        cells("customers", (2, "tenure_days", "nan"), (3, "tenure_days", "NULL")),
        [
            "market_file.csv: column «Длительность», rows 2, 3: «NULL», «nan» is no finite "
            "number; write digits only"
        ],
    ),
    "a negative number": (
        cells("revenue", (37, "revenue_this_month", "-0.01")),
        ["market_money.csv: column «Выручка», row 37: «-0.01» is below 0; correct it"],
    ),
    "a number out of range": (
        cells("minutes", (2, "minutes_this_month", "44641")),
        ["market_time.csv: column «минут», row 2: «44641» is above 44640; correct it"],
    ),
    "a promo share in per cent": (
        cells("customers", (3, "promo_share", "1.5"), (4, "promo_share", "-1")),
        [
            "market_file.csv: column «Акционные_покупки», row 3: «1.5» is above 1; correct it",
            "market_file.csv: column «Акционные_покупки», row 4: «-1» is below 0; correct it",
        ],
    ),
    "no id": (
        cells("customers", (2, "id", ""), (3, "id", "")),
        ["market_file.csv: column «id», rows 2, 3: empty; fill it in"],
    ),
    "no label": (
        cells("customers", (2, "declined", "")),
        ["market_file.csv: column «Покупательская активность», row 2: empty; fill it in"],
    ),
    "no profit": (
        cells("profit", (2, "monthly_profit", ""), (9, "monthly_profit", "")),
        ["money.csv: column «Прибыль», rows 2, 9: empty; fill it in"],
    ),
    "one class": (
        all_cells("customers", "declined", "Снизилась"),
        [
            "market_file.csv: column «Покупательская активность»: fewer than 2 rows of «Прежний "
            "уровень», all 12 rows looked at: give rows of both classes"
        ],
    ),
    "one row of a class": (
        cells("customers", *((line, "declined", "Прежний уровень") for line in range(3, 12))),
        [
            "market_file.csv: column «Покупательская активность»: fewer than 2 rows of "
            "«Снизилась», all 12 rows looked at: give rows of both classes"
        ],
    ),
    "a missing column": (
        without_column("profit", "monthly_profit"),
        ["money.csv: column «Прибыль»: missing; the header has «id»: rename it"],
    ),
    "a column under another name, beside a fault": (
        cells("revenue", (1, "id", "ID"), (2, "revenue_this_month", "-1")),
        [
            "market_money.csv: column «id»: missing; the header has «ID», «Период», «Выручка»: "
            "rename it",
            "market_money.csv: column «Выручка», row 2: «-1» is below 0; correct it",
        ],
    ),
    "no months' column": (
        without_column("minutes", TABLES["minutes"].period),
        ["market_time.csv: column «Период»: missing; the header has «id», «минут»: rename it"],
    ),
    "a value of two lines is shown on one": (
        cells("customers", (2, "service_type", '"два\n\u2028слова"'), (3, "service_type", "?")),
        [
            "market_file.csv: column «Тип сервиса», rows 2, 4: «?», «два слова» is unknown; "
            "expected one of стандарт, премиум: correct it"
        ],
    ),
    "a long value is cut": (
        cells("profit", (2, "monthly_profit", "x" * 100)),
        [
            f"money.csv: column «Прибыль», row 2: «{'x' * 40}» is no finite number; write digits "
            "only"
        ],
    ),
}


@pytest.mark.parametrize("case", EDITS)
def test_a_fault_is_told_by_file_column_row_and_remedy(case, tmp_path):
    """A line a fault; rows are lines of the file, the header being line 1."""
    edit, lines = EDITS[case]
    tables = raw_tables()
    edit(tables)
    assert sorted(faults(store(tmp_path, tables))) == sorted(lines)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_rows_are_counted_as_an_editor_counts_them(line_end, tmp_path):
    """Blank lines count, whatever the line ends."""
    tables = raw_tables()
    put(tables, "profit", 5, "monthly_profit", "?")
    tables["profit"][2:2] = [[""], [""]]
    folder = store(tmp_path, tables, {"profit": replace(PLAIN, line_end=line_end)})
    (line,) = faults(folder)
    assert line == "money.csv: column «Прибыль», row 7: «?» is no finite number; write digits only"


def test_all_faults_of_all_files_are_told_at_once(tmp_path):
    """Faults of cells, of a file, between tables and of the classes: mended in one go."""
    tables = raw_tables()
    all_cells("customers", "declined", "Снизилась")(tables)
    cells("customers", (2, "promo_share", "1.5"), (3, "service_type", "?"))(tables)
    cells("revenue", (2, "revenue_this_month", "-1"), (4, MONTH, "май"))(tables)
    without_lines("minutes", 3)(tables)
    cells("profit", (3, "monthly_profit", ""), (13, "id", "1001"))(tables)
    folder = store(tmp_path, tables)
    assert sorted(faults(folder)) == sorted([
        "market_file.csv: column «Тип сервиса», row 3: «?» is unknown; expected one of стандарт, "
        "премиум: correct it",
        "market_file.csv: column «Акционные_покупки», row 2: «1.5» is above 1; correct it",
        "market_file.csv: column «Покупательская активность»: fewer than 2 rows of «Прежний "
        "уровень», all 12 rows looked at: give rows of both classes",
        f"market_money.csv: column «Период», row 4: «май» is unknown; expected one of {MONTHS}: "
        "correct it",
        "market_money.csv: column «Выручка», row 2: «-1» is below 0; correct it",
        f"market_time.csv: column «id»: no row for «текущий_месяц» for 1001, {ABSENT}",
        "money.csv: column «id», row 13: «1001» stands more than once; keep one row",
        "money.csv: column «Прибыль», row 3: empty; fill it in",
        f"money.csv: column «id»: no row for 1012, {ABSENT}",
    ])  # fmt: skip
    (folder / "money.csv").write_bytes(b"")
    (folder / "market_money.csv").unlink()
    assert [line.partition(":")[0] for line in faults(folder)] == [
        "market_file.csv", "market_file.csv", "market_money.csv", "money.csv", "market_time.csv",
        "market_file.csv",
    ]  # fmt: skip
