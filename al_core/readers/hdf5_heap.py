"""A check of stored strings that the HDF5 library does not make: on a damaged heap it may never return.

Strings of any length lie in global heap collections (HDF5 file format 3.0, III.E,
https://docs.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html); a dataset holds their addresses. The library walks a
collection object by object and does not leave one whose free space has the size 0.
"""

import struct
from pathlib import Path
from typing import IO, Any

import h5py
import numpy as np

from al_core.errors import CorruptFileError

#: One stored string: length, address of its collection, number in it.
_REFERENCE = np.dtype([("length", "<u4"), ("address", "<u8"), ("index", "<u4")])
_COLLECTION = struct.Struct("<4sB3xQ")
_OBJECT = struct.Struct("<HH4xQ")
_SIGNATURE = b"GCOL"
_LARGEST_COLLECTION = 1 << 28


def check_strings(path: Path, dataset: Any, start: int, stop: int) -> None:
    """Check the heap under rows `start` to `stop` of a dataset of strings that is stored in one piece.

    Raises
    ------
    CorruptFileError
        If a collection of strings is damaged.
    """
    text = h5py.check_string_dtype(dataset.dtype)
    offset = dataset.id.get_offset()
    if text is None or text.length is not None or offset is None:
        return
    with path.open("rb") as file:
        file.seek(offset + start * _REFERENCE.itemsize)
        stored = file.read((stop - start) * _REFERENCE.itemsize)
        references = np.frombuffer(stored[: len(stored) // _REFERENCE.itemsize * _REFERENCE.itemsize], _REFERENCE)
        for address in np.unique(references["address"][references["length"] > 0]).tolist():
            if not _is_sound(file, address):
                raise CorruptFileError(
                    f"{path}: expected a heap of strings at byte {address}, found a damaged one. Fetch it again."
                )


def _is_sound(file: IO[bytes], address: int) -> bool:
    """Whether the objects of a collection fill it from its first byte to its last."""
    if address >= 1 << 62:
        return False
    file.seek(address)
    header = file.read(_COLLECTION.size)
    if len(header) < _COLLECTION.size:
        return False
    signature, version, size = _COLLECTION.unpack(header)
    if signature != _SIGNATURE or version != 1 or not _COLLECTION.size <= size <= _LARGEST_COLLECTION:
        return False
    content = file.read(size - _COLLECTION.size)
    return len(content) == size - _COLLECTION.size and _objects_fill(content)


def _objects_fill(content: bytes) -> bool:
    at = 0
    while len(content) - at >= _OBJECT.size:
        index, _, size = _OBJECT.unpack_from(content, at)
        if index == 0:  # the free space at the end; its size counts its header
            return bool(at + size == len(content))
        at += _OBJECT.size + -(-size // 8) * 8
    return at <= len(content)
