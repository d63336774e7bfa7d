"""Addresses of an object elsewhere: plain links, nothing is fetched."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

#: Radius of the searches by position, arcsec.
RADIUS_ARCSEC = 5


def links_of(metadata: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return name and address of the pages about a spectrum, as far as its metadata say where it is.

    Parameters
    ----------
    metadata : mapping
        Columns of the pool's table; `ra`, `dec` in degrees, and what the survey states.
    """
    found: list[dict[str, str]] = []
    ra, dec = metadata.get("ra"), metadata.get("dec")
    if isinstance(ra, int | float) and isinstance(dec, int | float):
        found += _by_position(float(ra), float(dec))
    own = {name.lower(): value for name, value in metadata.items() if value is not None}
    return [*found, *_sdss(own), *_lamost(own)]


def _by_position(ra: float, dec: float) -> list[dict[str, str]]:
    place = f"{ra:.6f} {dec:+.6f}"
    simbad = urlencode({"Coord": place, "CooFrame": "ICRS", "Radius": RADIUS_ARCSEC, "Radius.unit": "arcsec"})
    return [
        {"name": "SIMBAD", "url": f"https://simbad.cds.unistra.fr/simbad/sim-coo?{simbad}"},
        {
            "name": "VizieR",
            "url": f"https://vizier.cds.unistra.fr/viz-bin/VizieR-4?-c={quote(place)}&-c.rs={RADIUS_ARCSEC}",
        },
        {"name": "Aladin", "url": f"https://aladin.cds.unistra.fr/AladinLite/?target={quote(place)}&fov=0.1"},
    ]


def _lamost(own: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the page of a LAMOST spectrum; its id is `obsid`, and the release stands in `data_v` ("LAMOST DR5")."""
    obsid = _whole(own.get("obsid"))
    if obsid is None or ("fiberid" in own and "planid" not in own):
        return []
    page = "medspectrum" if own.get("reader") == "lamost-mrs" else "spectrum"
    digits = "".join(c for c in str(own.get("data_v", "")).upper().rpartition("DR")[2] if c.isdigit())
    release = f"dr{digits}" if digits else "dr7"
    return [{"name": "LAMOST", "url": f"http://{release}.lamost.org/{page}/view?obsid={obsid}"}]


def _sdss(own: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the page of an SDSS spectrum; it is named by plate, MJD and fiber."""
    plate, mjd, fiber = (_whole(own.get(key)) for key in ("plate" if "plate" in own else "plateid", "mjd", "fiberid"))
    if plate is None or mjd is None or fiber is None or "planid" in own:
        return []
    query = urlencode({"plateid": plate, "mjd": mjd, "fiberid": fiber})
    return [{"name": "SDSS", "url": f"https://dr17.sdss.org/optical/spectrum/view?{query}"}]


def _whole(value: Any) -> int | None:
    try:
        return int(float(str(value)))
    except (TypeError, ValueError, OverflowError):
        return None
