"""A user's mistake, or a damaged file, told without what may be a secret."""

import re
from pathlib import Path

NAMES = r"token|secret|passw(?:or)?d|pwd|api[-_]?key|access[-_]?key|signature|sig|credentials?"
SECRETS = (  # what stays of each is its first group
    re.compile(r"(?i)\b([a-z][a-z0-9+.-]+:/{1,2})(?:[^/\s]*|[^:/\s]*:\S*)@"),  # of an address:
    # user:password@, also where a path has lost a slash, or a password has one
    re.compile(rf"(?i)\b((?:[\w-]*[-_.])?(?:{NAMES})=)[^\s&'\",;)]+"),
)
QUERY = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://[^\s?'\"]*\?)[^\s'\"]+")


def holds_secret(text: str) -> bool:
    """Whether a text has an address with a password, or a value that its own name calls secret."""
    return any(pattern.search(text) for pattern in SECRETS)


def masked(text: str) -> str:
    """A text without passwords and queries of addresses, and without values called secret."""
    for pattern in (*SECRETS, QUERY):
        text = pattern.sub(r"\1***", text)
    return text


class InputError(Exception):
    """A mistake in what the user gave; the text says where it is and what to do, a line a fault.

    What may be a secret is masked in it: whatever quotes a value, an address or another program.
    """

    def __init__(self, text: str) -> None:
        super().__init__(masked(text))


def damaged(path: Path, reason: object) -> InputError:
    """The one line for a saved file that cannot be used as it is.

    Parameters
    ----------
    reason
        A text, or what was raised.
    """
    words = " ".join(str(reason).split()) or type(reason).__name__
    words = f"no {words}" if isinstance(reason, KeyError) else words
    words = "".join(letter if letter.isprintable() else "?" for letter in words)  # of a bad file
    return InputError(f"{path}: not as `dvc repro` leaves it ({words[:200]}): run `dvc repro`")
