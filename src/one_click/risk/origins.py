"""Where a score comes from: models that have not seen the customer, or the one for new ones."""

import hashlib

UNSEEN = "unseen"  # the mean of a fold model of each repeat
NEW = "all_rows"  # the model for new customers
VERSION_DIGITS = 12


def unseen_name(repeat: int) -> str:
    """How contributions name the models of a repeat."""
    return f"{UNSEEN}_{repeat + 1}"


def model_version(content: bytes) -> str:
    """What offers name the model for new customers by: the beginning of its file's hash."""
    return hashlib.sha256(content).hexdigest()[:VERSION_DIGITS]
