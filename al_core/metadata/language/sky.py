"""Positions on the sky in a search: degrees and sexagesimal, with a radius."""

import re
from collections.abc import Sequence
from decimal import Decimal

from al_core.errors import QueryError
from al_core.metadata.language.source import Source
from al_core.metadata.query import Cone

#: Radius of a position that comes without one, degrees.
DEFAULT_RADIUS = 10 / 3600
EXAMPLES = "83.633 +22.014 15', 05:34:32 +22:00:52 r=0.5 or cone(83.633, 22.014, 0.25)"
#: Decimals of degrees that come from sexagesimal: a nanodegree is far below any position, and is short to read.
_DIGITS = 9
#: How many of a unit make a degree.
_WORDS = {"deg": 1, "degree": 1, "degrees": 1, "d": 1, "arcmin": 60, "m": 60, "arcsec": 3600, "s": 3600}
_SIGNS = {"°": 1, "'": 60, "′": 60, "’": 60, '"': 3600, "″": 3600, "”": 3600}
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)"
_SIGN = r"[+\-−]"
_THREE = rf"(\d{{1,3}})(?:\s*[hd°:]\s*|\s+)(\d{{1,2}})(?:\s*[m'′:]\s*|\s+)({_NUMBER})(?:\s*[s\"″])?"
_RADIUS_VALUE = rf"({_NUMBER})(?:\s?({'|'.join(sorted(_WORDS, key=len, reverse=True))})\b|([{''.join(_SIGNS)}]))?"
_BEHIND = r"(?![\w.:=])"
_SEXAGESIMAL = re.compile(rf"{_THREE}\s*,?\s*({_SIGN})\s?{_THREE}{_BEHIND}", re.IGNORECASE)
_COLONS = re.compile(rf"(\d+):(\d+):({_NUMBER})(?:\s*,\s*|\s+)()(\d+):(\d+):({_NUMBER}){_BEHIND}")
_DECIMAL = re.compile(rf"({_NUMBER})(\s*,\s*|\s+)({_SIGN}?)({_NUMBER}){_BEHIND}")
_RADIUS = re.compile(rf"(?:\s*,\s*|\s+)(?:(r|radius)\s*[=:]\s*)?{_RADIUS_VALUE}{_BEHIND}", re.IGNORECASE)
_FUNCTION = re.compile(r"cone\s*\(([^()]*)\)?", re.IGNORECASE)
_PART = re.compile(rf"\s*({_SIGN}?)\s?(?:{_THREE}|({_NUMBER})\s*°?)\s*", re.IGNORECASE)
_PART_RADIUS = re.compile(rf"\s*(?:r(?:adius)?\s*=\s*)?{_RADIUS_VALUE}\s*", re.IGNORECASE)


def read_cone(source: Source) -> Cone | None:
    """Return the position with its radius that begins here, and go behind it; None if there is none.

    Raises
    ------
    QueryError
        If there is one that is not on the sky.
    """
    start = source.at
    function = source.take(_FUNCTION)
    if function is not None:
        return _function(source, start, function)
    sixties = source.match(_SEXAGESIMAL) or source.match(_COLONS)
    decimal = source.match(_DECIMAL) if sixties is None else None
    found = sixties or decimal
    if found is None:
        return None
    behind = _RADIUS.match(source.text, found.end())
    is_sure = decimal is None or (bool(decimal[3] or "," in decimal[2]) and "." in decimal[1] and "." in decimal[4])
    has_radius = behind is not None and bool(is_sure or behind[1] or behind[3] or behind[4])
    if not is_sure and not has_radius:
        return None
    source.at = behind.end() if behind is not None and has_radius else found.end()
    radius = DEFAULT_RADIUS if behind is None or not has_radius else _radius(behind.groups()[1:])
    if decimal is not None:
        return _cone(source, start, float(decimal[1]), _signed(decimal[3], float(decimal[4])), radius)
    h, m, s, sign, *dec = found.groups()
    ra, declination = 15 * _sixties(source, start, (h, m, s)), _sixties(source, start, dec)
    return _cone(source, start, round(ra, _DIGITS), _signed(sign, round(declination, _DIGITS)), radius)


def write_cone(cone: Cone) -> str:
    """Return a cone as it is read, the radius in the unit that suits it.

    >>> write_cone(Cone(83.633, 22.014, 15 / 60))
    "cone(83.633, 22.014, 15')"
    """
    unit = "" if cone.radius >= 1 else "'" if cone.radius >= 1 / 60 else '"'
    scale = _SIGNS.get(unit, 1)
    number = plain(float(f"{cone.radius * scale:.9g}"))
    if float(number) / scale != cone.radius:
        number, unit = plain(cone.radius), ""
    return f"cone({plain(cone.ra)}, {plain(cone.dec)}, {number}{unit})"


def plain(value: float) -> str:
    """Return a number without an exponent, exactly.

    >>> plain(1e-07), plain(83.0), plain(-0.25)
    ('0.0000001', '83', '-0.25')
    """
    return f"{Decimal(repr(float(value))):f}".removesuffix(".0")


def _function(source: Source, start: int, found: re.Match[str]) -> Cone:
    parts = found[1].split(",")
    if not found[0].endswith(")") or len(parts) not in (1, 3):
        raise source.wrong(f"expected a position and a radius, for instance {EXAMPLES}.", start, len(found[0]))
    if len(parts) == 1:
        inside = Source(found[1].strip())
        cone = read_cone(inside)
        if cone is None or not inside.is_done():
            raise source.wrong(f"expected a position and a radius, for instance {EXAMPLES}.", start, len(found[0]))
        return cone
    ra, dec, radius = _PART.fullmatch(parts[0]), _PART.fullmatch(parts[1]), _PART_RADIUS.fullmatch(parts[2])
    if ra is None or dec is None or radius is None:
        raise source.wrong(f"expected numbers such as in {EXAMPLES}.", start, len(found[0]))
    degrees = [
        _signed(
            one[1],
            float(one[5]) if one[5] is not None else round(scale * _sixties(source, start, one.groups()[1:4]), 9),
        )
        for one, scale in ((ra, 15), (dec, 1))
    ]
    return _cone(source, start, degrees[0], degrees[1], _radius(radius.groups()))


def _radius(groups: Sequence[str | None]) -> float:
    number, word, sign = groups
    scale = _WORDS[word.lower()] if word else _SIGNS[sign] if sign else 1
    return float(number or 0) / scale


def _sixties(source: Source, start: int, parts: Sequence[str]) -> float:
    """Return hours or degrees."""
    whole, minutes, seconds = int(parts[0]), int(parts[1]), float(parts[2])
    if minutes >= 60 or seconds >= 60:
        raise source.wrong(f"expected minutes and seconds below 60, for instance {EXAMPLES}.", start, source.at - start)
    return whole + minutes / 60 + seconds / 3600


def _signed(sign: str, value: float) -> float:
    return -value if sign in ("-", "−") else value


def _cone(source: Source, start: int, ra: float, dec: float, radius: float) -> Cone:
    try:
        return Cone(ra, dec, radius)
    except QueryError as error:
        raise source.wrong(str(error), start, source.at - start) from error
