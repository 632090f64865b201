"""A workbook whose sheets print as one expects, with the same bytes for the same cells."""

import datetime
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from one_click.offers.sheets import DATES, FORMATS

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

A4 = 9  # of Excel's papers
GREY = "#E7E6E6"


class Workbook:
    """Sheets of A4, landscape, a page wide, with a heading that stays and is on every page."""

    def __init__(self, language: str) -> None:
        import xlsxwriter

        self.file = io.BytesIO()
        # Its own file system time would be in the properties, and text might become a formula.
        self.book = xlsxwriter.Workbook(self.file, {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False,
        })  # fmt: skip
        self.book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        layout = {"text_wrap": True, "valign": "top"}
        self.formats = {
            name: self.book.add_format({"num_format": text, **layout})
            for name, text in (FORMATS | {"date": DATES[language]}).items()
        }
        self.heading = self.book.add_format({"bold": True, "bottom": 1, "bg_color": GREY, **layout})

    def sheet(self, name: str, headings: list[str], widths: Iterable[int]) -> "Worksheet":
        """A sheet with its row of headings."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)  # one page wide, as many high as it takes
        sheet.set_footer("&L&A&R&P / &N")
        sheet.repeat_rows(0)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # ids are text
        sheet.freeze_panes(1, 1)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        for place, text in enumerate(headings):
            sheet.write_string(0, place, text, self.heading)
        return sheet

    def write(self, sheet: "Worksheet", row: int, cells: Iterable, formats: Iterable[str]) -> None:
        """A row: text as text, a date (written as ISO 8601 says) as a date, None as nothing."""
        for place, (cell, name) in enumerate(zip(cells, formats, strict=True)):
            if cell is None:
                continue
            look = self.formats[name]
            if isinstance(cell, str) and name == "date":
                sheet.write_datetime(row, place, datetime.date.fromisoformat(cell), look)
            elif isinstance(cell, str):
                sheet.write_string(row, place, cell, look)
            else:
                sheet.write_number(row, place, cell, look)

    def content(self) -> bytes:
        """The file."""
        self.book.close()
        return self.file.getvalue()
