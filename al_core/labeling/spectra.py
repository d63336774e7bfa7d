"""Everything that the page shows of one spectrum, without what would sway a blind answer."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from al_core.errors import SessionError
from al_core.labeling.companions import DESIGNATION_COLUMNS, companion_rows, companions_of
from al_core.labeling.decimation import rounded
from al_core.labeling.links import links_of
from al_core.labeling.originals import Original, original_of, path_of
from al_core.labeling.predictions import Predictions
from al_core.pools import Pool
from al_core.runs.keys import DEFAULT_METADATA
from al_core.sessions import Session

if TYPE_CHECKING:
    from al_core.labeling.labeling import Labeling

#: At most so many in one request.
MOST_SPECTRA = 20
#: What stays of the metadata while a spectrum is blind: how good it is, not what it is.
_SHOWN_BLIND = ("snr", "median_snr", "snrr", "snrg", "snru", "snri", "snrz")


def views_of(
    labeling: "Labeling",
    session: Session,
    pool: Pool,
    ids: Sequence[str],
    predictions: Predictions | None,
    blind: set[str],
) -> dict[str, dict[str, Any]]:
    """Return the view of each spectrum by id; see `Labeling.spectra`."""
    if len(ids) > MOST_SPECTRA:
        raise SessionError(f"Expected at most {MOST_SPECTRA} spectra at a time, found {len(ids)}.")
    rows = pool.indices_of(ids)
    flux = np.asarray(pool.flux[rows])
    table = labeling.metadata(pool, rows)
    also = _also(labeling, pool, [(int(r), m) for n, r, m in zip(ids, rows, table, strict=True) if n not in blind])
    return {
        name: _view(labeling, session, pool, name, int(row), one, metadata, predictions, name in blind)
        | {"also": also.get(int(row), [])}
        for name, row, one, metadata in zip(ids, rows, flux, table, strict=True)
    }


def _view(
    labeling: "Labeling",
    session: Session,
    pool: Pool,
    name: str,
    row: int,
    flux: Any,
    metadata: dict[str, Any],
    predictions: Predictions | None,
    is_blind: bool,
) -> dict[str, Any]:
    original = _original(labeling, pool, name, metadata)
    window = {
        "flux": rounded(flux),
        "sigma": None if original.sigma is None else rounded(original.sigma, 4),
        "masked": original.masked,
    }
    view: dict[str, Any] = {"window": window, "full": original.full, "is_blind": is_blind}
    if is_blind:
        shown = shown_blind(metadata)
        hidden = [key for key in shown_columns(session, metadata) if key not in shown]
        return view | {"metadata": shown, "hidden": hidden, "links": [], "guess": None} | BLIND_TITLE
    return view | {
        "metadata": metadata,
        "hidden": [],
        "links": links_of(metadata),
        "guess": None if predictions is None else predictions.guess(row),
        "title": title_of(name, metadata),
        "subtitle": subtitle_of(name, metadata),
    }


def shown_blind(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return what of the metadata may be seen while a spectrum is blind."""
    return {key: value for key, value in metadata.items() if key.lower() in _SHOWN_BLIND and value is not None}


#: What a blind spectrum is called.
BLIND_TITLE = {"title": None, "subtitle": "Name, survey class and guess stay hidden until you have labeled it."}


def _also(labeling: "Labeling", pool: Pool, shown: list[tuple[int, dict[str, Any]]]) -> dict[int, list[dict[str, Any]]]:
    """Return the other observations of the star of each row; their metadata are read together."""
    sky = labeling.sky(pool)
    near = {row: companion_rows(sky, row, metadata) for row, metadata in shown}
    others = sorted({other for rows in near.values() for other in rows})
    about = dict(zip(others, labeling.metadata(pool, np.array(others, dtype=np.int64)), strict=True))
    return {row: companions_of(metadata, [about[other] for other in near[row]]) for row, metadata in shown}


def _original(labeling: "Labeling", pool: Pool, name: str, metadata: dict[str, Any]) -> Original:
    source = metadata.get("source")
    tables = tuple(pool.manifest.get("plan", {}).get("matrices", ()))
    path = path_of(source, name, tables)
    stamp = path.stat().st_mtime_ns if path is not None and path.is_file() else 0
    key = (str(pool.path), source, name, stamp, pool.manifest.get("created_utc"))
    found: Original = labeling.views.get(key, lambda: original_of(source, name, tables, pool.recipe))
    return found


def shown_columns(session: Session, known: Sequence[str] | dict[str, Any]) -> list[str]:
    """Return the columns of `metadata2show` that a pool has, whatever their case, in their order."""
    names = {name.lower(): name for name in known}
    wanted = session.configuration.get("metadata2show") or DEFAULT_METADATA
    return [names[str(name).lower()] for name in wanted if str(name).lower() in names]


def title_of(name: str, metadata: dict[str, Any]) -> str:
    """Return what the star is called: its designation, else the id of the spectrum."""
    found = next((metadata[column] for column in DESIGNATION_COLUMNS if metadata.get(column)), None)
    return str(found).removeprefix("LAMOST ") if found else name


def subtitle_of(name: str, metadata: dict[str, Any]) -> str:
    """Return position, class, signal to noise and id in one line, what there is of it."""
    parts = []
    if isinstance(metadata.get("ra"), float) and isinstance(metadata.get("dec"), float):
        parts.append(sexagesimal(metadata["ra"], metadata["dec"]))
    parts += [str(metadata[key]) for key in ("subclass",) if metadata.get(key)]
    snr = metadata.get("snr")
    parts += [f"S/N {snr:.0f}"] if isinstance(snr, int | float) and math.isfinite(snr) else []
    return " · ".join([*parts, name])


def sexagesimal(ra: float, dec: float) -> str:
    """Return a position as hours and degrees.

    >>> sexagesimal(119.26584, 2.948226)
    '07:57:03.80 +02:56:53.6'
    """
    seconds = round(ra % 360 / 15 * 3600, 2) % 86400
    hours, minutes = divmod(seconds, 3600)[0], divmod(seconds, 60)[0] % 60
    arcsec = round(abs(dec) * 3600, 1)
    degrees, arcmin = arcsec // 3600, arcsec // 60 % 60
    sign = "−" if dec < 0 else "+"
    return (
        f"{hours:02.0f}:{minutes:02.0f}:{seconds % 60:05.2f} {sign}{degrees:02.0f}:{arcmin:02.0f}:{arcsec % 60:04.1f}"
    )
