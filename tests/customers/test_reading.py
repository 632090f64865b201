"""Every dialect of the raw tables gives the same frames, and every fault its line."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.columns import BY_NAME, COLUMNS, FEATURES, RAW_ID, TABLES
from one_click.customers.cells import _with_other_mark, decode
from one_click.customers.preparation import prepared
from one_click.customers.reading import RawTables, read_tables
from one_click.running.errors import InputError
from one_click.settings.customers import Cleaning, Split

CUSTOMERS = 12
FIRST_ID = 1001
CLEANING = Cleaning("revenue_every_month", "aside", 10, "aside")
SPLIT = Split(0.25, seed=1)
RAW = {column.name: column.raw for column in COLUMNS} | {"id": RAW_ID}


def columns_of(table):
    """One column a raw header."""
    return list({column.raw: column for column in COLUMNS if column.table == table}.values())


def months_of(table):
    return [column.month for column in COLUMNS if column.table == table and column.month]


def raw_tables() -> dict[str, list[list[str]]]:
    """By table, rows of cells: the header first, so that row 0 is line 1 of the file.

    Customers 1001 to 1012, both classes six times, no twins; a table with months has the lines of
    1001 first, oldest month first. Numbers differ from row to row and from column to column.
    """
    tables = {}
    for table, described in TABLES.items():
        columns, months = columns_of(table), months_of(table)
        period = [described.period] if described.period else []
        rows = [[RAW_ID, *period, *(column.raw for column in columns)]]
        for number in range(CUSTOMERS):
            for place, month in enumerate(months or [None]):
                cells = [
                    column.values[number % len(column.values)].raw
                    if column.values
                    else f"{(number + place / 2 + 1) / (20 if column.high == 1 else 1):g}"
                    for column in columns
                ]
                rows.append([str(FIRST_ID + number), *([month.raw] if month else []), *cells])
        tables[table] = rows
    return tables


def put(tables, table, line, name, cell):
    """Write a cell; `line` is the line of the file."""
    tables[table][line - 1][column_of(tables, table, name)] = cell


def column_of(tables, table, name):
    return tables[table][0].index(RAW.get(name, name))


@dataclass(frozen=True)
class Dialect:
    """How a table is written."""

    separator: str = ","
    decimal: str = "."
    line_end: str = "\n"
    encoding: str = "utf-8"
    point_zero: bool = False
    quotes: bool = False
    space_outside: str = ""
    space_inside: str = ""

    def written(self, rows: list[list[str]]) -> bytes:
        """The bytes of a file."""
        lines = [self.separator.join(map(self.cell, row)) for row in rows]
        return "".join(line + self.line_end for line in lines).encode(self.encoding)

    def cell(self, cell: str) -> str:
        """A cell as the dialect writes it."""
        if cell.isdigit() and self.point_zero:
            cell += ".0"
        if cell.replace(".", "").isdigit():
            cell = cell.replace(".", self.decimal)
        cell = f"{self.space_inside}{cell}{self.space_inside}"
        if self.quotes or self.separator in cell:
            cell = f'"{cell}"'
        return f"{self.space_outside}{cell}{self.space_outside}"


PLAIN = Dialect()
DIALECTS = st.builds(
    Dialect,
    separator=st.sampled_from([",", ";", "\t"]),
    decimal=st.sampled_from([".", ","]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1251"]),
    point_zero=st.booleans(),
    quotes=st.booleans(),
    space_outside=st.sampled_from(["", " ", "  "]),
    space_inside=st.sampled_from(["", " "]),
)


def store(folder: Path, tables=None, dialects=None) -> Path:
    """Write tables into a folder, each in its dialect."""
    folder.mkdir(exist_ok=True)
    for table, rows in (tables or raw_tables()).items():
        content = (dialects or {}).get(table, PLAIN).written(rows)
        (folder / TABLES[table].file).write_bytes(content)
    return folder


def faults(folder: Path) -> list[str]:
    """The lines of the error, without the folder in front."""
    with pytest.raises(InputError) as error:
        read_tables(folder)
    lines = str(error.value).splitlines()
    assert all(line.startswith(str(folder)) for line in lines)
    return [line.removeprefix(f"{folder}/") for line in lines]


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> tuple[RawTables, pd.DataFrame, dict]:
    """What the plain dialect gives: raw frames, customers, metrics."""
    folder = store(tmp_path_factory.mktemp("plain"))
    return read_tables(folder), *prepared(folder, CLEANING, SPLIT)


def test_frames_hold_what_the_files_hold(plain):
    """Numbers as numbers, values as codes, under raw headers, indexed by the line of the file."""
    frames = plain[0].frames
    assert {table: len(frame) for table, frame in frames.items()} == {
        "customers": 12, "revenue": 36, "minutes": 24, "profit": 12,
    }  # fmt: skip
    first = frames["customers"].loc[2]
    assert first[RAW_ID] == 1001
    assert first[RAW["declined"]] == "stayed"
    assert first[RAW["service_type"]] == "standard"
    assert first[RAW["contact_allowed"]] == "no"
    assert first[RAW["favourite_category"]] == "children"
    assert first[RAW["promo_share"]] == 0.05
    second_month_of_third = frames["revenue"].loc[9]
    assert second_month_of_third.tolist() == [1003, "previous_month", 3.5]
    assert frames["profit"].loc[13].tolist() == [1012, 12.0]


def assert_same(folder: Path, plain) -> None:
    raw, customers, metrics = plain
    read = read_tables(folder)
    for table, frame in raw.frames.items():
        pd.testing.assert_frame_equal(read.frames[table], frame)
    again, figures = prepared(folder, CLEANING, SPLIT)
    pd.testing.assert_frame_equal(again, customers)
    figures["encoding"] = metrics["encoding"]
    assert figures == metrics


@pytest.mark.parametrize(
    "dialect",
    [
        replace(PLAIN, separator=";"),
        replace(PLAIN, separator=";", decimal=","),
        replace(PLAIN, separator="\t", decimal=","),
        replace(PLAIN, decimal=","),  # the writer quotes such a cell
        replace(PLAIN, line_end="\r\n"),
        replace(PLAIN, line_end="\r"),
        replace(PLAIN, encoding="utf-8-sig"),
        replace(PLAIN, encoding="utf-8-sig", quotes=True),
        replace(PLAIN, encoding="cp1251"),
        replace(PLAIN, point_zero=True),
        replace(PLAIN, quotes=True),
        replace(PLAIN, space_outside=" "),
        replace(PLAIN, space_inside="\xa0"),
        replace(PLAIN, space_outside=" ", quotes=True),
    ],
    ids=lambda dialect: ",".join(
        f"{k}={v!r}" for k, v in vars(dialect).items() if v != getattr(PLAIN, k)
    ),
)
def test_a_dialect_changes_no_cell_and_no_hash(dialect, plain, tmp_path):
    assert_same(store(tmp_path, dialects=dict.fromkeys(TABLES, dialect)), plain)


@settings(max_examples=25, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(TABLES, DIALECTS)))
def test_dialects_mix_freely(plain, tmp_path_factory, dialects):
    """Any combination, another one in each file."""
    assert_same(store(tmp_path_factory.mktemp("mixed"), dialects=dialects), plain)


def test_the_encoding_of_each_file_is_told(tmp_path):
    folder = store(tmp_path, dialects={"profit": replace(PLAIN, encoding="cp1251")})
    assert read_tables(folder).encodings == {
        "market_file.csv": "utf-8",
        "market_money.csv": "utf-8",
        "market_time.csv": "utf-8",
        "money.csv": "cp1251",
    }


def test_a_changed_cell_changes_the_hash(plain, tmp_path):
    """The hash is no constant: one profit, one consent, one id in all tables."""
    hashes = {plain[2]["data_hash"]}
    profit, consent, renamed = raw_tables(), raw_tables(), raw_tables()
    put(profit, "profit", 2, "monthly_profit", "1.25")
    put(consent, "customers", 2, "contact_allowed", "да")
    for table, rows in renamed.items():
        rows[1:] = [["7" if row[0] == "1001" else row[0], *row[1:]] for row in rows[1:]]
        assert sum(row[0] == "7" for row in renamed[table]) > 0
    for number, tables in enumerate((profit, consent, renamed)):
        folder = store(tmp_path / str(number), tables)
        hashes.add(prepared(folder, CLEANING, SPLIT)[1]["data_hash"])
    assert len(hashes) == 4


def test_blank_lines_and_columns_of_no_meaning_are_passed_over(plain, tmp_path):
    """Blank lines at the start, in the middle and at the end, rows of separators, own columns."""
    tables = raw_tables()
    for rows in tables.values():
        rows[0] += ["note"]
        rows[1:] = [[*row, "seen"] for row in rows[1:]]
        rows[3:3] = [[""], ["", "", ""]]
        rows[:] = [[""], *rows, [""]]
    read = read_tables(store(tmp_path, tables))
    for table, frame in plain[0].frames.items():
        pd.testing.assert_frame_equal(
            read.frames[table].reset_index(drop=True), frame.reset_index(drop=True)
        )


MISSPELT = [
    (column.table, column.name, value, wrong)
    for column in COLUMNS
    for value in column.values
    for wrong in value.misspelt
]
MISSPELT += [
    (table, TABLES[table].period, month, wrong)
    for table in TABLES
    for month in months_of(table)
    for wrong in month.misspelt
]


@pytest.mark.parametrize(("table", "name", "value", "wrong"), MISSPELT)
def test_a_misspelt_value_is_mended_and_counted(table, name, value, wrong, plain, tmp_path):
    tables = raw_tables()
    place = column_of(tables, table, name)
    right = [row for row in tables[table] if row[place] == value.raw]
    for row in right:
        row[place] = wrong
    folder = store(tmp_path, tables)
    read = read_tables(folder)
    pd.testing.assert_frame_equal(read.frames[table], plain[0].frames[table])
    assert plain[0].mended == {}
    assert len(right) >= 2
    assert read.mended == {RAW.get(name, name): len(right)}


def test_a_spelling_mended_in_two_tables_is_counted_in_both(tmp_path):
    """The months' header is the same in two tables."""
    tables = raw_tables()
    for table in ("revenue", "minutes"):
        place = column_of(tables, table, TABLES[table].period)
        for row in tables[table]:
            row[place] = row[place].replace("предыдущий", "предыдцщий")
            row[place] = row[place].replace("препредыдцщий", "препредыдущий")
    assert read_tables(store(tmp_path, tables)).mended == {"Период": 24}


@pytest.mark.parametrize("name", FEATURES)
def test_an_empty_cell_of_a_feature_is_missing(name, tmp_path):
    column = BY_NAME[name]
    tables = raw_tables()
    put(tables, column.table, 2, name, "")
    frames = read_tables(store(tmp_path, tables)).frames
    cells = frames[column.table][column.raw]
    assert cells.index[cells.isna()].tolist() == [2]


def test_a_feature_may_be_missing_throughout(tmp_path):
    """A number and a category without any value."""
    tables = raw_tables()
    for line in range(2, CUSTOMERS + 2):
        put(tables, "customers", line, "promo_share", "")
        put(tables, "customers", line, "service_type", "")
    customers, metrics = prepared(store(tmp_path, tables), CLEANING, SPLIT)
    assert customers[["promo_share", "service_type"]].isna().all(axis=None)
    assert metrics["missing"] == {"promo_share": 12, "service_type": 12}


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


def test_no_folder(tmp_path):
    with pytest.raises(InputError) as error:
        read_tables(tmp_path / "nowhere")
    assert str(error.value) == f"{tmp_path}/nowhere: no such folder; set `tables` in params.yaml"


def test_a_file_in_the_folders_place(tmp_path):
    (tmp_path / "tables").write_text("")
    with pytest.raises(InputError, match="no such folder"):
        read_tables(tmp_path / "tables")


def test_no_table(tmp_path):
    """Each that is not there has its line."""
    folder = store(tmp_path)
    (folder / "money.csv").unlink()
    (folder / "market_time.csv").unlink()
    assert faults(folder) == [
        "market_time.csv: no such file; put it there or set `tables` to its folder",
        "money.csv: no such file; put it there or set `tables` to its folder",
    ]


def test_a_folder_in_a_tables_place_is_one_line(tmp_path):
    folder = store(tmp_path)
    (folder / "money.csv").unlink()
    (folder / "money.csv").mkdir()
    (line,) = faults(folder)
    assert line.startswith("money.csv: ")


CONTENTS = {
    "empty": (b"", "the file is empty: export the table again"),
    "blank": (b"\xef\xbb\xbf\r\n \r\n", "the file is empty: export the table again"),
    "header only": (
        "id;Прибыль\n".encode(), "only a header, no rows: export the table again"),
    "header and blank rows": (
        "id;Прибыль\n;\n\n".encode(), "only a header, no rows: export the table again"),
    "neither UTF-8 nor cp1251": (
        b"id;\xcf\xf0\xe8\xe1\xfb\xeb\xfc\n1001;\x98\n",
        "neither UTF-8 nor cp1251; save it as UTF-8"),
    "a column doubled": (
        "id;Прибыль; Прибыль\n1001;1;1\n".encode(),
        "column «Прибыль» stands twice in the header: keep one of them"),
    "the first row too long": (
        "id;Прибыль\n1001;1;\n1002;1\n".encode(),
        "row 2: more or fewer cells than the 2 of the header; correct it"),
    "a later row too long": (
        "id;Прибыль\n1001;1\n1002;1;9\n".encode(),
        "row 3: more or fewer cells than the 2 of the header; correct it"),
    "all rows too long": (
        ("id;Прибыль\n" + "1001;1;9\n" * 7).encode(),
        "rows 2, 3, 4, 5, 6 and 2 more: more or fewer cells than the 2 of the header; correct it"),
    "a row too short": (
        "id;Прибыль\n1001;1\n1002\n".encode(),
        "row 3: more or fewer cells than the 2 of the header; correct it"),
    "a quote left open": (
        'id;Прибыль\n1001;1\n"1002;1\n1003;1\n'.encode(),
        "row 3: more or fewer cells than the 2 of the header; correct it"),
    "a quote left open in the header of a large file": (
        ('id;"Прибыль\n' + "1003;1\n" * 20_000).encode(),
        "row 1: field larger than field limit (131072); correct it (is a quote left open?)"),
    "a quote left open in a large file": (
        ('id;Прибыль\n1001;1\n"1002;1\n' + "1003;1\n" * 20_000).encode(),
        "row 3: field larger than field limit (131072); correct it (is a quote left open?)"),
}  # fmt: skip


@pytest.mark.parametrize("case", CONTENTS)
def test_a_file_that_is_no_table(case, tmp_path):
    content, line = CONTENTS[case]
    folder = store(tmp_path)
    (folder / "money.csv").write_bytes(content)
    assert faults(folder) == [f"money.csv: {line}"]


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


MONTH = TABLES["revenue"].period
ABSENT = "who stand in another table: add the rows or take them out everywhere"
MONTHS = "препредыдущий_месяц, предыдущий_месяц, текущий_месяц"
EDITS = {
    "doubled id": (
        cells("profit", (4, "id", "1001")),
        [
            "money.csv: column «id», row 4: «1001» stands more than once; keep one row",
            f"money.csv: column «id»: no row for 1003, {ABSENT}",
        ],
    ),
    "doubled id, written in another way": (
        cells("profit", (4, "id", "1001.0"), (6, "id", "01001"), (7, "id", "1.001e3")),
        [
            "money.csv: column «id», rows 4, 6, 7: «01001», «1.001e3», «1001.0» stands more than "
            "once; keep one row",
            f"money.csv: column «id»: no row for 1003, 1005, 1006, {ABSENT}",
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
    "an id that is no whole number": (
        cells("customers", (2, "id", "12.5"), (3, "id", "x"), (4, "id", "x"), (5, "id", "1e999")),
        [
            "market_file.csv: column «id», rows 2, 3, 4, 5: «12.5», «1e999», «x» is no whole "
            "number of up to 15 digits; correct the id"
        ],
    ),
    "ids that a float would confuse": (
        cells("profit", (2, "id", "9007199254740992"), (3, "id", "9007199254740993")),
        [
            "money.csv: column «id», rows 2, 3: «9007199254740992», «9007199254740993» is no whole "
            "number of up to 15 digits; correct the id"
        ],
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


def test_utf_16_and_mixed_decimal_marks_are_refused():
    with pytest.raises(UnicodeDecodeError):
        decode("id;Прибыль\n1;2\n".encode("utf-16"))
    cells = pd.Series(["1,234", "1.5", "2"], index=[2, 3, 4])
    assert list(_with_other_mark(cells)) == [2]
    assert list(_with_other_mark(cells.str.replace(".", ",", regex=False))) == []
