"""The bytes of one raw file as text: UTF-8 or cp1251; what else they are is said by name.

An encoding is told by the headers of the table that its letters spell: a file of one Cyrillic word
is too short for statistics, and no other reading of its bytes gives that word.
"""

import re
import unicodedata
from collections.abc import Iterable

from one_click.customers.rows import rows_text
from one_click.running.errors import InputError

HEAD = 4_096  # bytes of a file that hold its header
SAVE = "save it as CSV in UTF-8"
SIGNATURES = {
    b"PK\x03\x04": "a workbook or an archive, not a table in CSV: open it in a spreadsheet and "
    "save the sheet as CSV in UTF-8",
    b"\xd0\xcf\x11\xe0": f"a workbook of an old Excel, not a table in CSV: open it and {SAVE}",
    b"PAR1": f"a parquet file, not a table in CSV: {SAVE}",
    b"\x1f\x8b": "a packed file (gzip), not a table in CSV: unpack it",
    b"%PDF": "a PDF, not a table in CSV: export the table itself",
    b"{\\rtf": f"a text document (RTF), not a table in CSV: {SAVE}",
}
PAGE = re.compile(rb"\s*<(!doctype|html|head|table|meta|body|\?xml)", re.IGNORECASE)
WIDE = {
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
CYRILLIC = {
    "utf-8": "UTF-8",
    "cp1251": "cp1251 (Windows)",
    "cp866": "cp866 (DOS)",
    "koi8-r": "KOI8-R",
    "mac_cyrillic": "Mac Cyrillic",
    "iso8859_5": "ISO 8859-5",
}
MISREAD_AS = ("cp1251", "cp1252", "latin-1", "cp866", "koi8-r", "mac_cyrillic", "cp437")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")


def text_of(content: bytes, headers: Iterable[str]) -> tuple[str, str]:
    """Text of a file and its encoding.

    Letters of two code points become one (NFC), and characters that nobody sees are left out.

    Parameters
    ----------
    headers
        Of the table: what its encoding is told by.

    Raises
    ------
    InputError
        For what is no CSV, is in another encoding, in two, or was read in a wrong one and saved.
    """
    content = content.rstrip(b"\x1a")  # the end of a file, as DOS has it
    kind = next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), None)
    if PAGE.match(content.removeprefix(b"\xef\xbb\xbf")):
        kind = f"a page (HTML or XML), not a table in CSV: open it in a spreadsheet and {SAVE}"
    if kind:
        raise InputError(kind)
    if b"\0" in content:
        wide = next((name for mark, name in WIDE.items() if content.startswith(mark)), None)
        raise InputError(f"in {wide}: {SAVE}" if wide else f"no text (zero bytes): {SAVE}")
    encoding = _encoding(content, [h for h in headers if not h.isascii()])
    text = _decoded(content, encoding)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return INVISIBLE.sub("", text), encoding


def _encoding(content: bytes, headers: list[str]) -> str:
    """UTF-8 or cp1251, by which the headers can be read, or else the bytes.

    Raises
    ------
    InputError
        Where the headers can be read in another encoding alone.
    """
    head = content[:HEAD]
    count = {name: _count(head.decode(name, errors="replace"), headers) for name in CYRILLIC}
    likely = max(count, key=lambda name: count[name])
    if not count[likely]:
        _refuse_misread(head.decode("utf-8", errors="replace"), headers)
        return "utf-8" if _bad_lines(content, "utf-8") == [] else "cp1251"
    if likely not in ("utf-8", "cp1251"):
        raise InputError(f"in {CYRILLIC[likely]}, which is not read: {SAVE}")
    return likely


def _count(text: str, headers: list[str]) -> int:
    plain = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return sum(header in plain for header in headers)


def _refuse_misread(head: str, headers: list[str]) -> None:
    """Say so where the header becomes readable when it is saved as it was read, by mistake."""
    for misread in MISREAD_AS:
        saved = head.encode(misread, errors="replace")
        for right, name in CYRILLIC.items():
            if right != misread and _count(saved.decode(right, errors="replace"), headers):
                wrong = CYRILLIC.get(misread, misread)
                raise InputError(
                    f"its letters are garbled: {name} was read as {wrong} and saved again; "
                    f"export the table again as CSV in UTF-8"
                )


def _decoded(content: bytes, encoding: str) -> str:
    if encoding == "cp1251" and (mixed := _lines_in_utf8(content)):
        raise InputError(
            f"{rows_text(mixed)}: in UTF-8, though the header is not: {SAVE} as a whole"
        )
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        rows = rows_text(_bad_lines(content, encoding))
        if encoding == "utf-8":
            problem = f"not in UTF-8, though the header is: {SAVE} as a whole"
        else:
            problem = f"letters that are neither UTF-8 nor cp1251: {SAVE}"
        raise InputError(f"{rows}: {problem}") from None


def _lines_in_utf8(content: bytes) -> list[int]:
    """Lines with letters that are UTF-8: words of cp1251 hardly ever make such pairs of bytes."""
    return [
        at
        for at, line in enumerate(_lines(content), 1)
        if not line.isascii() and _can_read(line, "utf-8")
    ]


def _lines(content: bytes) -> list[bytes]:
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")


def _bad_lines(content: bytes, encoding: str) -> list[int]:
    """Lines of the file that the encoding can't read, the first being line 1."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        lines = enumerate(_lines(content), 1)
        return [at for at, line in lines if not _can_read(line, encoding)]
    return []


def _can_read(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
