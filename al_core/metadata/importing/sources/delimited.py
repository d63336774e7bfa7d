"""Text tables, block by block: CSV and its relatives, also compressed by gzip."""

import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from al_core.errors import MetadataError
from al_core.metadata.importing.sources.base import SAMPLE_ROWS, Batch, RejectedRow, SourceColumn
from al_core.metadata.importing.sources.dialect import SEPARATOR_NAMES, Dialect, find_dialect, open_bytes
from al_core.metadata.importing.sources.records import Records, records_of

#: Bytes that are read at once.
BLOCK_BYTES = 4 * 2**20
#: A single row may be so long; what is longer is no table.
_LONGEST = 64 * 2**20
#: Places of a file, behind its beginning, that a sample is taken from, and bytes of each.
_SAMPLE_PLACES, _SAMPLE_BYTES = 4, 2 * 2**20


class DelimitedSource:
    """A CSV or a relative of it; see `Source`. All its columns are text."""

    row_word = "line"

    def __init__(
        self, path: Path, *, separator: str | None = None, encoding: str | None = None, names: Sequence[str] = ()
    ) -> None:
        self.path = path
        self.dialect: Dialect = find_dialect(path, separator=separator, encoding=encoding, names=names)
        self.label = f"text table, separated by {SEPARATOR_NAMES.get(self.dialect.separator, self.dialect.separator)}"
        self.columns = tuple(SourceColumn(name) for name in self.dialect.names)
        self.size = path.stat().st_size

    def sample(self) -> pl.DataFrame:
        """See `Source`; of a compressed file the beginning alone."""
        frames = [self._sample_at(0)]
        if not self.dialect.is_compressed and self.size > 2 * _SAMPLE_PLACES * _SAMPLE_BYTES:
            step = self.size // (_SAMPLE_PLACES + 1)
            frames += [self._sample_at(step * place) for place in range(1, _SAMPLE_PLACES + 1)]
        return pl.concat(frame.head(SAMPLE_ROWS // len(frames)) for frame in frames)

    def _sample_at(self, offset: int) -> pl.DataFrame:
        with open_bytes(self.path) as file:
            file.seek(max(offset, self.dialect.n_head_bytes))
            block = file.read(_SAMPLE_BYTES)
        if offset:
            block = block[block.find(b"\n") + 1 :]
        return self._frame(self._records(block, is_last=len(block) < _SAMPLE_BYTES))

    def batches(self, skip: int = 0) -> Iterator[Batch]:
        """See `Source`; `skip` counts lines behind the header."""
        try:
            with open_bytes(self.path) as file:
                yield from self._batches(file, skip)
        except (OSError, EOFError, zlib.error) as error:
            raise MetadataError(f"{self.path}: cannot be read to its end: {error}.") from error

    def _batches(self, file: BinaryIO, skip: int) -> Iterator[Batch]:
        file.seek(self.dialect.n_head_bytes)
        done, rest = skip, _skip_lines(file, skip)
        while True:
            block = file.read(BLOCK_BYTES)
            is_last = len(block) < BLOCK_BYTES
            whole = rest + block
            if not whole:
                return
            records = self._records(whole, is_last=is_last)
            yield self._batch(records, done, _position(file))
            done += records.n_lines
            rest = whole[records.n_bytes :]
            if is_last:
                return
            if len(rest) > _LONGEST:
                raise MetadataError(f"{self.path}: expected a line, found {len(rest)} bytes without an end of line.")

    def _records(self, block: bytes, *, is_last: bool) -> Records:
        """Return the records of a block, made UTF-8 if it is something else; bytes count as they are in the file."""
        dialect = self.dialect
        if dialect.encoding == "utf-8":
            return records_of(block, dialect.separator, len(dialect.names), is_last=is_last)
        end = len(block) if is_last else block.rfind(b"\n") + 1
        text = block[:end].decode(dialect.encoding, "replace").encode()
        found = records_of(text, dialect.separator, len(dialect.names), is_last=is_last)
        n_bytes = end if found.n_bytes >= len(text) else len(text[: found.n_bytes].decode())
        return Records(found.plain, found.plain_lines, found.odd, found.rejected, found.n_lines, n_bytes)

    def _batch(self, records: Records, done: int, position: int) -> Batch:
        first = self.dialect.n_head_lines + done + 1
        lines = np.concatenate([records.plain_lines, np.array([line for line, _ in records.odd], dtype=np.int64)])
        rejected = [RejectedRow(first + row.row, row.reason) for row in records.rejected]
        return Batch(self._frame(records), lines + first, rejected, done + records.n_lines, position)

    def _frame(self, records: Records) -> pl.DataFrame:
        names = self.dialect.names
        schema = dict.fromkeys(names, pl.String())
        plain = pl.DataFrame(schema=schema)
        if records.plain:
            plain = pl.read_csv(
                io.BytesIO(records.plain),
                has_header=False,
                separator=self.dialect.separator,
                new_columns=list(names),
                infer_schema=False,
            )
        if len(plain) != len(records.plain_lines):
            raise MetadataError(
                f"{self.path}: expected {len(records.plain_lines)} rows in a part of it, found {len(plain)}. It is no "
                "table that can be read."
            )
        if not records.odd:
            return plain
        return pl.concat([plain, pl.DataFrame([cells for _, cells in records.odd], schema=schema, orient="row")])


def _skip_lines(file: BinaryIO, n: int) -> bytes:
    """Read past lines; return what was read behind them."""
    while n:
        block = file.read(BLOCK_BYTES)
        if not block:
            return b""
        found = block.count(b"\n")
        if found >= n:
            ends = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n"))
            return block[int(ends[n - 1]) + 1 :]
        n -= found
    return b""


def _position(file: BinaryIO) -> int:
    """Return how many bytes of the file on disk were read."""
    return int(getattr(file, "fileobj", file).tell())
