"""A `MetadataStore` of a few rows in memory: what pages are tried on, as plain as can be. It changes nothing."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from al_core.errors import QueryError, StoreUnavailableError
from al_core.metadata.assessments import SessionSource
from al_core.metadata.fields import SESSION_FIELDS, Field, FieldType, Schema
from al_core.metadata.query import (
    EVERYTHING,
    And,
    Condition,
    Cone,
    Equal,
    Everything,
    Exists,
    In,
    Not,
    Or,
    Prefix,
    Query,
    Range,
    Scope,
    Sort,
    Words,
)  # fmt: skip
from al_core.metadata.results import Facet, Histogram, IndexInfo, Outcome, Page, Patch, Statistics, StorageReport
from al_core.metadata.sky import cells_of, separation
from al_core.metadata.words import folded, spaced, words_of

ID = Field("id", FieldType.STRING)
CELL = Field("_hpx", FieldType.INTEGER)


class MemoryStore:
    """Rows of one index each, by name; `trouble` is why it does not answer."""

    backend = "embedded"

    def __init__(
        self, frames: dict[str, pl.DataFrame], sessions: SessionSource, fields: dict[str, list[Field]]
    ) -> None:
        self._sessions = sessions
        self._fields = {name: Schema([ID, *given, CELL]) for name, given in fields.items()}
        self._frames = {
            name: frame.with_columns(
                pl.lit(name).alias("index"),
                pl.Series("_hpx", cells_of(frame["ra"].to_numpy(), frame["dec"].to_numpy())),
            )
            for name, frame in frames.items()
        }
        self.trouble: str | None = None

    def indices(self) -> list[str]:
        return sorted(self._frames)

    def schema(self, indices: Sequence[str]) -> Schema:
        found = Schema([])
        for name in indices:
            found = found.union(self._fields[name])
        return found

    def _rows(self, scope: Scope, condition: Condition = EVERYTHING) -> pl.DataFrame:
        if self.trouble:
            raise StoreUnavailableError(self.trouble)
        frame = pl.concat([self._frames[name] for name in scope.indices], how="diagonal_relaxed")
        if scope.session:
            said = self._sessions.frame(scope.session)
            names = [name for name in said.columns if name != "id"]
            frame = frame.join(said.rename({name: f"@{name}" for name in names}), on="id", how="left")
        for field in SESSION_FIELDS:
            column = pl.lit(None) if field.name not in frame.columns else pl.col(field.name)
            frame = frame.with_columns(column.cast(field.type.dtype).alias(field.name))
        return frame.filter(self._mask(condition, self.schema(scope.indices)))

    def _mask(self, condition: Condition, schema: Schema) -> pl.Expr:
        match condition:
            case Everything():
                return pl.lit(True)
            case And(parts):
                return pl.all_horizontal([pl.lit(True), *(self._mask(part, schema) for part in parts)])
            case Or(parts):
                return pl.any_horizontal([pl.lit(False), *(self._mask(part, schema) for part in parts)])
            case Not(part):
                return ~self._mask(part, schema)
            case Equal(name, value):
                return self._in(name, (value,), schema)
            case In(name, values):
                return self._in(name, values, schema)
            case Range(name, low, high, no_low, no_high):
                column, parts = pl.col(schema[name].name), []
                parts += [] if low is None else [column > low if no_low else column >= low]
                parts += [] if high is None else [column < high if no_high else column <= high]
                return pl.all_horizontal([column.is_not_null(), *parts]).fill_null(False)
            case Exists(name):
                return pl.col(schema[name].name).is_not_null()
            case Prefix(name, value):
                return folded(pl.col(name)).str.starts_with(value.lower()).fill_null(False)
            case Words(text, name, is_phrase):
                texts = [name] if name else [one.name for one in schema if one.type is FieldType.STRING]
                words = [" ".join(words_of(text))] if is_phrase else words_of(text)
                texts_ = [pl.lit(" ") + spaced(pl.col(one)) + pl.lit(" ") for one in texts]
                found = [
                    pl.any_horizontal([one.str.contains(f" {word} ", literal=True).fill_null(False) for one in texts_])
                    for word in words
                ]
                return pl.all_horizontal(found) if found else pl.lit(False)
            case Cone(ra, dec, radius):
                near = lambda row: separation(row.struct.field("ra"), row.struct.field("dec"), ra, dec) <= radius  # noqa: E731
                return pl.struct("ra", "dec").map_batches(lambda row: pl.Series(near(row)), return_dtype=pl.Boolean)
        raise QueryError(f"{condition} is not known here.")

    def _in(self, name: str, values: Sequence[Any], schema: Schema) -> pl.Expr:
        column = pl.col(schema[name].name)
        if schema[name].type is FieldType.STRING:
            return folded(column).is_in([str(value).lower() for value in values]).fill_null(False)
        return column.is_in(list(values)).fill_null(False)

    def _sorted(self, query: Query) -> pl.DataFrame:
        frame = self._rows(query.scope, query.condition)
        by = [*(one.field for one in query.sort), "id", "index"]
        down = [*(one.descending for one in query.sort), False, False]
        return frame.sort(by, descending=down, nulls_last=True)

    def search(self, query: Query) -> Page:
        return self.rows_at(query, 0)

    def rows_at(self, query: Query, offset: int) -> Page:
        frame = self._sorted(query)
        names = self.schema(query.scope.indices).names if query.columns is None else query.columns
        kept = [name for name in names if name not in ("id", "index")]
        return Page(frame.slice(offset, query.size).select("id", "index", *kept), None, len(frame))

    def all_rows(
        self, scope: Scope, condition: Condition, columns: Sequence[str] = (), sort: tuple[Sort, ...] = ()
    ) -> Iterator[pl.DataFrame]:
        yield self._sorted(Query(scope, condition, sort)).select("id", "index", *columns)

    def count(self, scope: Scope, condition: Condition = EVERYTHING) -> int:
        return len(self._rows(scope, condition))

    def facets(
        self, scope: Scope, condition: Condition, fields: Sequence[str], size: int = 20, containing: str = ""
    ) -> dict[str, Facet]:
        frame, found = self._rows(scope, condition), {}
        for name in fields:
            counts = (
                frame.filter(pl.col(name).is_not_null())
                .group_by(name)
                .len()
                .sort(["len", name], descending=[True, False])
            )
            if containing:
                counts = counts.filter(folded(pl.col(name)).str.contains(containing.lower(), literal=True))
            values = tuple(counts.head(size).iter_rows())
            found[name] = Facet(name, values, len(counts), frame[name].null_count())
        return found

    def histogram(
        self, scope: Scope, condition: Condition, field: str, bins: int, low: float, high: float
    ) -> Histogram:
        column = self._rows(scope, condition)[field]
        values = column.drop_nulls().cast(pl.Float64).to_numpy()
        counts, edges = np.histogram(values, bins, (low, high))
        below, above = int((values < low).sum()), int((values > high).sum())
        return Histogram(field, tuple(edges.tolist()), tuple(counts.tolist()), below, above, column.null_count())

    def statistics(self, scope: Scope, condition: Condition, field: str) -> Statistics:
        values = self._rows(scope, condition)[field].drop_nulls().cast(pl.Float64).to_numpy()
        if not values.size:
            return Statistics(0, None, None, None)
        return Statistics(values.size, float(values.min()), float(values.max()), float(values.mean()))

    def get(self, scope: Scope, ids: Sequence[str], columns: Sequence[str] | None = None) -> pl.DataFrame:
        names = self.schema(scope.indices).names if columns is None else columns
        frame = self._rows(scope, In("id", tuple(ids))).with_columns(pl.lit("1").alias("version"))
        return frame.select("id", "index", "version", *(name for name in names if name != "id"))

    def patch(self, index: str, patches: Sequence[Patch]) -> list[Outcome]:
        raise NotImplementedError

    def add_fields(self, index: str, fields: Sequence[Field]) -> None:
        raise NotImplementedError

    def report(self) -> StorageReport:
        infos = [
            IndexInfo(name, len(frame), len(frame), 0, 1_000_000, "2026-11-23T16:04:00+00:00")
            for name, frame in sorted(self._frames.items())
        ]
        return StorageReport(self.backend, "", tuple(infos), self.trouble)
