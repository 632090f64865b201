"""What a model file may hold at most: looked at before skops opens anything of it.

A file of a few kilobytes can ask for more memory or time than there is: entries that unpack to
gigabytes, an array whose header names a shape of its own, nodes that stand for other nodes.
"""

import bz2
import io
import json
import math
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

MOST_BYTES = 2**30  # of all entries, unpacked: sixty times the largest forest of 1,300 customers
MOST_SCHEMA_BYTES = 2**26  # thirty times that forest's
SCHEMA = "schema.json"
GROWING = ("BytearrayNode", "void")  # a list of numbers; NumPy's `void(n)` is n bytes
LOCAL_HEADER = 30  # bytes, before an entry's name
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
UNPACKED: dict[int, Callable[[bytes, int], bytes]] = {  # at most so many bytes
    zipfile.ZIP_STORED: lambda data, most: data[:most],
    zipfile.ZIP_BZIP2: lambda data, most: bz2.BZ2Decompressor().decompress(data, most),
    zipfile.ZIP_DEFLATED: lambda data, most: zlib.decompressobj(-15).decompress(data, most),
}


def check_size(archive: zipfile.ZipFile) -> None:
    """Check what a zip says that it unpacks to.

    Raises
    ------
    ValueError
        Where it is more than a model file may hold.
    """
    total = sum(entry.file_size for entry in archive.infolist())
    if total > MOST_BYTES:
        raise ValueError(f"{total} bytes unpacked, and {MOST_BYTES} is the most")
    schema = sum(entry.file_size for entry in archive.infolist() if entry.filename == SCHEMA)
    if schema > MOST_SCHEMA_BYTES:
        raise ValueError(f"{SCHEMA} of {schema} bytes, and {MOST_SCHEMA_BYTES} is the most")


def entries_of(content: bytes) -> dict[str, bytes]:
    """What a zip holds, by name; an entry is unpacked to the size that it says and no further.

    Raises
    ------
    ValueError
        Where that is too much, or is not what the entry says.
    """
    entries = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        check_size(archive)
        for entry in archive.infolist():
            lengths = struct.unpack_from("<HH", content, entry.header_offset + 26)
            start = entry.header_offset + LOCAL_HEADER + sum(lengths)
            unpack = UNPACKED[entry.compress_type]
            data = unpack(content[start : start + entry.compress_size], entry.file_size + 1)
            if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
                raise ValueError(f"{entry.filename} is not what its header says")
            entries[entry.filename] = data
    return entries


def check_array(content: bytes) -> None:
    """Check that a `.npy` holds the very bytes that its shape needs; all else is no array.

    Raises
    ------
    ValueError
        Where it does not.
    """
    if not content.startswith(np.lib.format.MAGIC_PREFIX):
        return
    stream = io.BytesIO(content)
    shape, _, dtype = HEADERS[np.lib.format.read_magic(stream)](stream)
    needed = math.prod(shape) * max(dtype.itemsize, 1)
    if needed != len(content) - stream.tell():
        raise ValueError(f"an array of {needed} bytes in {len(content) - stream.tell()}")


def nodes_in(part: Any, by_number: dict[int, int]) -> int:
    """Nodes of a schema, or of a part of it, after a look for what grows when it is read.

    Nodes of one number are one object: skops writes each of them in full, builds the first alone
    and visits that one each time. Where all have the same size, it visits no more than is written.

    Parameters
    ----------
    by_number
        Sizes of the nodes before, by their number; it is added to.

    Raises
    ------
    ValueError
        Where a node stands for a larger one, or its value is the size of what is made of it.
    """
    if not isinstance(part, dict | list):
        return 0
    if isinstance(part, list):
        return sum(nodes_in(item, by_number) for item in part)
    if part.get("__loader__") in GROWING or part.get("__class__") in GROWING:
        raise ValueError(f"a node {part.get('__loader__')} of {part.get('__class__')}")
    size = 1 + sum(nodes_in(item, by_number) for item in part.values())
    number = part.get("__id__", 0)
    if number and by_number.setdefault(number, size) != size:  # none of skops' has the number 0
        raise ValueError(f"nodes of the number {number} are not the same")
    return size


def bounded(content: bytes) -> bytes:
    """The same model file, its entries unpacked: within bounds, arrays and nodes as they say.

    Raises
    ------
    ValueError
        Where it is not, or anything else that a broken file raises.
    """
    entries = entries_of(content)
    for data in entries.values():
        inner = entries_of(data) if data.startswith(b"PK") else {}  # a sparse matrix, of arrays
        for array in (data, *inner.values()):
            check_array(array)
    nodes_in(json.loads(entries[SCHEMA]), {})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()
