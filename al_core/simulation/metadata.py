"""The catalogue of a simulated survey: the columns of the LAMOST catalogue, and an origin that says "simulated".

Column names and order follow the LAMOST DR2 to DR8 general catalogue, which the files `metadata.csv` of earlier
platforms hold too. Positions follow the survey's footprint (declination -10° to 60°) with an exponential in Galactic
latitude whose scale is 4° for O and B, 12° for A, 25° for later stars, and uniform |b| > 20° for galaxies and quasars.
Class and subclass are what a pipeline that knows no emission would say, so they do not give the truth away.
"""

from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.simulation.config import GALAXY, QUASAR, STREAM_METADATA, UNKNOWN, WHITE_DWARF, ZERO, SurveyParameters
from al_core.simulation.sources import Generator, SourceArray
from al_core.simulation.survey import SourceBlock
from al_core.simulation.truth_table import redshifts, spectral_types

FloatArray = npt.NDArray[np.float64]

#: Rotation from Galactic to ICRS axes (Hipparcos catalogue, ESA SP-1200, vol. 1, eq. 1.5.11, transposed).
_GALACTIC_TO_ICRS = np.array(
    [
        [-0.0548755604, +0.4941094279, -0.8676661490],
        [-0.8734370902, -0.4448296300, -0.1980763734],
        [-0.4838350155, +0.7469822445, +0.4559837762],
    ]
)
#: S/N in u, g, i, z relative to r for a star of solar colour (medians of 353 real files).
_SNR_RATIO = {"snru": 0.07, "snrg": 0.64, "snri": 1.27, "snrz": 0.89}
#: u-r, g-r, i-r, z-r of O to M stars (Covey et al. 2007, AJ 134, 2398; rounded).
_COLOURS = np.array(
    [(-0.9, -0.5, 0.35, 0.6), (-0.2, -0.35, 0.28, 0.5), (1.0, -0.1, 0.15, 0.25), (1.3, 0.25, -0.08, -0.10),
     (1.8, 0.45, -0.14, -0.18), (2.9, 0.85, -0.30, -0.48), (3.9, 1.4, -0.9, -1.4)]
)  # fmt: skip
_FIRST_NIGHT = date(2011, 10, 24)


def metadata_table(block: SourceBlock, parameters: SurveyParameters, stream: int = 0) -> pl.DataFrame:
    """Return the catalogue of one block, a row per spectrum; `filename` is the spectrum id with ".fits"."""
    rng = np.random.default_rng([parameters.seed, stream + STREAM_METADATA, block.number])
    sources, n = block.sources, len(block.sources)
    ra, dec = _positions(sources, rng)
    night = rng.integers(0, 3400, n)
    nights = [_FIRST_NIGHT + timedelta(days=int(day)) for day in night]
    plan, spid, fiber = rng.integers(0, 100, n), rng.integers(1, 17, n), rng.integers(1, 251, n)
    columns: dict[str, Any] = {
        "filename": [f"{name}.fits" for name in block.spectrum_ids],
        "obsid": 900_000_000 + block.number * 1024 + np.arange(n),
        "designation": designations(ra, dec),
        "obsdate": [day.isoformat() for day in nights],
        "lmjd": 55859 + night,
        "mjd": 55858 + night,
        "planid": [f"SIM{number:03d}" for number in plan],
        "spid": spid,
        "fiberid": fiber,
        "ra_obs": np.round(ra, 6),
        "dec_obs": np.round(dec, 6),
        **_signal_to_noise(sources, rng),
        "objtype": ["Star"] * n,
        "class": _classes(sources),
        "subclass": _subclasses(sources, rng),
        **_redshift(sources, rng),
        **_magnitudes(sources, rng),
        "tsource": ["simulated"] * n,
        "fibertype": ["Obj"] * n,
        "tfrom": ["simulated"] * n,
        "tcomment": ["simulated"] * n,
        "offsets": np.zeros(n, dtype=int),
        "offset_v": np.zeros(n),
        "ra": np.round(ra, 6),
        "dec": np.round(dec, 6),
        "fibermask": np.where(sources["kind"] == ZERO, 256, 0),
        "origin": ["simulated"] * n,
    }
    return pl.DataFrame(columns)


def designations(ra: FloatArray, dec: FloatArray) -> list[str]:
    """Return names such as "J221040.85-003500.2" from ICRS degrees."""
    names = []
    for a, d in zip(ra, dec, strict=True):
        hundredths, tenths = int(a * 24_000), int(abs(d) * 36_000)
        hours = f"{hundredths // 360_000:02d}{hundredths // 6000 % 60:02d}{hundredths % 6000 / 100:05.2f}"
        degrees = f"{tenths // 36_000:02d}{tenths // 600 % 60:02d}{tenths % 600 / 10:04.1f}"
        names.append(f"J{hours}{'-' if d < 0 else '+'}{degrees}")
    return names


def _positions(sources: SourceArray, rng: Generator) -> tuple[FloatArray, FloatArray]:
    """ICRS degrees: of several draws the first that lies in the footprint."""
    n, tries = len(sources), 12
    scale = np.interp(sources["type_code"], [0, 1.5, 2.5, 3.5, 7], [4, 4, 12, 25, 25])[:, None]
    sign = rng.choice([-1.0, 1.0], (n, tries))
    latitude = np.minimum(rng.exponential(1, (n, tries)) * scale, 89)
    is_far = np.isin(sources["kind"], (GALAXY, QUASAR))[:, None]
    latitude = np.where(is_far, np.degrees(np.arcsin(rng.uniform(0.34, 1, (n, tries)))), latitude)
    b, l = np.radians(sign * latitude), rng.uniform(0, 2 * np.pi, (n, tries))
    galactic = np.stack((np.cos(b) * np.cos(l), np.cos(b) * np.sin(l), np.sin(b)), axis=-1)
    x, y, z = np.moveaxis(galactic @ _GALACTIC_TO_ICRS.T, -1, 0)
    dec = np.degrees(np.arcsin(np.clip(z, -1, 1)))
    chosen = np.argmax((dec > -10) & (dec < 60), axis=1)
    rows = np.arange(n)
    return np.degrees(np.arctan2(y, x))[rows, chosen] % 360, dec[rows, chosen]


def _signal_to_noise(sources: SourceArray, rng: Generator) -> dict[str, Any]:
    bands = {name: np.round(sources["snr"] * r * np.exp(rng.normal(0, 0.2, len(sources))), 2)
             for name, r in _SNR_RATIO.items()}  # fmt: skip
    return {name: bands.get(name, np.round(sources["snr"], 2)) for name in ("snru", "snrg", "snrr", "snri", "snrz")}


def _classes(sources: SourceArray) -> list[str]:
    names = np.select(
        [sources["kind"] == GALAXY, sources["kind"] == QUASAR, _is_unknown(sources)],
        ["GALAXY", "QSO", "Unknown"],
        "STAR",
    )
    return [str(name) for name in names]


def _is_unknown(sources: SourceArray) -> npt.NDArray[np.bool_]:
    return np.asarray((sources["kind"] == UNKNOWN) | (sources["kind"] >= ZERO) | (sources["snr"] < 2))


def _subclasses(sources: SourceArray, rng: Generator) -> list[str]:
    named = zip(spectral_types(sources), _classes(sources), sources["kind"], rng.random(len(sources)), strict=True)
    return [
        "Non"
        if group != "STAR"
        else "WD"
        if kind == WHITE_DWARF
        else f"d{name}"
        if name[0] == "M" and p < 0.5
        else name
        for name, group, kind, p in named
    ]


def _redshift(sources: SourceArray, rng: Generator) -> dict[str, Any]:
    error = 1e-5 * (1 + 30 / sources["snr"])
    z = redshifts(sources) + error * rng.standard_normal(len(sources))
    is_unknown = _is_unknown(sources)
    return {
        "z": np.where(is_unknown, -9999.0, np.round(z, 8)),
        "z_err": np.where(is_unknown, -9999.0, np.round(error, 8)),
    }


def _magnitudes(sources: SourceArray, rng: Generator) -> dict[str, Any]:
    """Return ugriz in mag1 to mag5; mag6 and mag7 are missing, 99."""
    n = len(sources)
    r = 17.2 - 1.25 * np.log2(np.maximum(sources["snr"], 0.3) / 20) + rng.normal(0, 0.5, n)
    colours = _COLOURS[sources["type_code"].astype(int)] + rng.normal(0, 0.08, (n, 4))
    u, g, i, z = (r + colours[:, k] for k in range(4))
    magnitudes = {f"mag{k + 1}": np.round(m, 2) for k, m in enumerate((u, g, r, i, z))}
    return {"magtype": ["ugriz"] * n, **magnitudes, "mag6": np.full(n, 99.0), "mag7": np.full(n, 99.0)}
