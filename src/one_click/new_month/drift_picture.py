"""Where the bars and words of a column's picture stand: known customers beside new ones."""

from dataclasses import dataclass, field

import numpy as np

from one_click.columns import CATEGORIES
from one_click.new_month.tallies import SCORE
from one_click.words.speaker import Speaker
from one_click.words.wording import value_words

WIDTH = 360  # of the picture, in its own units: a phone's pixels
LEGEND, LINE = 34, 15
KNOWN, NEW = "known", "new"
LEFT, RIGHT, HEIGHT, BOTTOM = 40, 18, 150, 22  # of the bars of numbers: margins, their height
APART = 0.7  # slots between the bars of numbers and those of who has none
CHARACTER = 7.5  # width of a character with its share of the gap between words


@dataclass
class Picture:
    """Rectangles (kind, x, y, width, height) and words (x, y, anchor, text) of a picture."""

    height: float
    rectangles: list[tuple[str, float, float, float, float]] = field(default_factory=list)
    words: list[tuple[float, float, str, str]] = field(default_factory=list)

    def bar(self, kind: str, x: float, y: float, width: float, height: float) -> None:
        """Add a rectangle, rounded so that its text is short."""
        x, y, width, height = (round(float(number), 1) for number in (x, y, width, height))
        self.rectangles.append((kind, x, y, width, height))

    def word(self, x: float, y: float, anchor: str, text: str) -> None:
        """Add words."""
        self.words.append((round(float(x), 1), round(float(y), 1), anchor, text))


def picture(name: str, column: dict, speaker: Speaker) -> Picture:
    """The picture of a column: bars lie below one another for a category, else stand side by side.

    Parameters
    ----------
    column
        As `drift.compared` gives it.
    """
    shown, absent = column["bars"], column["missing"] + column["unknown"]
    pairs = list(zip(shown["before"], shown["now"], strict=True))
    if column["missing_before"] or absent:
        pairs.append((column["missing_before"], absent))
    drawn = lying if name in CATEGORIES else standing
    return drawn(name, shown, pairs, speaker)


def with_legend(height: float, speaker: Speaker) -> Picture:
    """A picture with nothing but the two kinds of bars named."""
    drawn = Picture(height)
    for line, kind in enumerate((KNOWN, NEW)):
        drawn.bar(kind, 0, LINE * line + 2, 10, 10)
        drawn.word(15, LINE * line + 11, "start", speaker.say(f"drift.bars.{kind}"))
    return drawn


def lying(name: str, shown: dict, pairs: list[tuple[float, float]], speaker: Speaker) -> Picture:
    """A category's values below one another, each share written at its bar's end."""
    names = [value_words(name, code, speaker) for code in shown["at"]]
    names += [speaker.say("drift.bars.absent")] * (len(pairs) - len(names))
    drawn = with_legend(LEGEND + 3 * LINE * len(pairs), speaker)
    longest = max(max(pair) for pair in pairs)
    for place, (text, pair) in enumerate(zip(names, pairs, strict=True)):
        top = LEGEND + 3 * LINE * place
        drawn.word(0, top + 11, "start", text)
        for line, (kind, share) in enumerate(zip((KNOWN, NEW), pair, strict=True)):
            length = (WIDTH - 60) * share / longest
            drawn.bar(kind, 0, top + LINE + 13 * line, length, 11)
            drawn.word(length + 5, top + LINE + 13 * line + 9, "start", speaker.share(share))
    return drawn


def standing(name: str, shown: dict, pairs: list[tuple[float, float]], speaker: Speaker) -> Picture:
    """Values or ranges of a number side by side over an axis; who has none stands apart."""
    drawn = with_legend(LEGEND + HEIGHT + BOTTOM, speaker)
    bottom, full, of_values = LEGEND + HEIGHT, 0.9 * HEIGHT, len(shown["before"])
    highest = max((max(pair) for pair in pairs), default=0) or 1.0
    slot = (WIDTH - LEFT - RIGHT) / (of_values + (APART + 1 if len(pairs) > of_values else 0))
    for part in (0, 0.5, 1):
        drawn.bar("axis", LEFT, bottom - full * part, WIDTH - LEFT, 1)
        tick = speaker.share(highest * part, 0 if highest >= 0.1 else 1)
        drawn.word(LEFT - 5, bottom - full * part + 4, "end", tick)
    for number, pair in enumerate(pairs):
        place = number + (APART if number == of_values else 0)
        for half, (kind, share) in enumerate(zip((KNOWN, NEW), pair, strict=True)):
            height, x = full * share / highest, LEFT + slot * (place + 0.1 + 0.4 * half)
            drawn.bar(kind, x, bottom - height, 0.4 * slot, height)
        if number == of_values:
            x = LEFT + slot * (place + 0.5)
            drawn.word(x, bottom + 15, "middle", speaker.say("drift.bars.none"))
    for place, text in axis_words(name, shown, slot, speaker):
        drawn.word(LEFT + slot * place, bottom + 15, "middle", text)
    return drawn


def axis_words(name: str, shown: dict, slot: float, speaker: Speaker) -> list[tuple[float, str]]:
    """Words below the bars, in slots from the left, as many as have room.

    A value stands below its bars, an edge of ranges between two.
    """
    values = shown["edges"] if "edges" in shown else shown["at"]
    words = [amount(name, value, speaker) for value in values]
    step = int(np.ceil(max(map(len, words), default=1) * CHARACTER / slot))
    shift = 0.0 if "edges" in shown else 0.5
    return [(place + shift, words[place]) for place in range(0, len(words), step)]


def amount(name: str, value: object, speaker: Speaker) -> str:
    """A value of a column or of the score for a person."""
    if name == SCORE and isinstance(value, float):
        return speaker.number(value, 2)
    return value_words(name, value, speaker)
