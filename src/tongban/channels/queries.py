from __future__ import annotations

from django.conf import settings
from django.db import connection

from tongban.channels.models import Bounce
from tongban.channels.rules import Hours
from tongban.kernel import rows
from tongban.kernel.crypto import blind_index


def hours() -> Hours:
    """Those in force."""
    with connection.cursor() as cursor:  # asked for with every message
        cursor.execute(_HOURS)
        last = cursor.fetchone()
    return Hours(*last) if last else Hours()


_HOURS = "SELECT quiet_from, quiet_until, gather_minutes FROM channels_sendinghours ORDER BY id DESC LIMIT 1"


def bounced(channel: str, address: str) -> Bounce | None:
    """The entry of the bounce list, if this address is on it."""
    columns = {"channel": channel, "address_index": index_of(channel, address)}
    return next(iter(rows.find(Bounce, columns)), None)


def index_of(channel: str, address: str) -> bytes:
    return blind_index(address, purpose="phone" if channel == "sms" else "mail")


def mail_is_open() -> bool:
    """Whether this instance has a mail server."""
    return bool(settings.TONGBAN.mail_host)
