"""What sessions say of spectra, as backends of metadata ask for it; who answers stands elsewhere."""

from typing import Protocol

import polars as pl

from al_core.metadata.fields import SESSION_FIELDS, SESSION_MARK

#: Columns of `SessionSource.frame` beside `id`: `SESSION_FIELDS` without the mark.
ASSESSMENTS: dict[str, pl.DataType] = {
    field.name.removeprefix(SESSION_MARK): field.type.dtype for field in SESSION_FIELDS
}


class SessionSource(Protocol):
    """Labels and predictions of every session, of this moment.

    Methods raise `SessionError` where there is no such session, or its files cannot be read.
    """

    def sessions(self) -> list[str]:
        """Return the ids of all sessions, archived ones too, sorted."""
        ...

    def indices_of(self, session: str) -> tuple[str, ...]:
        """Return the names of the indices whose rows a session is about; an index need not exist."""
        ...

    def stamp(self, session: str) -> str:
        """Return a text that changes whenever `frame` would; it costs a few small reads."""
        ...

    def frame(self, session: str) -> pl.DataFrame:
        """Return what a session says: `id`, then those columns of `ASSESSMENTS` that have values, in their order.

        One row for each spectrum of which anything is said, each id once, in any order: the whole pool once an
        iteration has predicted it. Numbers may be narrower than in `ASSESSMENTS` (float32, int8); texts may be
        categories. A missing value is null, never NaN.
        """
        ...

    def changed_since(self, session: str, stamp: str) -> pl.DataFrame | None:
        """Return what became of the rows that changed since a stamp; None: too much changed, ask for all.

        A row has everything that counts now, null in every column where nothing is said any more. Columns as in
        `frame`, those without values may be there too. Read `stamp` before: what changes in between comes twice.
        """
        ...


class NoSessions:
    """A source without any session."""

    def sessions(self) -> list[str]:
        """See `SessionSource`."""
        return []

    def indices_of(self, session: str) -> tuple[str, ...]:  # noqa: ARG002
        """See `SessionSource`."""
        return ()

    def stamp(self, session: str) -> str:  # noqa: ARG002
        """See `SessionSource`."""
        return ""

    def frame(self, session: str) -> pl.DataFrame:  # noqa: ARG002
        """See `SessionSource`."""
        return pl.DataFrame(schema={"id": pl.String})

    def changed_since(self, session: str, stamp: str) -> pl.DataFrame | None:  # noqa: ARG002
        """See `SessionSource`."""
        return pl.DataFrame(schema={"id": pl.String})
