"""慢下来: after some wrong tries each next one waits longer. Nobody is locked out for ever. Plain values only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

LONGEST = timedelta(minutes=15)
FROM_HERE, FROM_ANYWHERE, OF_ADDRESS = 5, 20, 50
"""Free tries: of a name from one place, of a name from places that were never signed in with it, of all names from a place."""


def opens_at(failures: Sequence[datetime], *, free: int) -> datetime | None:
    """When the next try is heard: at once, or one, two, four … minutes after the last wrong one, a quarter of an hour at most."""
    if len(failures) < free:
        return None
    return max(failures) + min(timedelta(minutes=2 ** min(len(failures) - free, 8)), LONGEST)


def minutes_until(moment: datetime, *, now: datetime) -> int:
    """Whole minutes, rounded up."""
    return max(1, -int(-(moment - now).total_seconds() // 60))
