"""What stands on the plates of a simulated catalogue: positions, magnitudes, classes, texts, signal to noise."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: Fields that are observed again and again, degrees: RA 0°, pole, M31, Kepler, Praesepe, Pleiades.
_FIELDS = np.array([(0.0, 3.0), (37.9, 89.0), (10.68, 41.27), (290.0, 44.0), (130.1, 19.7), (56.75, 24.1)])
_PLATE_RADIUS = 2.5
_STAR, _GALAXY, _QUASAR, _UNKNOWN = range(4)
_CLASSES = ("STAR", "GALAXY", "QSO", "Unknown")
_CLASS_SHARES = (0.925, 0.025, 0.008, 0.042)
#: Commonest subclasses of stars, with their shares (data release 2, rounded).
_SUBCLASSES = {
    "G5": 0.11, "F5": 0.10, "G2": 0.08, "G3": 0.07, "K3": 0.06, "F9": 0.06, "G7": 0.06, "G8": 0.05, "K1": 0.05,
    "G9": 0.05, "F0": 0.04, "F6": 0.04, "G0": 0.04, "K5": 0.03, "K7": 0.03, "F2": 0.03, "G6": 0.03, "A5V": 0.02,
    "A2V": 0.02, "A7V": 0.02, "A1V": 0.01, "A1IV": 0.01, "B6": 0.005, "B9": 0.005, "O": 0.001, "M0": 0.015,
    "M1": 0.012, "M2": 0.012, "M3": 0.01, "dM2": 0.005, "gM0": 0.004, "WD": 0.004, "CarbonWD": 0.0005, "Carbon": 0.0015,
    "DoubleStar": 0.001, "EM": 0.0005, "Non": 0.03,
}  # fmt: skip
#: Source catalogues with what a target of theirs is called; "{}" is a number, no text: none.
_TARGETS = (
    ("LEGAS", "PASTEL", "ucac4-{}"), ("LEGAS", "2MASS_C", "2MASS {}"), ("PILOT", "SDSS_S_Y", None),
    ("LEGUE_LCH", "LCH", None), ("HYDRA_GAL", "SDSS_G", "galaxy candidate, r mag {}"), ("KEPLER", "KIC", "KIC {}"),
    ("M31", "M31_XXL", "emission-line star candidate {}"), ("SDSS", None, None),
)  # fmt: skip
_TARGET_SHARES = (0.45, 0.15, 0.14, 0.1, 0.05, 0.06, 0.03, 0.02)
#: Colors: each band minus r for a star of median color, in the order u g r i z j h.
_BANDS = np.array([1.9, 0.5, 0.0, -0.15, -0.2, -1.1, -1.4])
_SNR_BANDS = {"snru": 0.07, "snrg": 0.64, "snrr": 1.0, "snri": 1.27, "snrz": 0.89}


def draw_sources(
    rng: np.random.Generator, block: int, n_plates: int, per_plate: int
) -> tuple[FloatArray, FloatArray, pl.DataFrame]:
    """Return RA and declination (degrees, 6 digits) and the other columns of a block of plates, a row a source."""
    n = n_plates * per_plate
    ra, dec = _again(_positions(rng, block, n_plates, per_plate), n_plates)
    magnitude, color = _again((rng.triangular(9.0, 16.2, 18.9, n), rng.normal(0.0, 0.35, n)), n_plates)
    kind, subclass, target = _again(
        (
            _choice(rng, _CLASS_SHARES, n),
            _choice(rng, tuple(_SUBCLASSES.values()), n),
            _choice(rng, _TARGET_SHARES, n),
        ),
        n_plates,
    )
    columns = {
        **_signal_to_noise(rng, magnitude),
        **_redshift(rng, kind),
        **_magnitudes(rng, magnitude, color, target),
        **_offsets(rng, n),
        "fibermask": np.where(rng.random(n) < 0.004, 128, 0),
    }
    frame = pl.DataFrame(columns).with_columns(_texts(rng, kind, subclass, target))
    return ra, dec, frame


def _again(columns: tuple[npt.NDArray[Any], ...], n_plates: int) -> tuple[npt.NDArray[Any], ...]:
    """Put what the plate before has onto every fifth plate."""
    plates = np.arange(n_plates)
    taken = plates - (plates % 5 == 4)
    return tuple(column.reshape(n_plates, -1)[taken].ravel() for column in columns)


def _choice(rng: np.random.Generator, shares: tuple[float, ...], n: int) -> IntArray:
    limits = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(limits, rng.random(n), side="right").astype(np.int64)


def _positions(rng: np.random.Generator, block: int, n_plates: int, per_plate: int) -> tuple[FloatArray, FloatArray]:
    """Return positions on discs about the centres of plates; every twentieth source belongs to a tight cluster."""
    shape = (n_plates, per_plate)
    ra0, dec0 = (np.radians(axis)[:, None] for axis in _centres(rng, block, n_plates).T)
    distance = np.radians(_PLATE_RADIUS) * np.sqrt(rng.random(shape))
    bearing = rng.uniform(0, 2 * np.pi, shape)
    is_clustered = rng.random(shape) < 0.05
    distance = np.where(is_clustered, np.radians(0.9) + np.radians(0.03) * rng.normal(size=shape), distance)
    bearing = np.where(is_clustered, 1.0 + 0.03 * rng.normal(size=shape), bearing)
    dec = np.arcsin(np.sin(dec0) * np.cos(distance) + np.cos(dec0) * np.sin(distance) * np.cos(bearing))
    ra = ra0 + np.arctan2(
        np.sin(bearing) * np.sin(distance) * np.cos(dec0), np.cos(distance) - np.sin(dec0) * np.sin(dec)
    )
    right = np.round(np.degrees(ra).ravel() % 360, 6)
    return np.where(right >= 360, 0.0, right), np.round(np.degrees(dec).ravel(), 6)


def _centres(rng: np.random.Generator, block: int, n_plates: int) -> FloatArray:
    """Return plate centres: a third towards the anticentre, some on `_FIELDS`, the others on the northern sky."""
    anticentre = np.column_stack([rng.uniform(60, 120, n_plates), rng.uniform(5, 55, n_plates)])
    sine = rng.uniform(np.sin(np.radians(-8)), np.sin(np.radians(62)), n_plates)
    centres = np.column_stack([rng.uniform(0, 360, n_plates), np.degrees(np.arcsin(sine))])
    plates = np.arange(n_plates)
    centres[plates % 3 == 0] = anticentre[plates % 3 == 0]
    known = plates % 10 == 1
    centres[known] = _FIELDS[(np.arange(known.sum()) + block) % len(_FIELDS)]
    return centres


def _signal_to_noise(rng: np.random.Generator, magnitude: FloatArray) -> dict[str, FloatArray]:
    level: FloatArray = 10 ** (0.22 * (17.6 - magnitude)) * rng.lognormal(1.6, 0.45, len(magnitude))
    columns: dict[str, FloatArray] = {}
    for name, share in _SNR_BANDS.items():
        values: FloatArray = level * share * rng.lognormal(0, 0.15, len(level))
        columns[name] = np.asarray(np.round(values.clip(max=999.99), 2), dtype=np.float64)
    return columns


def _redshift(rng: np.random.Generator, kind: IntArray) -> dict[str, FloatArray]:
    n = len(kind)
    by_kind = (rng.normal(0, 1.5e-4, n), rng.gamma(3, 0.04, n), rng.uniform(0.1, 3.2, n), np.full(n, -9999.0))
    error = np.where(kind == _UNKNOWN, -9999.0, rng.lognormal(-10, 0.6, n))
    return {"z": np.round(np.choose(kind, by_kind), 8), "z_err": np.round(error, 8)}


def _magnitudes(rng: np.random.Generator, magnitude: FloatArray, color: FloatArray, target: IntArray) -> dict[str, Any]:
    """Return seven bands; which of them are known depends on the catalogue that the target is from."""
    n_known = np.array([3, 7, 7, 5, 5, 4, 2, 5])[target]
    bands = magnitude[:, None] + _BANDS * (1 + color[:, None]) + rng.normal(0, 0.04, (len(magnitude), 7))
    bands = np.where(np.arange(7) < n_known[:, None], np.round(bands, 2), 99.0)
    kinds = pl.Series(["", "", "gr", "gri", "ugri", "ugriz", "", "ugrizjh"])
    return {"magtype": kinds.gather(n_known)} | {f"mag{band + 1}": bands[:, band] for band in range(7)}


def _offsets(rng: np.random.Generator, n: int) -> dict[str, Any]:
    is_offset = rng.random(n) < 0.03
    return {"offsets": is_offset, "offset_v": np.where(is_offset, np.round(rng.uniform(1, 8, n), 2), 0.0)}


def _texts(rng: np.random.Generator, kind: IntArray, subclass: IntArray, target: IntArray) -> list[pl.Series]:
    """Return class, subclass and what the input catalogue says."""
    sources, catalogs, comments = (pl.Series(list(column)) for column in zip(*_TARGETS, strict=True))
    names = pl.Series(list(_SUBCLASSES))
    subclasses = names.gather(np.where(kind == _STAR, subclass, len(names) - 1))
    objects = pl.Series(["Star", "Galaxy", "QSO", "Star"]).gather(kind)
    numbers = pl.Series(rng.integers(10_000, 10_000_000, len(kind))).cast(pl.String)
    comment = pl.DataFrame({"text": comments.gather(target), "number": numbers}).select(
        pl.col("text").str.replace("{}", pl.col("number"), literal=True)
    )["text"]
    return [
        pl.Series(list(_CLASSES)).gather(kind).alias("class"),
        subclasses.alias("subclass"),
        objects.alias("objtype"),
        sources.gather(target).alias("tsource"),
        pl.Series(["Obj", "F-Std"]).gather((rng.random(len(kind)) < 0.02).astype(np.int64)).alias("fibertype"),
        catalogs.gather(target).alias("tfrom"),
        comment.alias("tcomment"),
    ]
