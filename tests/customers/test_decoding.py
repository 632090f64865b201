"""Bytes become text of a known encoding, or a line that says what they are."""

import unicodedata

import pytest

from one_click.customers.decoding import text_of
from one_click.running.errors import InputError

HEADERS = ["id", "Прибыль"]
TEXT = "id;Прибыль\n1001;2,5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_two_encodings_are_read(encoding):
    name = "cp1251" if encoding == "cp1251" else "utf-8"
    assert text_of(TEXT.encode(encoding), HEADERS) == (TEXT, name)


@pytest.mark.parametrize("mark", ["\ufeff\ufeff", "\u200b", "\u200e", "\u2060", "\xad"])
def test_what_nobody_sees_is_left_out(mark):
    text = mark + TEXT.replace("б", f"б{mark}").replace("1001", f"{mark}1001{mark}")
    assert text_of(text.encode(), HEADERS) == (TEXT, "utf-8")


def test_letters_of_two_code_points_become_one():
    headers = ["Любимый ёж"]
    two = unicodedata.normalize("NFD", headers[0])
    assert len(two) == len(headers[0]) + 2
    assert text_of(two.encode(), headers) == (headers[0], "utf-8")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp866", "cp866 (DOS)"),
        ("koi8-r", "KOI8-R"),
        ("mac_cyrillic", "Mac Cyrillic"),
        ("iso8859_5", "ISO 8859-5"),
    ],
)
def test_another_encoding_is_named(encoding, name):
    with pytest.raises(InputError) as error:
        text_of(TEXT.encode(encoding), HEADERS)
    assert str(error.value) == f"in {name}, which is not read: save it as CSV in UTF-8"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_wide_letters_are_refused(encoding):
    with pytest.raises(InputError, match=r"save it as CSV in UTF-8$"):
        text_of(TEXT.encode(encoding), HEADERS)


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("utf-8", "cp1251", "UTF-8 was read as cp1251 (Windows)"),
        ("utf-8", "latin-1", "UTF-8 was read as latin-1"),
        ("cp1251", "latin-1", "cp1251 (Windows) was read as cp1252"),
        ("cp1251", "cp866", "cp1251 (Windows) was read as cp866 (DOS)"),
        ("cp866", "cp1251", "cp866 (DOS) was read as cp1251 (Windows)"),
        ("koi8-r", "cp1251", "KOI8-R was read as cp1251 (Windows)"),
        ("cp1251", "koi8-r", "cp1251 (Windows) was read as KOI8-R"),
        ("utf-8", "mac_cyrillic", "UTF-8 was read as Mac Cyrillic"),
    ],
)
def test_garbled_letters_are_told_by_their_mistake(right, wrong, words):
    content = TEXT.encode(right).decode(wrong, errors="replace").encode()
    with pytest.raises(InputError) as error:
        text_of(content, HEADERS)
    assert str(error.value).startswith(f"its letters are garbled: {words} and saved again;")


def test_a_row_of_another_encoding_is_named():
    mixed = TEXT.encode() + "1002;да\r\n".encode("cp1251") + b"1003;1\n" + b"\xff;1\n"
    with pytest.raises(InputError) as error:
        text_of(mixed, HEADERS)
    line = "not in UTF-8, though the header is: save it as CSV in UTF-8 as a whole"
    assert str(error.value) == f"rows 3, 5: {line}"
    with pytest.raises(InputError) as error:
        text_of(TEXT.encode("cp1251") + "1002;да\n".encode(), HEADERS)
    line = "in UTF-8, though the header is not: save it as CSV in UTF-8 as a whole"
    assert str(error.value) == f"row 3: {line}"
    with pytest.raises(InputError) as error:
        text_of(TEXT.encode("cp1251") + b"1002;\x98\n", HEADERS)
    line = "letters that are neither UTF-8 nor cp1251: save it as CSV in UTF-8"
    assert str(error.value) == f"row 3: {line}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\x14\x00", "a workbook or an archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a workbook of an old Excel"),
        (b"PAR1\x15", "a parquet file"),
        (b"\x1f\x8b\x08", "a packed file"),
        (b"%PDF-1.7", "a PDF"),
        (b"<!DOCTYPE html><html>", "a page"),
        (b"\xef\xbb\xbf \n<TABLE><tr><td>id", "a page"),
        (b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'>", "a page"),
        (b'<?xml version="1.0"?><Workbook>', "a page"),
        (b"{\\rtf1\\ansi", "a text document"),
    ],
)
def test_another_kind_of_file_is_named(content, words):
    with pytest.raises(InputError, match=f"^{words}.*: "):
        text_of(content, HEADERS)
