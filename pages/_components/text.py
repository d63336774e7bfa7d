"""Words and numbers as the language of the product writes them."""

from datetime import UTC, datetime

MISSING = "—"


def count(number: int | None) -> str:
    """Write a count in full: `4,136,482`."""
    return MISSING if number is None else f"{number:,}".replace("-", "−")


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: `1 spectrum`, `88 spectra`."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def decimal(value: float | None, digits: int = 2) -> str:
    """Write a number with so many decimals and a real minus sign."""
    return MISSING if value is None else f"{value:,.{digits}f}".replace("-", "−")


def interval_text(low: float | None, high: float | None, digits: int = 2) -> str:
    """Write an interval: `0.81 to 0.92`."""
    return MISSING if low is None or high is None else f"{decimal(low, digits)} to {decimal(high, digits)}"


def duration(seconds: float | None) -> str:
    """Write a time as people say it: `2.4 s`, `48 s`, `6 min`, `3 h 20 min`."""
    if seconds is None:
        return MISSING
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest and hours < 10 else f"{hours} h"


def file_size(n_bytes: float) -> str:
    """Write a size: `512 B`, `2.3 GB`."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if n_bytes < 1000 or unit == "TB":
            return f"{n_bytes:.0f} {unit}" if n_bytes >= 100 or unit == "B" else f"{n_bytes:.1f} {unit}"
        n_bytes /= 1000
    raise AssertionError  # the loop ends with TB


def ago(utc: str | datetime | None, now: datetime | None = None) -> str:
    """Write how long something is past, coarser the longer: `4 min ago`, `yesterday`, `3 Nov`, `2013-02-18`."""
    if utc is None:
        return MISSING
    then = datetime.fromisoformat(utc) if isinstance(utc, str) else utc
    now = now or datetime.now(UTC)
    seconds = (now - then).total_seconds()
    days = (now.date() - then.date()).days
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if days == 0 or seconds < 6 * 3600:
        return f"{int(seconds // 3600)} h ago"
    if days == 1:
        return "yesterday"
    return f"{then.day} {then:%b}" if then.year == now.year else f"{then:%Y-%m-%d}"
