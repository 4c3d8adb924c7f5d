"""Limits on tries: how often a name may fail to log in, or an address may look up progress."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address

from django.db import connection, transaction

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


def take(what: str, *, most: int, now: datetime) -> bool:
    """Note a try unless `most` were noted within the window; whoever asks at the same moment waits, so that no more pass.

    Outside a transaction of the caller's: what is rolled back was not counted.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(_index(what)[:8], "big", signed=True)])
        if reached(what, most=most, now=now):
            return False
        note(what, now=now)
        return True


def place(address: str) -> str:
    """What an address counts as: of IPv6 its network of 64 bits, which one line at home has whole."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found) >> 64 << 64, 64)))


def note(what: str, *, now: datetime) -> None:
    Attempt.objects.filter(what=_index(what), at__lt=now - WINDOW).delete()
    Attempt.objects.create(what=_index(what), at=now)


def count(what: str, *, most: int, now: datetime) -> None:
    """Note a try; raise Refusal past the limit."""
    if not take(what, most=most, now=now):
        raise Refusal("too_many_tries", "查询太频繁，请 15 分钟后再试", "也可以拨打 12345 查询", "number")


def _index(what: str) -> bytes:
    return blind_index(what, purpose="attempt")
