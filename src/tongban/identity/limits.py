"""Limits on tries: how often a name may fail to log in, or an address may look up progress."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongban.identity.models import Attempt
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import Refusal

WINDOW = timedelta(minutes=15)


def reached(what: str, *, most: int, now: datetime) -> bool:
    """Whether `most` tries were noted within the last quarter of an hour."""
    recent = Attempt.objects.filter(what=_index(what), at__gt=now - WINDOW)
    return recent.order_by("at")[most - 1 : most].exists()


def recent(what: str, *, now: datetime) -> list[datetime]:
    """When the last tries were, at most sixty, within the last quarter of an hour."""
    noted = Attempt.objects.filter(what=_index(what), at__gt=now - WINDOW)
    return list(noted.order_by("-at").values_list("at", flat=True)[:60])


def forget(what: str) -> None:
    Attempt.objects.filter(what=_index(what)).delete()


def note(what: str, *, now: datetime) -> None:
    Attempt.objects.filter(what=_index(what), at__lt=now - WINDOW).delete()
    Attempt.objects.create(what=_index(what), at=now)


def count(what: str, *, most: int, now: datetime) -> None:
    """Note a try; raise Refusal past the limit."""
    if reached(what, most=most, now=now):
        raise Refusal("too_many_tries", "查询太频繁，请 15 分钟后再试", "也可以拨打 12345 查询", "number")
    note(what, now=now)


def _index(what: str) -> bytes:
    return blind_index(what, purpose="attempt")
