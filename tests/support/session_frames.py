"""Sessions that say what a test wrote down."""

from collections.abc import Mapping

import polars as pl

from al_core.errors import SessionNotFoundError
from al_core.metadata.assessments import ASSESSMENTS


class FixedSessions:
    """A `SessionSource` of frames.

    Parameters
    ----------
    frames : mapping
        Session: `id` and columns of `ASSESSMENTS`.
    indices : mapping, optional
        Session: names of its indices; by default none.
    """

    def __init__(
        self, frames: Mapping[str, pl.DataFrame], indices: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        self._frames = {session: _checked(frame) for session, frame in frames.items()}
        self._indices = dict(indices or {})
        #: Session: ids that each change was about, None for a change of everything.
        self._changes: dict[str, list[list[str] | None]] = {session: [] for session in frames}
        #: How often each whole frame was asked for.
        self.n_frames = dict.fromkeys(frames, 0)

    def sessions(self) -> list[str]:
        return sorted(self._frames)

    def indices_of(self, session: str) -> tuple[str, ...]:
        self._require(session)
        return self._indices.get(session, ())

    def stamp(self, session: str) -> str:
        self._require(session)
        return str(len(self._changes[session]))

    def frame(self, session: str) -> pl.DataFrame:
        self._require(session)
        self.n_frames[session] += 1
        return self._frames[session]

    def changed_since(self, session: str, stamp: str) -> pl.DataFrame | None:
        self._require(session)
        changes = self._changes[session][int(stamp) :]
        ids = [one for change in changes if change is not None for one in change]
        if None in changes:
            return None
        wanted = pl.DataFrame({"id": list(dict.fromkeys(ids))}, schema={"id": pl.String})
        return wanted.join(self._frames[session], on="id", how="left", maintain_order="left")

    def replace(self, session: str, frame: pl.DataFrame) -> None:
        """Say everything anew, as after an iteration."""
        self._frames[session] = _checked(frame)
        self.n_frames.setdefault(session, 0)
        self._changes.setdefault(session, []).append(None)

    def change(self, session: str, rows: pl.DataFrame) -> None:
        """Say something else of a few spectra, as labels do; columns that `rows` lacks keep their values."""
        before = self._frames[session]
        after = before.join(_checked(rows), on="id", how="full", coalesce=True, suffix=" after")
        said = pl.col("id").is_in(rows["id"].implode())
        names = [name for name in rows.columns if name != "id"]
        new = {name: pl.col(f"{name} after") if name in before.columns else pl.col(name) for name in names}
        values = [
            pl.when(said).then(value).otherwise(pl.col(name) if name in before.columns else None).alias(name)
            for name, value in new.items()
        ]
        self._frames[session] = after.with_columns(values).drop(f"{name} after" for name in names if name in before)
        self._changes[session].append(rows["id"].to_list())

    def _require(self, session: str) -> None:
        if session not in self._frames:
            raise SessionNotFoundError(f"There is no session {session!r}.")


def _checked(frame: pl.DataFrame) -> pl.DataFrame:
    unknown = set(frame.columns) - {"id", *ASSESSMENTS}
    assert not unknown, f"not columns of a session: {unknown}"
    assert frame["id"].is_unique().all(), "an id comes twice"
    return frame
