"""Names in Elasticsearch: of aliases, of the indices behind them, and of the index that keeps what was mirrored."""

import hashlib
import re

#: Longest name that is kept as it is, in bytes; Elasticsearch allows 255.
_LONGEST = 200
_PLAIN = re.compile(rb"[a-z0-9_.-]")


class Names:
    """Names of everything that belongs to one prefix; nothing without it is ever touched.

    An index `NAME` is searched by the alias `PREFIX-NAME`, which leads to the newest of `PREFIX-NAME@000001`, ...

    >>> names = Names("spectrolabe")
    >>> names.alias("LAMOST dr5")
    'spectrolabe-+4c+41+4d+4f+53+54+20dr5'
    >>> names.physical("demo", 3), names.state
    ('spectrolabe-demo@000003', 'spectrolabe@mirror')
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    @property
    def state(self) -> str:
        """The index that keeps what was mirrored."""
        return f"{self._prefix}@mirror"

    @property
    def all(self) -> str:
        """Pattern of all indices with rows."""
        return f"{self._prefix}-*"

    def alias(self, name: str) -> str:
        """Return the alias of an index."""
        encoded = name.encode()
        if len(encoded) * 3 > _LONGEST:
            encoded = b"+" + hashlib.sha256(encoded).hexdigest().encode()
            return f"{self._prefix}-{encoded.decode()}"
        parts = (bytes([one]) for one in encoded)
        return f"{self._prefix}-" + "".join(one.decode() if _PLAIN.match(one) else f"+{one.hex()}" for one in parts)

    def physical(self, name: str, number: int) -> str:
        """Return the name of what an alias leads to."""
        return f"{self.alias(name)}@{number:06d}"

    def pattern(self, name: str) -> str:
        """Return the pattern of everything an alias ever led to."""
        return f"{self.alias(name)}@*"
