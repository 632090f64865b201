"""Where a score comes from: a fold's model, or the one for new customers, and which."""

import hashlib
from typing import Any

NEW = "all_rows"  # origin of a score by the model for new customers
VERSION_DIGITS = 12


def fold_name(fold: int) -> str:
    """Origin of a score by the model of a fold, which has not seen the customer."""
    return f"fold_{fold}"


def models_by_origin(fold_models: list[Any], model: Any) -> dict[str, Any]:
    """Every fitted pipeline that a customer's score may come from, by `origin` of the risks."""
    return {fold_name(fold): fitted for fold, fitted in enumerate(fold_models)} | {NEW: model}


def model_version(content: bytes) -> str:
    """What offers name the model for new customers by: the beginning of its file's hash."""
    return hashlib.sha256(content).hexdigest()[:VERSION_DIGITS]
