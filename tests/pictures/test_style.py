"""Colours that every reader tells apart."""

from one_click.pictures.style import BLUE, COLOURS, GREY, ORANGE


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2


def test_classes_differ_in_blue_against_orange_and_marks_in_lightness():
    """The pair that every colour-blind reader tells apart; grey is lighter than both."""
    assert set(COLOURS.values()) == {BLUE, ORANGE}
    assert luminance(GREY) > luminance(BLUE) + 0.1
