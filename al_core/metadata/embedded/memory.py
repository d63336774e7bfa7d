"""What was read or computed last, kept in memory up to a number of bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Protocol, TypeVar

import numpy as np


class Sized(Protocol):
    """Something that knows how much memory it takes."""

    @property
    def n_bytes(self) -> int:
        """Bytes, about."""
        ...


T = TypeVar("T", bound=Any)


class HotMemory:
    """The values that were used last, shared by threads; what two ask for at once is made once.

    Parameters
    ----------
    limit : int
        Bytes; the value that was made last stays even if it alone is larger.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = Lock()
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._bytes = 0

    @property
    def n_bytes(self) -> int:
        """Bytes of all values, about."""
        return self._bytes

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of a key, made where it is not there: an array, or something `Sized`.

        `make` may ask for other keys, but not for its own.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]  # type: ignore[no-any-return]
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return self._values[key][0]  # type: ignore[no-any-return]
            try:
                value = make()
                self._keep(key, value)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return value

    def _keep(self, key: Hashable, value: Any) -> None:
        size = value.nbytes if isinstance(value, np.ndarray) else value.n_bytes
        with self._lock:
            self._values[key] = (value, size)
            self._bytes += size
            while self._bytes > self._limit and len(self._values) > 1:
                self._bytes -= self._values.popitem(last=False)[1][1]
