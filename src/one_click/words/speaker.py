"""Words and numbers in the language of the reader.

`report.yaml` has the words of the report and of its tables, `pictures.yaml` those of the pictures,
`offers.yaml` those of the plan's workbook, `measured.yaml` those of a measurement.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import yaml

from one_click.columns import label, value_label
from one_click.running.yaml_text import LOADER

ABSENT = "—"
NARROW_SPACE, SPACE, MINUS = "\u202f", "\u00a0", "\u2212"  # both spaces keep the line together


@dataclass(frozen=True)
class Speaker:
    """Words and numbers of one language, "ru" or "en"."""

    language: str
    messages: dict[str, dict[str, str]]

    def say(self, key: str, **values: object) -> str:
        """A message with its values filled in; no line begins with its dash."""
        return self.messages[key][self.language].format(**values).replace(" —", f"{SPACE}—")

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number with groups of three; a dash for what is missing."""
        if value is None or pd.isna(value):
            return ABSENT
        text = f"{abs(value):,.{digits}f}"
        sign = MINUS if value < 0 and text.strip("0.,") else ""
        if self.language == "ru":
            text = text.translate(str.maketrans(",.", f"{NARROW_SPACE},"))
        return sign + text

    def share(self, value: float | None, digits: int = 1) -> str:
        """A share as a percentage."""
        if value is None or pd.isna(value):
            return ABSENT
        return self.number(100 * value, digits) + self.percent

    @property
    def percent(self) -> str:
        """The sign of per cent, as it follows a number."""
        return f"{SPACE}%" if self.language == "ru" else "%"

    def money(self, value: float | None, scale: float | None = None) -> str:
        """An amount, with the fewer decimals the larger it, or `scale` beside it, is."""
        size = abs(scale if scale is not None else value or 0)
        return self.number(value, 0 if size >= 1000 else 1 if size >= 100 else 2)

    def amount(self, value: float | None, unit: str | None, scale: float | None = None) -> str:
        """An amount with its unit, where it is known."""
        money = self.money(value, scale)
        return f"{money}{SPACE}{unit}" if unit and money != ABSENT else money

    def label(self, name: str) -> str:
        """Heading of a column."""
        return label(name, self.language)

    def value_label(self, name: str, code: str) -> str:
        """A category's value."""
        return value_label(name, code, self.language)


def speaker(catalogue: str, language: str) -> Speaker:
    """Who says the words of a catalogue: "report", "pictures", "offers" or "measured"."""
    return Speaker(language, _messages(catalogue))


@cache
def _messages(catalogue: str) -> dict[str, dict[str, str]]:
    text = (Path(__file__).parent / f"{catalogue}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=LOADER)
