"""Values of fields in a search: numbers, times and truth as text, and back."""

import math
import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from al_core.metadata.fields import FieldType
from al_core.metadata.language.sky import plain

TRUTH = {"true": True, "yes": True, "false": False, "no": False}
EXPECTED = {
    FieldType.STRING: "a text",
    FieldType.INTEGER: "a whole number such as 20, 20.. or 10..12",
    FieldType.NUMBER: "a number such as 20, 20.. or 10.5..12",
    FieldType.BOOLEAN: "true or false",
    FieldType.TIME: "a date such as 2012, 2012-06, 2012-06-30 or 2012-06-30T21:15",
}
INTEGERS = range(-(2**63), 2**63)
_MILLISECOND = timedelta(milliseconds=1)
_NUMBER = re.compile(r"[+\-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_TIME = re.compile(
    r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?",
    re.IGNORECASE,
)


class Period(NamedTuple):
    """What a date means: from `start`, up to `end`, which does not belong to it; `is_moment`: one millisecond."""

    start: datetime
    end: datetime
    is_moment: bool


def read_number(text: str) -> float | None:
    """Return a finite number, None for any other text.

    >>> read_number("-1.5e3"), read_number("12a"), read_number("1e999")
    (-1500.0, None, None)
    """
    if _NUMBER.fullmatch(text) is None:
        return None
    value = float(text.replace("−", "-"))
    return value if math.isfinite(value) else None


def read_integer(text: str) -> int | None:
    """Return a whole number of 64 bits, also where it was written with a point; None for any other text."""
    text = text.replace("−", "-")
    if re.fullmatch(r"[+-]?\d{1,19}", text):
        return int(text) if int(text) in INTEGERS else None
    value = read_number(text)
    return int(value) if value is not None and value.is_integer() and int(value) in INTEGERS else None


def read_period(text: str) -> Period | None:
    """Return the period that a date means, UTC; None for any other text.

    >>> read_period("2012-06").end.isoformat()
    '2012-07-01T00:00:00+00:00'
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        start = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
        )
        start = start - _offset(zone) + timedelta(milliseconds=int(float(fraction or 0) * 1000 + 1e-6))
        length = _length(start, [month, day, hour, second, fraction])
        return Period(start, start + length, fraction is not None)
    except (ValueError, OverflowError):
        return None


def _length(start: datetime, given: list[str | None]) -> timedelta:
    month, day, hour, second, fraction = given
    if month is None:
        return timedelta(days=366 if monthrange(start.year, 2)[1] == 29 else 365)
    if day is None:
        return timedelta(days=monthrange(start.year, start.month)[1])
    if hour is None:
        return timedelta(days=1)
    return timedelta(minutes=1) if second is None else timedelta(seconds=1) if fraction is None else _MILLISECOND


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone in "Zz":
        return timedelta()
    sign = -1 if zone[0] == "-" else 1
    return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))


def write_value(value: str | float | bool | datetime) -> str:
    """Return a number, truth or moment as it is read, exactly.

    >>> write_value(12), write_value(True), write_value(0.1)
    ('12', 'true', '0.1')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.strftime(f"%Y-%m-%dT%H:%M:%S.{moment.microsecond // 1000:03d}Z").zfill(24)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return plain(value) if 1e-6 <= abs(value) < 1e16 or value == 0 else repr(value)
    return value


def is_midnight(moment: datetime) -> bool:
    """Whether a day begins then."""
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def write_day(moment: datetime) -> str:
    """Return the date of a moment."""
    return f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}"


def write_dates(start: datetime, end: datetime) -> str | None:
    """Return days, a month or a year from a moment up to another that does not belong to it; None where none fit.

    >>> write_dates(datetime(2012, 1, 1, tzinfo=UTC), datetime(2012, 7, 1, tzinfo=UTC))
    '2012-01-01..2012-06-30'
    >>> write_dates(datetime(2012, 6, 1, tzinfo=UTC), datetime(2012, 7, 1, tzinfo=UTC))
    '2012-06'
    """
    if start >= end or not (is_midnight(start) and is_midnight(end)):
        return None
    day = write_day(start)
    for name in (day[:4], day[:7], day):
        period = read_period(name)
        if period is not None and (period.start, period.end) == (start, end):
            return name
    return f"{day}..{write_day(end - timedelta(days=1))}"
