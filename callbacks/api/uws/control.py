"""Parameters that steer a job, apart from its configuration: names in any case, values checked."""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from al_core.jobs import Phase
from callbacks.api.uws.errors import RequestRefusedError

#: Names that UWS gives a meaning; everything else in a form is a key of the configuration.
CONTROL_NAMES = ("PHASE", "RUNID", "EXECUTIONDURATION", "DESTRUCTION", "ACTION")
#: Phases that UWS knows; no job is ever in the last four.
UWS_PHASES = (*Phase, "HELD", "SUSPENDED", "ARCHIVED", "UNKNOWN")
LONGEST_RUN_ID = 200
#: xs:int, the type of an execution duration.
LONGEST_DURATION_S = 2**31 - 1


def named(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the steering parameters among `pairs` under their names in capitals; the last of a name counts."""
    return {name.upper(): value for name, value in pairs if name.upper() in CONTROL_NAMES}


def values_of(pairs: Iterable[tuple[str, str]], name: str) -> list[str]:
    """Return all values of a parameter, whatever the case of its name."""
    return [value for found, value in pairs if found.upper() == name]


def fields(control: Mapping[str, str]) -> dict[str, Any]:
    """Return what the registry stores of the steering parameters; only those given."""
    found: dict[str, Any] = {}
    if "RUNID" in control:
        found["run_id"] = _run_id(control["RUNID"])
    if "EXECUTIONDURATION" in control:
        found["execution_duration_s"] = duration_s(control["EXECUTIONDURATION"])
    if "DESTRUCTION" in control:
        found["destruction_utc"] = destruction_utc(control["DESTRUCTION"])
    return found


def _run_id(value: str) -> str | None:
    if len(value) > LONGEST_RUN_ID or not value.isprintable():
        raise RequestRefusedError(400, f"RUNID: expected up to {LONGEST_RUN_ID} printable characters.")
    return value or None


def duration_s(value: str) -> int:
    """Return seconds; 0 means unlimited. Whole numbers, also as "60.0", which some clients write."""
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 <= number <= LONGEST_DURATION_S:
        raise RequestRefusedError(
            400, f"EXECUTIONDURATION: expected seconds from 0 (unlimited) to {LONGEST_DURATION_S}, found {value!r}."
        )
    return math.ceil(number)


def destruction_utc(value: str) -> str:
    """Return the time of destruction, which must lie ahead."""
    time = utc_time("DESTRUCTION", value)
    if time <= datetime.now(UTC):
        raise RequestRefusedError(400, f"DESTRUCTION: expected a time that lies ahead, found {value!r}.")
    return time.isoformat()


def utc_time(name: str, value: str) -> datetime:
    """Return an ISO 8601 time; without an offset it is UTC, as in the recommendation."""
    try:
        # A plus sign that a client did not escape arrives as a blank.
        time = datetime.fromisoformat(value.strip().replace(" 0", "+0") if "T" in value else value.strip())
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RequestRefusedError(
            400, f"{name}: expected a time such as 2026-11-23T12:00:00Z, found {value!r}."
        ) from error


def whole_number(name: str, value: str, least: int) -> int:
    """Return a whole number of at least `least`."""
    try:
        number = int(value)
    except ValueError:
        number = least - 1
    if number < least:
        raise RequestRefusedError(400, f"{name}: expected a whole number, {least} or more, found {value!r}.")
    return number


def phase_of(name: str, value: str, allowed: Iterable[str] = UWS_PHASES) -> str:
    """Return a phase or action that is allowed."""
    allowed = tuple(allowed)
    if value not in allowed:
        raise RequestRefusedError(400, f"{name}: expected one of {', '.join(allowed)}, found {value!r}.")
    return value


def filters(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the filters of the list of jobs: PHASE (any of several), AFTER (creation), LAST."""
    found: dict[str, Any] = {}
    phases = [phase_of("PHASE", value) for value in values_of(pairs, "PHASE")]
    if phases:
        found["phases"] = [Phase(phase) for phase in phases if phase in set(Phase)]
    after = [utc_time("AFTER", value) for value in values_of(pairs, "AFTER")]
    if after:
        found["after_utc"] = max(after).isoformat()
    last = [whole_number("LAST", value, 1) for value in values_of(pairs, "LAST")]
    if last:
        found["last"] = min(last)
    return found
