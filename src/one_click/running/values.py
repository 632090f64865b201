"""What any value of the config may be, whatever it is for: bounds that no setting has to repeat.

Every number is finite, of a size that can be reckoned with; every text is a line without characters
that nobody sees and without a secret.
"""

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from one_click.running.errors import InputError, holds_secret

LARGEST, SMALLEST = 1e12, 1e-9  # of a number, its sign apart; a spec's own may be smaller
LONGEST = 1_000  # characters of a text
UNSEEN = {"Cc", "Cs", "Zl", "Zp"}  # control characters and line ends, by Unicode's names


def leaves(node: Any, key: str = "", typed: bool = False) -> Iterator[tuple[str, Any, bool]]:
    """Values of nested settings with their dotted keys, and the keys of mappings as values, too.

    Also whether a value is `typed`, a field's own; what stands under `Any` is a spec's.
    """
    if is_dataclass(node):
        for field in fields(node):
            inner = f"{key}.{field.name}" if key else field.name
            yield from leaves(getattr(node, field.name), inner, "Any" not in str(field.type))
    elif isinstance(node, dict):
        for name, value in node.items():
            yield key or "a key", name, False
            yield from leaves(value, f"{key}.{name}" if key else str(name), typed)
    elif isinstance(node, list | tuple):
        for place, value in enumerate(node):
            yield from leaves(value, f"{key}[{place}]", typed)
    else:
        yield key, node, typed


def check_raw(values: Any) -> None:
    """Check plain values before they are converted to a field's type.

    Raises
    ------
    InputError
        Names the key; a text that may hold a secret is not shown.
    """
    for key, value, _ in leaves(values):
        if isinstance(value, str):
            check_text(key, value)
        elif isinstance(value, int | float) and abs(value) > LARGEST:
            raise InputError(f"{key}: a number beyond {LARGEST:.0e} in size is not allowed")


def check_text(key: str, text: str) -> None:
    """Check that a text is a line that can be shown.

    Raises
    ------
    InputError
        Names the key, and not the text.
    """
    if holds_secret(text):
        hint = "; tables of a database come by `one-click fetch`" if "://" in text else ""
        raise InputError(f"{key.partition('://')[0]}: a secret is no setting: git keeps it{hint}")
    if len(text) > LONGEST:
        raise InputError(f"{key}: {len(text):,} characters; at most {LONGEST:,} are allowed")
    if codes := [ord(char) for char in text if unicodedata.category(char) in UNSEEN]:
        raise InputError(
            f"{key}: a line end or an unseen character (U+{codes[0]:04X}) is not allowed"
        )


def check_numbers(settings: Any) -> None:
    """Check that the numbers of settings are finite, and not so small that they vanish.

    Raises
    ------
    InputError
        Names the key and the value.
    """
    for key, value, typed in leaves(settings):
        if isinstance(value, int | float):
            if not abs(value) <= LARGEST or not math.isfinite(value):
                raise InputError(f"{key}: {value!r} is not allowed; it must be finite")
            if typed and 0 < abs(value) < SMALLEST:
                raise InputError(
                    f"{key}: {value!r} is not allowed; it must be 0 or at least {SMALLEST:.0e} "
                    "in size"
                )
