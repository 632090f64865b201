"""Text becomes cells, whatever a spreadsheet did to it."""

import pytest

from one_click.customers.cells import read_cells
from one_click.running.errors import InputError

HEADERS = ["id", "Прибыль"]
SAME = {
    "a line that declares the separator": "sep=;\r\nid;Прибыль\r\n1001;2,5\r\n",
    "that line, in quotes and filled up": '"sep=;";\nid;Прибыль\n1001;2,5\n',
    "a separator of one's own, declared": "sep=^\nid^Прибыль\n1001^2,5\n",
    "empty columns at the end of every line": "id;Прибыль;;\n1001;2,5;;\n",
    "separators at the end of some lines": "id;Прибыль\n1001;2,5;;\n",
    "a separator at the end of the header": "id;Прибыль;\n1001;2,5\n",
    "each line in quotes": '"id;Прибыль"\n"1001;2,5"\n',
    "each line in quotes, its cells too": '"""id"",""Прибыль"""\n"""1001"",""2,5"""\n',
    "each line in quotes, parted by tabs, blank lines": '\n"id\tПрибыль"\r\n\r\n"1001\t2,5"\r\n',
    "bars": "id|Прибыль\n1001|2,5\n",
    "more commas than separators": "id;Прибыль;a,b,c,d\n1001;2,5;1,2,3\n",
    "pandas' index in front": ',id,Прибыль\n0,1001,"2,5"\n',
}


@pytest.mark.parametrize("habit", SAME)
def test_a_habit_changes_no_cell(habit):
    cells = read_cells(SAME[habit], HEADERS)
    assert cells[HEADERS].to_numpy().tolist() == [["1001", "2,5"]]


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\xa0"])
def test_what_is_no_line_end_parts_words(mark):
    cells = read_cells(f"id;Тип{mark}сервиса\n1001;да\n", ["id", "Тип сервиса"])
    assert list(cells.columns) == ["id", "Тип сервиса"]


@pytest.mark.parametrize("text", ["\n\n\nid;Прибыль\n\n7;1\n", "sep=;\n\n\nid;Прибыль\n\n7;1\n"])
def test_the_index_is_the_line_of_the_file(text):
    assert list(read_cells(text, HEADERS).index) == [6]


def test_lines_in_quotes_keep_their_numbers():
    assert list(read_cells('"id;Прибыль"\n\n"7;1"\n', HEADERS).index) == [3]


REFUSED = {
    '"': "only separators and quotes, no cell: export the table again",
    '"\n"\n': "only separators and quotes, no cell: export the table again",
    ";;;\n;;;\n": "only separators and quotes, no cell: export the table again",
    ",": "only separators and quotes, no cell: export the table again",
    "sep=;\n": "no cell in it: export the table again",
    "Отчёт\nза март;\nid;Прибыль\n1;2\n": "the header is row 3: take out the rows above it",
    "id,Прибыль,\n1,2,95\n2,3,\n3,1,2\n": "rows 2, 4: a cell under no header, column 3 of the "
    "file: is a separator within a cell? quote that cell, or name the column",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_table_is_refused(text):
    with pytest.raises(InputError) as error:
        read_cells(text, HEADERS)
    assert str(error.value) == REFUSED[text]
