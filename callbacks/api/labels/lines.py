"""Spectral lines by family, with what decides which name is dropped where two collide."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

from al_core.lines import SpectralLine

#: Kind of the table: name of the family, weight of its lines (a heavier one keeps its name), dash of the drawing,
#: and whether it is shown at first.
FAMILIES = MappingProxyType(
    {
        "balmer": ("Balmer", 10, "solid", True),
        "paschen": ("Paschen", 6, "solid", False),
        "he1": ("He I", 8, "dot", True),
        "he2": ("He II", 7, "dot", True),
        "ca2": ("Ca II", 8, "dash", True),
        "na1": ("Na I D", 7, "dash", True),
        "mg1": ("Mg I", 5, "dash", False),
        "si2": ("Si II", 5, "dash", False),
        "fe2": ("Fe II", 5, "dash", True),
        "li1": ("Li I", 5, "dash", False),
        "o1": ("O I", 6, "dash", True),
        "metal": ("Other metals", 3, "dash", False),
        "forbidden": ("Forbidden", 6, "longdash", True),
        "dib": ("Interstellar bands", 3, "dash", False),
        "sky": ("Night sky", 2, "solid", False),
        "telluric": ("Telluric", 4, "solid", True),
        "molecule": ("Molecules", 3, "solid", False),
    }
)
#: Kinds at rest in the frame of the observer: the radial velocity of the star does not move them.
OBSERVER_FRAME = ("sky", "telluric")
#: Lines that keep their name before others of their family.
_STRONG = MappingProxyType({"H-alpha": 5, "H-beta": 3, "H-gamma": 2, "H-delta": 1, "He I 6678": 1, "Ca II K": 1})
_GREEK = MappingProxyType({"H-alpha": "Hα", "H-beta": "Hβ", "H-gamma": "Hγ", "H-delta": "Hδ", "H-epsilon": "Hε"})


def families(lines: Iterable[SpectralLine]) -> list[dict[str, Any]]:
    """Return the families in the order of `FAMILIES`, each with its lines by wavelength."""
    found: dict[str, list[SpectralLine]] = {}
    for line in lines:
        found.setdefault(line.kind, []).append(line)
    return [
        {
            "family": kind,
            "name": name,
            "dash": dash,
            "weight": weight,
            "is_shown": is_shown,
            "is_at_rest_with_observer": kind in OBSERVER_FRAME,
            "lines": [_described(line, weight) for line in found.get(kind, [])],
        }
        for kind, (name, weight, dash, is_shown) in FAMILIES.items()
    ]


def _described(line: SpectralLine, weight: int) -> dict[str, Any]:
    return {
        "name": line.name,
        "short": _GREEK.get(line.name, line.name),
        "vacuum": line.vacuum,
        "air": line.air,
        "vacuum_end": line.vacuum_end,
        "source": line.source,
        "note": line.note,
        "weight": weight + _STRONG.get(line.name, 0),
    }
