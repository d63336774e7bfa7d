"""The spectral lines and bands that the product marks, simulates and tests against.

The table is `data/lines.csv`. Vacuum wavelengths were computed from air with Morton (2000, ApJS 130, 403, eq. 8).
Balmer, Paschen, [O II], [O III], [N II], [S II], [O I] and OH were compared with public copies of the NIST, SDSS and
night-sky (Osterbrock et al. 1996, PASP 108, 277; UVES) lists; the others are textbook values, as `source` says. They
are good to 0.02 Å, diffuse interstellar bands and molecular bands to 0.5 Å.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: Vacuum wavelength of Hα, Å (6562.80 Å in air).
HALPHA = 6564.61

#: Every `kind` of the table.
LINE_KINDS = (
    "balmer", "paschen", "he1", "he2", "ca2", "na1", "mg1", "si2", "fe2", "li1", "o1", "metal", "forbidden", "dib",
    "sky", "telluric", "molecule",
)  # fmt: skip

_TABLE = Path(__file__).parent / "data" / "lines.csv"


@dataclass(frozen=True, slots=True)
class SpectralLine:
    """One line or band.

    Parameters
    ----------
    name : str
        As astronomers write it, with the rounded air wavelength where an ion has several lines: "He I 6678".
    kind : str
        One of `LINE_KINDS`. "sky" and "telluric" are at rest in the frame of the observer, all others in that of the
        object (or of the interstellar matter: "dib").
    air, vacuum : float
        Wavelength in dry air and in vacuum, Å; the blue edge or head of a band.
    vacuum_end : float or None
        Red edge of a band in vacuum, Å; None for a line.
    source, note : str
        Where the value comes from; what to beware of, or "".
    """

    name: str
    kind: str
    air: float
    vacuum: float
    vacuum_end: float | None
    source: str
    note: str

    @property
    def is_band(self) -> bool:
        """Whether this is a band with two edges rather than a line."""
        return self.vacuum_end is not None


@cache
def _lines() -> tuple[SpectralLine, ...]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            SpectralLine(
                row["name"],
                row["kind"],
                float(row["air"]),
                float(row["vacuum"]),
                float(row["vacuum_end"]) if row["vacuum_end"] else None,
                row["source"],
                row["note"],
            )
            for row in csv.DictReader(file)
        )


def load_lines(*kinds: str) -> list[SpectralLine]:
    """Return the lines of the given kinds, or all of them, sorted by vacuum wavelength.

    >>> [line.name for line in load_lines("li1")]
    ['Li I 6708']
    """
    found = [line for line in _lines() if not kinds or line.kind in kinds]
    return sorted(found, key=lambda line: line.vacuum)


def line_named(name: str) -> SpectralLine:
    """Return the line of exactly this name.

    Raises
    ------
    KeyError
        If the table has no such line.

    >>> line_named("H-alpha").vacuum
    6564.61
    """
    for line in _lines():
        if line.name == name:
            return line
    raise KeyError(f"No spectral line is named {name!r}. The names are in {_TABLE.name}.")
