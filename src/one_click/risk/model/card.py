"""A model's card: what its file must be read with, and whether this is where it can be."""

import hashlib
import platform
from importlib.metadata import version

import pandas as pd

from one_click.columns import BY_NAME, CATEGORIES, FEATURES, TARGET, category_codes
from one_click.customers.parts import is_learned
from one_click.running.errors import InputError

LIBRARIES = ("imbalanced-learn", "numpy", "pandas", "scikit-learn", "skops", "venn-abers")


def feature_schema() -> dict[str, dict]:
    """Kind of each feature, and the values of a category, from the column table."""
    return {
        name: {"kind": BY_NAME[name].kind}
        | ({"values": category_codes(name)} if name in CATEGORIES else {})
        for name in FEATURES
    }


def library_versions() -> dict[str, str]:
    """Of the libraries whose objects a model file holds, and of Python, to the minor one."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {name: version(name) for name in LIBRARIES} | {"python": python}


def model_card(customers: pd.DataFrame, choice: dict) -> dict:
    """What a model file must be read with: data hash, feature schema, versions, threshold."""
    learned = customers[is_learned(customers)]
    rows = learned[[*FEATURES, TARGET]].to_csv(index=False, lineterminator="\n").encode()
    return {
        **choice,
        "data_hash": hashlib.sha256(rows).hexdigest(),
        "rows": len(learned),
        "features": feature_schema(),
        "versions": library_versions(),
    }


def check_card(card: dict) -> None:
    """Check that the model of this card can be used here.

    Raises
    ------
    InputError
        Where it was made for other columns, or by other versions of the libraries.
    """
    schema, versions = feature_schema(), library_versions()
    features = card.get("features", {})
    if features != schema:
        differ = sorted(
            name for name in {*features, *schema} if features.get(name) != schema.get(name)
        )
        raise InputError(
            f"models/model.json: the model was made for other columns ({', '.join(differ)}): "
            "run `dvc repro` to make it anew"
        )
    libraries = card.get("versions", {})
    if differ := [name for name in versions if libraries.get(name) != versions[name]]:
        text = ", ".join(f"{name} {libraries.get(name)}, here {versions[name]}" for name in differ)
        raise InputError(
            f"models/model.json: the model was made by other versions ({text}): install "
            "requirements.lock, or run `dvc repro` to make the model anew"
        )
