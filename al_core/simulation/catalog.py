"""A simulated survey catalogue: millions of rows with the columns of the LAMOST general catalogue, no spectra.

Rows come plate after plate, as the survey observed: 500 on each disc of 2.5° radius, a third of them towards the
Galactic anticentre, some plates at RA 0°, at the pole and on well-known fields, every fifth plate again on the stars of
the one before. Values are missing where the survey misses them: magnitudes 99.0, redshifts -9999.0, texts empty. Every
plan begins with "SIM", so that nobody takes a row for an observation.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from al_core.simulation.catalog_sources import draw_sources

FloatArray = npt.NDArray[np.float64]

#: Columns in the order of the catalogue of data release 2.
CATALOG_COLUMNS = (
    "filename", "obsid", "designation", "obsdate", "lmjd", "mjd", "planid", "spid", "fiberid", "ra_obs", "dec_obs",
    "snru", "snrg", "snrr", "snri", "snrz", "objtype", "class", "subclass", "z", "z_err", "magtype",
    "mag1", "mag2", "mag3", "mag4", "mag5", "mag6", "mag7", "tsource", "fibertype", "tfrom", "tcomment",
    "offsets", "offset_v", "ra", "dec", "fibermask",
)  # fmt: skip
#: Rows of a plate and plates that are drawn together.
PLATE_ROWS, BLOCK_PLATES = 500, 64
_BLOCK_ROWS = PLATE_ROWS * BLOCK_PLATES
#: Modified Julian day of 1970-01-01, and of the first night.
_MJD_EPOCH, _FIRST_LMJD = 40587, 55859


def simulate_catalog(n_rows: int, seed: int = 0, chunk: int = 100_000) -> Iterator[pl.DataFrame]:
    """Yield the rows of a catalogue in frames of `chunk` rows.

    The same seed gives the same rows, whatever `chunk` is; a longer catalogue begins with the rows of a shorter one.
    Columns are `CATALOG_COLUMNS` as a reader of the survey's CSV would type them: `obsdate` is text, `offsets` boolean.

    Parameters
    ----------
    n_rows : int
    seed : int
    chunk : int
        Rows of each frame; the last one has what is left.
    """
    waiting = pl.DataFrame()
    for number in range(-(-n_rows // _BLOCK_ROWS)):
        block = _block(seed, number).head(n_rows - number * _BLOCK_ROWS)
        waiting = pl.concat([waiting, block]) if len(waiting) else block
        while len(waiting) >= chunk:
            yield waiting.head(chunk).rechunk()
            waiting = waiting.slice(chunk)
    if len(waiting):
        yield waiting.rechunk()


def index_rows(catalog: pl.DataFrame) -> pl.DataFrame:
    """Return the rows as an index holds them: `id` in front (the file without extension); dates as times."""
    return catalog.select(
        pl.col("filename").str.strip_suffix(".fits").alias("id"),
        pl.all().exclude("obsdate"),
        pl.col("obsdate").str.to_datetime("%Y-%m-%d", time_unit="ms", time_zone="UTC"),
    ).select("id", *CATALOG_COLUMNS)


def _block(seed: int, number: int) -> pl.DataFrame:
    """Return the rows of `BLOCK_PLATES` plates."""
    rng = np.random.default_rng([seed, number])
    plate = np.repeat(np.arange(BLOCK_PLATES) + number * BLOCK_PLATES, PLATE_ROWS)
    fiber = rng.permuted(np.tile(np.arange(4000), (BLOCK_PLATES, 1)), axis=1)[:, :PLATE_ROWS].ravel()
    row = np.arange(_BLOCK_ROWS) + number * _BLOCK_ROWS
    lmjd = _FIRST_LMJD + (plate * 7) // 12
    ra, dec, sources = draw_sources(rng, number, BLOCK_PLATES, PLATE_ROWS)
    frame = sources.with_columns(
        obsid=pl.Series(100_000_000 + row * 3),
        lmjd=pl.Series(lmjd),
        mjd=pl.Series(lmjd - 1),
        planid=pl.Series([f"SIM{p:05d}V{p % 3 + 1}" for p in range(int(plate[0]), int(plate[-1]) + 1)]).gather(
            plate - plate[0]
        ),
        spid=pl.Series(fiber // 250 + 1),
        fiberid=pl.Series(fiber % 250 + 1),
        ra=pl.Series(ra),
        dec=pl.Series(dec),
        ra_obs=pl.Series(ra),
        dec_obs=pl.Series(dec),
    )
    return frame.with_columns(
        filename=pl.format(
            "spec-{}-{}_sp{}-{}.fits", "lmjd", "planid", _padded(pl.col("spid"), 2), _padded(pl.col("fiberid"), 3)
        ),
        designation=_designation(),
        obsdate=pl.from_epoch(pl.col("lmjd") - _MJD_EPOCH, time_unit="d").dt.strftime("%Y-%m-%d"),
    ).select(CATALOG_COLUMNS)


def _padded(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def _designation() -> pl.Expr:
    """Return names such as J063753.59+091550.1; digits are cut off, not rounded, as the survey does."""
    right = (pl.col("ra") * 24000).floor().cast(pl.Int64)  # hundredths of a second
    north = (pl.col("dec").abs() * 36000).floor().cast(pl.Int64)  # tenths of an arc second
    return pl.format(
        "J{}{}{}.{}{}{}{}{}.{}",
        _padded(right // 360_000, 2),
        _padded(right // 6000 % 60, 2),
        _padded(right // 100 % 60, 2),
        _padded(right % 100, 2),
        pl.when(pl.col("dec") < 0).then(pl.lit("-")).otherwise(pl.lit("+")),
        _padded(north // 36_000, 2),
        _padded(north // 600 % 60, 2),
        _padded(north // 10 % 60, 2),
        north % 10,
    )
