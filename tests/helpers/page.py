"""What is read of a page: its tags and words, the messages, the data of its script."""

import json
import re
from html.parser import HTMLParser

from one_click.words.speaker import speaker


class Tags(HTMLParser):
    """Start tags with their attributes, the text outside the style sheet, and open tags left."""

    void = ("meta", "link", "img", "rect", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.words, self.open = "", []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note the tag, and that it is open."""
        self.tags.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Note the tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Note the text."""
        if not {"style", "script"} & set(self.open):
            self.words += data

    def rows_of(self, title: str) -> int:
        """Rows of the table that the element with this id names, its heading included."""
        count, inside = 0, False
        for tag, attributes in self.tags:
            if tag == "table":
                inside = attributes["aria-labelledby"] == title
            count += inside and tag == "tr"
        return count


def messages() -> dict[str, dict[str, str]]:
    return speaker("report", "ru").messages


def data_of(text: str) -> dict:
    """What the page's script reads."""
    return json.loads(re.search(r'id="plan-data">(.*?)</script>', text, re.DOTALL)[1])
