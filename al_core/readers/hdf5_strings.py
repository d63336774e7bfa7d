"""Strings of an HDF5 dataset, read without the library where that is possible.

On a damaged heap of strings the HDF5 library may crash or never return, neither of which Python can catch. Strings of
any length lie in global heap collections (HDF5 file format 3.0, III.E,
https://docs.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html); the dataset holds their addresses.
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

Collection = dict[int, bytes]


def read_strings(path: Path, dataset: Any, start: int, stop: int) -> list[Any]:
    """Return rows `start` to `stop` of a one-dimensional dataset of strings (or of whole numbers).

    Raises
    ------
    CorruptFileError
        If it holds something else, or a collection of strings is damaged.
    """
    text = h5py.check_string_dtype(dataset.dtype)
    offset = dataset.id.get_offset()
    if text is None and dataset.dtype.kind not in "Siu":
        raise CorruptFileError(f"{path}: expected names in {dataset.name!r}, found the type {dataset.dtype}.")
    if text is None or text.length is not None or offset is None:
        return list(dataset[start:stop])
    with path.open("rb") as file:
        file.seek(offset + start * _REFERENCE.itemsize)
        stored = file.read((stop - start) * _REFERENCE.itemsize)
        if len(stored) < (stop - start) * _REFERENCE.itemsize:
            raise CorruptFileError(f"{path}: expected {stop} stored names, found the end of the file. Fetch it again.")
        collections: dict[int, Collection] = {}
        return [_string(path, file, collections, *row) for row in np.frombuffer(stored, _REFERENCE).tolist()]


def _string(
    path: Path, file: IO[bytes], collections: dict[int, Collection], length: int, address: int, index: int
) -> bytes:
    if length == 0:
        return b""
    if address not in collections:
        collections[address] = _objects(file, address)
    found = collections[address].get(index, b"")
    if len(found) < length:
        raise CorruptFileError(
            f"{path}: expected a string of {length} bytes in the heap at byte {address}, found a damaged heap. "
            "Fetch it again."
        )
    return found[:length].rstrip(b"\0")


def _objects(file: IO[bytes], address: int) -> Collection:
    """Return the objects of the collection by their number; none if it is no collection or is damaged."""
    if address >= 1 << 62:
        return {}
    file.seek(address)
    header = file.read(_COLLECTION.size)
    if len(header) < _COLLECTION.size:
        return {}
    signature, version, size = _COLLECTION.unpack(header)
    if signature != _SIGNATURE or version != 1 or not _COLLECTION.size <= size <= _LARGEST_COLLECTION:
        return {}
    return _split(file.read(size - _COLLECTION.size))


def _split(content: bytes) -> Collection:
    """Return the objects up to the free space at the end, which has number 0."""
    found: Collection = {}
    at = 0
    while len(content) - at >= _OBJECT.size:
        index, _, size = _OBJECT.unpack_from(content, at)
        if index == 0:
            break
        at += _OBJECT.size
        found[index] = content[at : at + size]
        at += -(-size // 8) * 8
    return found
