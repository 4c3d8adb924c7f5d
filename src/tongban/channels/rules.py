"""When words may go out, how often a failed hand-over is tried, and what an SMS costs. Plain values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from tongban.kernel.clock import SHANGHAI

STATES: Final = {
    "queued": "待发送", "sent": "已发出", "delivered": "已送达", "failed": "发送失败", "bounced": "退回",
    "given_up": "多次未发出，不再重试",
}  # fmt: skip
ENDED_BADLY: Final = ("failed", "bounced", "given_up")
ONE_PART, EACH_PART = 70, 67
"""Characters of a Chinese SMS (UCS-2): alone, and in each piece of a longer one."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""After the first failed try, the second …; then no more."""
MOST_UNANSWERED = 2
"""A hand-over whose outcome is unknown is repeated once, with the same number, where the other side may not notice."""


def sms_parts(text: str) -> int:
    """How many pieces are sent, and paid."""
    return 1 if len(text) <= ONE_PART else -(-len(text) // EACH_PART)


@dataclass(frozen=True)
class Hours:
    """免打扰时段, Shanghai time; equal ends mean none. What is not urgent waits `gather_minutes`, to go with the next."""

    quiet_from: time = time(21)
    quiet_until: time = time(8)
    gather_minutes: int = 10

    def quiet(self, moment: datetime) -> bool:
        at = moment.astimezone(SHANGHAI).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def opens(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet time it falls into."""
        if not self.quiet(moment):
            return moment
        here = moment.astimezone(SHANGHAI)
        end = datetime.combine(here.date(), self.quiet_until, SHANGHAI)
        return (end if end > here else end + timedelta(days=1)).astimezone(moment.tzinfo)


def goes_at(now: datetime, hours: Hours, *, urgent: bool, until: datetime | None = None) -> datetime:
    """When a message leaves. One whose legal deadline ends before it would, leaves at once."""
    leaves = hours.opens(now if urgent else now + timedelta(minutes=hours.gather_minutes))
    return now if until is not None and until <= leaves else leaves


def next_try(
    attempts: int, *, now: datetime, hours: Hours, pressing: bool, after: timedelta | None = None
) -> datetime | None:
    """None: enough tries. `after`: what the other side asked for. A pressing one is tried at night too."""
    if attempts > len(WAITS):
        return None
    at = now + max(WAITS[attempts - 1], after or timedelta())
    return at if pressing else hours.opens(at)


def masked(channel: str, address: str) -> str:
    """For colleagues: 139****4321, l***@example.org."""
    if channel == "mail":
        name, _, domain = address.partition("@")
        return f"{name[:1]}***@{domain}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else "****"
