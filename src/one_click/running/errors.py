"""A user's mistake, and a saved file that is no longer what its stage left."""

from pathlib import Path


class InputError(Exception):
    """A mistake in what the user gave; the text says where it is and what to do, a line a fault."""


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
