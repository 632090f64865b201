"""Model files: `.skops`, the same bytes for the same model, read against a fixed list of types.

skops names arrays by memory addresses and stamps the zip with the time; NumPy keeps whatever
stood in the padding of a structured array. The writer here renumbers, fixes dates, zeroes padding.
It compresses by bzip2, to a sixth: a hundred experiments are kept. Zlib is faster, but its bytes
differ by its version; bzip2's are settled.

The last bytes, the zip's comment, are a seal: the hash of the file's name and of all before. A file
that was damaged, or is another one under this name, is not opened.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import skops.io

from one_click.allowed import TRUSTED
from one_click.risk.model.bounds import bounded, check_size
from one_click.running.errors import InputError, damaged

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
SEAL_BYTES = hashlib.sha256().digest_size
IMMUTABLE = ("JsonNode", "NdArrayNode", "TypeNode")  # of NdArrayNode, NumPy's scalars


def _renumber(node: Any, numbers: dict[int | str, int]) -> Any:
    """Replace memory addresses by the order in which they are met; files have their names already.

    Equal strings, numbers or types get one number: whether they are one object in memory depends on
    whether they went through a forked process, so on the number of cores.
    """
    if isinstance(node, dict):
        same: int | str = node.get("__id__", 0)
        if node.get("__loader__") in IMMUTABLE and node["__class__"] != "ndarray":
            same = json.dumps({**node, "__id__": None}, sort_keys=True)
        return {
            key: numbers.setdefault(same, len(numbers))
            if key == "__id__"
            else _renumber(value, numbers)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_renumber(item, numbers) for item in node]
    return node


def _file_names(node: Any, contents: dict[str, bytes], names: dict[bytes, str]) -> Any:
    """Replace the names of array files, in the order in which their contents are met."""
    if isinstance(node, dict):
        return {
            key: names.setdefault(contents[value], f"{len(names):04d}{Path(value).suffix}")
            if key == "file" and isinstance(value, str)
            else _file_names(value, contents, names)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_file_names(item, contents, names) for item in node]
    return node


def _without_padding(content: bytes) -> bytes:
    """The same `.npy` with the padding of a structured array zeroed."""
    array = np.load(io.BytesIO(content), allow_pickle=False)
    if array.dtype.names is None:
        return content
    clean = np.zeros(array.shape, array.dtype)
    for name in array.dtype.names:
        clean[name] = array[name]
    buffer = io.BytesIO()
    np.save(buffer, clean, allow_pickle=False)
    return buffer.getvalue()


def normalised(content: bytes) -> bytes:
    """A `.skops` file's content, the same bytes for the same model, with room for the seal."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        schema = json.loads(source.read("schema.json"))
        contents = {name: source.read(name) for name in source.namelist()}
        for name, data in contents.items():
            if name.endswith(".npy"):
                contents[name] = _without_padding(data)
        names: dict[bytes, str] = {}
        schema = _renumber(_file_names(schema, contents, names), {})
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as target:
            for data, name in names.items():
                target.writestr(_entry(name), data, compresslevel=1)
            text = json.dumps(schema, sort_keys=True)
            target.writestr(_entry("schema.json"), text, compresslevel=1)
            target.comment = bytes(SEAL_BYTES)
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, ZIP_DATE)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_BZIP2
    return entry


def _unstamped(model: Any) -> None:
    """Clear the date and the random id that CatBoost stamps a fitted model with."""
    if isinstance(model, list | tuple):
        for part in model:
            _unstamped(part)
    elif type(model).__module__.startswith("catboost.") and model.is_fitted():
        model.get_metadata()["model_guid"] = model.get_metadata()["train_finish_time"] = ""
    elif type(model).__module__.startswith(("imblearn.", "one_click.", "sklearn.")):
        _unstamped(list(getattr(model, "__dict__", {}).values()))


def sealed(path: Path, content: bytes) -> bytes:
    """The content with its last bytes replaced by the hash of the file's name and what is before.

    The name alone: a copy of the project has other folders.
    """
    body = content[:-SEAL_BYTES]
    return body + hashlib.sha256(path.name.encode() + body).digest()


def model_content(path: Path, model: Any) -> bytes:
    """What a file holds a model, or a list of models, as.

    Raises
    ------
    InputError
        Where `model_of` would refuse it; names `path`.
    """
    _unstamped(model)
    raw = skops.io.dumps(model)
    if unknown := set(skops.io.get_untrusted_types(data=raw)) - set(TRUSTED):
        raise InputError(
            f"{path}: {', '.join(sorted(unknown))} cannot be kept in a model file: "
            "choose another class in conf/"
        )
    content = normalised(raw)
    try:
        check_size(zipfile.ZipFile(io.BytesIO(content)))
    except ValueError as error:
        raise InputError(f"{path}: {error}: choose a smaller model in conf/") from None
    return sealed(path, content)


def model_of(path: Path, content: bytes) -> Any:
    """The model of a file's content; a type outside `TRUSTED` and skops' own list is refused.

    Raises
    ------
    InputError
        Where the seal does not fit, the content holds another type or more than `bounds` allow, or
        is no model; names `path`.
    """
    if content != sealed(path, content):
        raise damaged(path, "its seal does not fit its name and content")
    try:
        return skops.io.loads(bounded(content), trusted=list(TRUSTED))
    except Exception as error:  # whatever a library makes of what is no model: there is no list
        raise damaged(path, error) from None
