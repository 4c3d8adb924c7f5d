"""The time, asked only by doors and the worker; everything below takes `now` or `today` as an argument."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)
_fixed_for_all: datetime | None = None


def now() -> datetime:
    """The present moment, UTC."""
    return _fixed.get() or _fixed_for_all or datetime.now(UTC)


def today() -> date:
    """The date in Shanghai, which is the date of the law."""
    return date_of(now())


def date_of(moment: datetime) -> date:
    """The Shanghai date of a moment."""
    return moment.astimezone(SHANGHAI).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Fix the clock for the code inside: tests and seeds only."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)


def fix(moment: datetime | None) -> None:
    """Fix the clock for the whole process (`TONGBAN_CLOCK` in the browser tests)."""
    global _fixed_for_all
    _fixed_for_all = moment
