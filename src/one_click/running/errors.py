"""A user's mistake."""


class InputError(Exception):
    """A mistake in what the user gave; the text says where it is and what to do, a line a fault."""
